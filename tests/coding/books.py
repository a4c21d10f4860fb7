"""A company that codes: a small chart, invoices of one supplier, and who codes them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from omloop.coding.changing import Change, NewLine
from omloop.coding.models import CodingLine, CodingTemplate, CostCentre, CostUnit, LedgerAccount
from omloop.coding.proposing import propose
from omloop.coding.queries import lines_of
from omloop.coding.services import code, remember
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from omloop.people.models import Person
from tests.circulation.company import ARRIVAL, THE_DAY_AFTER, Company

CHART = {"4310": "Onderhoud installaties", "4500": "Reiskosten", "0250": "Technische installaties"}


@dataclass
class Books:
    """The books of a company, kept by Sanne."""

    company: Company
    accounts: dict[str, UUID] = field(default_factory=dict)
    centres: dict[str, UUID] = field(default_factory=dict)
    units: dict[str, UUID] = field(default_factory=dict)

    @classmethod
    def of(cls, company: Company) -> "Books":
        """With three ledger accounts, Anna's and Bram's cost centres, and a project without an owner."""
        books = cls(company)
        own, world = {"organisation": company.organisation}, company.world
        with company.system():
            hold(company.organisation.id)
            for number, name in CHART.items():
                books.accounts[number] = LedgerAccount.objects.create(code=number, name=name, **own).id
            for number, name, person in (("4100", "Haven", world.anna), ("4200", "Werkplaats", world.bram)):
                centre = CostCentre.objects.create(code=number, name=name, owner=person, **own)
                books.centres[number] = centre.id
            books.units["26-014"] = CostUnit.objects.create(code="26-014", name="Renovatie", **own).id
        return books

    def line(self, net: str, account: str = "4310", centre: str = "", unit: str = "", **more: Any) -> NewLine:
        return NewLine(
            net=Decimal(net),
            ledger_account_id=self.accounts[account],
            cost_centre_id=self.centres.get(centre),
            cost_unit_id=self.units.get(unit),
            **more,
        )

    def store(self, received_at: datetime = ARRIVAL, **fields: Any) -> UUID:
        """An invoice of 1,000.00 without VAT, of a supplier that is known by its VAT number."""
        known = {"without_vat": Decimal("1000.00"), "supplier_vat": "NL001234567B01"}
        return self.company.store(received_at, **(known | fields))

    def code(
        self, invoice_id: UUID, *lines: NewLine, by: Person | None = None, now: datetime = THE_DAY_AFTER
    ) -> Change:
        with member_scope(by or self.company.world.sanne, now=now) as member:
            return code(invoice=Invoice.objects.get(id=invoice_id), lines=lines, actor=member, now=now)

    def remember(self, invoice_id: UUID, now: datetime = THE_DAY_AFTER) -> CodingTemplate:
        with member_scope(self.company.world.sanne, now=now) as member:
            return remember(invoice=Invoice.objects.get(id=invoice_id), actor=member, now=now)

    def propose(self, invoice_id: UUID, now: datetime = THE_DAY_AFTER) -> list[CodingLine]:
        with self.company.system():
            return propose(Invoice.objects.get(id=invoice_id), now=now)

    def lines(self, invoice_id: UUID) -> list[CodingLine]:
        with self.company.system():
            return lines_of(Invoice.objects.get(id=invoice_id))

    def end(self, code: str) -> None:
        """A ledger account is booked on no more."""
        with self.company.system():
            hold(self.company.organisation.id)
            LedgerAccount.objects.filter(code=code).update(ended_at=THE_DAY_AFTER)


def told(lines: Iterable[CodingLine]) -> list[str]:
    """`4310 4100 600.00`: account, cost centre if any, amount."""
    return [
        " ".join([line.ledger_account.code, *([line.cost_centre.code] if line.cost_centre else [])])
        + f" {line.net:.2f}"
        for line in lines
    ]
