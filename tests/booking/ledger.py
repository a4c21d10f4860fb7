"""A company that books: Sanne books what Anna approved, on the accounts that are fixed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from omloop.booking import services
from omloop.booking.models import Batch, Booking, FixedAccounts
from omloop.booking.periods import close, reopen
from omloop.coding.models import LedgerAccount
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from omloop.people.models import Person
from tests.circulation.company import THE_DAY_AFTER, Company
from tests.coding.books import Books

NOW = THE_DAY_AFTER
LAST = date(2026, 12, 31)
FIXED = {"creditors": ("1600", "Crediteuren"), "vat": ("1520", "Te vorderen btw"),
         "suspense": ("2000", "Tussenrekening"), "accruals": ("1750", "Nog te ontvangen")}  # fmt: skip


@dataclass
class Ledger:
    """The journal of a company, kept by Sanne."""

    company: Company
    books: Books
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @classmethod
    def of(cls, company: Company) -> "Ledger":
        ledger, own = cls(company, Books.of(company)), {"organisation": company.organisation}
        with company.system():
            hold(company.organisation.id)
            accounts = {
                role: LedgerAccount.objects.create(code=code, name=name, **own)
                for role, (code, name) in FIXED.items()
            }
            FixedAccounts.objects.create(**own, **accounts)
        company.rule(("approve", company.world.anna))
        return ledger

    def received(self, net: str = "1000.00", vat: str = "210.00", **fields: Any) -> UUID:
        amounts = {"without_vat": Decimal(net), "vat": Decimal(vat), "with_vat": Decimal(net) + Decimal(vat)}
        known: dict[str, Any] = {"issued_on": date(2026, 3, 2), "supplier_vat": "NL001234567B01"}
        known["number"] = f"K-{next(self.numbers)}"
        return self.company.store(**(amounts | known | fields))

    def coded(self, net: str = "1000.00", vat: str = "210.00", **fields: Any) -> UUID:
        invoice = self.received(net, vat, **fields)
        half = (Decimal(net) / 2).quantize(Decimal("0.01"))
        lines = [self.books.line(str(half), centre="4100", vat_code="H")]
        self.books.code(invoice, *lines, self.books.line(str(Decimal(net) - half), "4500", "4200"))
        return invoice

    def approved(self, net: str = "1000.00", vat: str = "210.00", **fields: Any) -> UUID:
        """Coded, and approved by Anna."""
        invoice = self.coded(net, vat, **fields)
        self.company.start(invoice)
        self.company.decide(self.company.world.anna, invoice, "approve")
        return invoice

    def ready(self, **fields: Any) -> UUID:
        """Coded and approved, without its circulation: for what looks at amounts and not at people."""
        return self.coded(**({"state": "approved"} | fields))

    def book(
        self, kind: str = "full", by: Person | None = None, now: datetime = NOW, **more: Any
    ) -> list[Batch]:
        with member_scope(by or self.company.world.sanne, now=now) as member:
            place = self.company.organisation.id
            asked = {"up_to": LAST} | more
            return services.book(organisation_id=place, kind=kind, actor=member, now=now, **asked)

    def close(self, *months: date) -> None:
        with member_scope(self.company.world.sanne, now=NOW) as member:
            close(organisation_id=self.company.organisation.id, months=months, actor=member, now=NOW)

    def reopen(self, month: date, reason: str = "Nagekomen factuur") -> None:
        with member_scope(self.company.world.sanne, now=NOW) as member:
            reopen(
                organisation_id=self.company.organisation.id,
                month=month,
                reason=reason,
                actor=member,
                now=NOW,
            )

    def booking(self, invoice: UUID, kind: str = "full") -> Booking:
        with self.company.system():
            rows = Booking.objects.select_related("batch")
            found: Booking = rows.get(invoice_id=invoice, kind=kind, ended_at=None)
            return found

    def entry(self, invoice: UUID, kind: str = "full") -> list[tuple[str, Decimal]]:
        with self.company.system():
            rows = Booking.objects.filter(invoice_id=invoice, kind=kind).order_by("-id").first()
            assert rows is not None
            return [(line.account, line.amount) for line in rows.lines.order_by("position")]

    def take_out(self, invoice: UUID, kind: str = "full", reason: str = "Crediteur onbekend") -> None:
        key = self.booking(invoice, kind).id
        with member_scope(self.company.world.sanne, now=NOW) as member:
            services.take_out(booking_id=key, reason=reason, actor=member, now=NOW)

    def reverse(self, invoice: UUID, kind: str = "full", reason: str = "Verkeerd bedrag") -> Batch:
        key = self.booking(invoice, kind).id
        with member_scope(self.company.world.sanne, now=NOW) as member:
            return services.reverse(booking_id=key, reason=reason, actor=member, now=NOW)

    def invoice(self, key: UUID) -> Invoice:
        return self.company.invoice(key)
