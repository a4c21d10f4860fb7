"""A payment desk: Sanne records how an account was checked, her colleague Femke confirms."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import override

from omloop.circulation.reading.history import Told, history_of
from omloop.invoices.models import Invoice
from omloop.invoices.paying import Payment, payment_of
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from omloop.organisations.rights import DefaultGroup
from omloop.payees import services
from omloop.payees.models import AccountKind, Payee
from omloop.people.models import Person
from tests.booking.ledger import NOW, Ledger
from tests.circulation.company import THE_DAY_AFTER
from tests.world import make_person, place


@dataclass
class Desk:
    """What is paid, and on which accounts."""

    ledger: Ledger
    second: Person

    @classmethod
    def of(cls, ledger: Ledger) -> "Desk":
        second = make_person("Femke Postma")
        place(second, ledger.company.organisation, DefaultGroup.FINANCE)
        return cls(ledger, second)

    def stored(self, now: datetime = THE_DAY_AFTER, **fields: Any) -> UUID:
        """Coded, its account noted, its circulation not begun."""
        invoice = self.ledger.coded(**fields)
        self.note(invoice, now)
        return invoice

    def note(self, invoice: UUID, now: datetime = THE_DAY_AFTER) -> None:
        with self.ledger.company.system():
            hold(self.ledger.company.organisation.id)
            services.note_payee(Invoice.objects.get(id=invoice), now=now)

    def arrives(self, now: datetime = THE_DAY_AFTER, **fields: Any) -> UUID:
        invoice = self.stored(now, **fields)
        self.ledger.company.start(invoice)
        return invoice

    def ready(self, **fields: Any) -> UUID:
        """Approved, coded, not booked; its circulation is left out."""
        invoice = self.ledger.ready(**fields)
        self.note(invoice)
        return invoice

    def account(self, invoice: UUID) -> UUID:
        with self.ledger.company.system():
            return Payee.objects.get(invoice_id=invoice).account_id

    def record(
        self, invoice: UUID, by: Person, kind: str = AccountKind.ORDINARY, now: datetime = THE_DAY_AFTER
    ) -> None:
        account = self.account(invoice)
        with member_scope(by, now=now) as member:
            services.record_check(
                account,
                how="Gebeld met het bekende nummer",
                checked_on=now.date(),
                kind=kind,
                actor=member,
                now=now,
            )

    def confirm(self, invoice: UUID, by: Person, now: datetime = THE_DAY_AFTER) -> None:
        account = self.account(invoice)
        with member_scope(by, now=now) as member:
            services.confirm_check(account, actor=member, now=now)

    def check(
        self, invoice: UUID, kind: str = AccountKind.ORDINARY, by: tuple[Person, Person] | None = None
    ) -> None:
        """Recorded by the one and confirmed by the other, a moment after it came."""
        one, other = by or (self.ledger.company.world.sanne, self.second)
        self.record(invoice, one, kind)
        self.confirm(invoice, other, now=THE_DAY_AFTER.replace(minute=1))

    def approve_and_book(self, *invoices: UUID) -> None:
        for invoice in invoices:
            self.ledger.company.decide(self.ledger.company.world.anna, invoice, "approve")
        self.ledger.book()

    def payment(self, invoice: UUID) -> Payment:
        with self.ledger.company.system():
            return payment_of(Invoice.objects.get(id=invoice))

    def history(self, invoice: UUID) -> list[Told]:
        with self.ledger.company.system(), override("en"):
            return history_of(Invoice.objects.get(id=invoice)).events


__all__ = ["NOW", "Desk"]
