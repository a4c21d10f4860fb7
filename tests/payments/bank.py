"""What is paid: Sanne makes files for the bank, from the account of Zwaluw."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from omloop.payees.models import AccountCheck, Payee, SupplierAccount
from omloop.payments import services
from omloop.payments.files import bytes_of
from omloop.payments.models import Payment, PaymentBatch
from omloop.people.models import Person
from tests.booking.ledger import NOW
from tests.payees.desk import Desk

DAY = NOW.date()
OWN = {"name": "Zwaluw Techniek B.V.", "iban": "NL02 ABNA 0123 4567 89", "bic": "ABNANL2A"}


@dataclass
class Bank:
    """Payment files of a company, and what the bank says of them."""

    desk: Desk

    def __post_init__(self) -> None:
        self.switch()

    @property
    def place(self) -> UUID:
        return self.desk.ledger.company.organisation.id

    def switch(self, *, is_on: bool = True) -> None:
        with member_scope(self.desk.ledger.company.world.marit, now=NOW) as marit:
            services.set_option(organisation_id=self.place, is_on=is_on, **OWN, actor=marit, now=NOW)

    def payable(self, net: str = "1000.00", vat: str = "210.00", **fields: Any) -> UUID:
        """Fully booked, on a confirmed account; how it came so far is told elsewhere."""
        invoice = self.desk.ledger.received(net, vat, **({"state": "approved", "booked_at": NOW} | fields))
        self.desk.note(invoice)
        with self.desk.ledger.company.system():
            hold(self.place)
            account = Payee.objects.get(invoice_id=invoice).account
            SupplierAccount.objects.filter(id=account.id).update(confirmed_at=NOW)
            same = {"organisation_id": self.place, "confidential": account.confidential, "account": account}
            AccountCheck.objects.get_or_create(
                **same, defaults={"kind": "ordinary", "recorded_at": NOW, "confirmed_at": NOW}
            )
        return invoice

    def make(self, by: Person | None = None, day: date = DAY) -> list[PaymentBatch]:
        with member_scope(by or self.desk.ledger.company.world.sanne, now=NOW) as member:
            return services.make_files(organisation_id=self.place, execution_on=day, actor=member, now=NOW)

    def paid(self, invoice: UUID, by: Person | None = None, reference: str = "") -> None:
        with member_scope(by or self.desk.ledger.company.world.sanne, now=NOW) as member:
            services.report_paid(
                organisation_id=self.place,
                invoice_ids=[invoice],
                paid_on=DAY,
                reference=reference,
                actor=member,
                now=NOW,
            )

    def file(self, batch: PaymentBatch) -> bytes:
        with self.desk.ledger.company.system():
            return bytes_of(PaymentBatch.objects.get(id=batch.id))

    def invoices(self, batch: PaymentBatch) -> list[UUID]:
        with self.desk.ledger.company.system():
            return list(
                Payment.objects.filter(batch=batch).order_by("id").values_list("invoice_id", flat=True)
            )

    def sum(self, batch: PaymentBatch) -> Decimal:
        with self.desk.ledger.company.system():
            return sum((each.amount for each in Payment.objects.filter(batch=batch)), Decimal(0))

    def invoice(self, key: UUID) -> Invoice:
        return self.desk.ledger.invoice(key)
