"""Suppliers by their numbers in the bookkeeping package: first what changes is shown, then it is taken over.

The numbers stand on what is booked from then on (rules 3.10).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db.models import QuerySet

from omloop.audit.services import record
from omloop.booking.models import Creditor
from omloop.coding.sheets import table_in
from omloop.invoices.models import Invoice
from omloop.invoices.supplier import key_of
from omloop.organisations.holding import hold_alone
from omloop.organisations.members import Member
from omloop.organisations.rights import Right

HEADINGS = {
    "number": "number creditor creditornumber suppliernumber code nummer crediteur crediteurnummer "
    "crediteurcode relatiecode relatienummer leveranciersnummer",
    "name": "name supplier naam leverancier leveranciersnaam crediteurnaam",
    "vat": "vat vatnumber btw btwnummer",
    "kvk": "kvk kvknummer chamberofcommerce",
}
"""What exports call the columns, in small letters without spaces and signs."""
LONGEST = 35


@dataclass(frozen=True)
class Told:
    """A supplier as the package tells him."""

    number: str
    name: str
    vat: str = ""
    kvk: str = ""

    @property
    def supplier(self) -> str:
        """By what he is known again."""
        return key_of(vat=self.vat, kvk=self.kvk, name=self.name)


@dataclass(frozen=True)
class Renewal:
    """What would change: `was` holds the numbers that are others now, `wrong` says too little or too much."""

    new: list[Creditor]
    changed: list[Creditor]
    same: int
    wrong: list[Told]
    was: dict[str, str]

    @property
    def rows(self) -> list[tuple[Creditor, str]]:
        """Everything that would change, each with its number until now, if it has one."""
        return [(each, self.was.get(each.supplier, "")) for each in (*self.new, *self.changed)]

    @property
    def digest(self) -> str:
        """The same as long as the same would change, so that nobody confirms what he has not seen."""
        said = [(each.supplier, each.number, each.name, was) for each, was in self.rows]
        return sha256(repr(said).encode()).hexdigest()


class CreditorsChanged(ValueError):
    """Something else would change now than was shown; `plan` is what."""

    def __init__(self, plan: Renewal) -> None:
        super().__init__("creditors")
        self.plan = plan


def creditors_of(organisation_id: UUID) -> "QuerySet[Creditor]":
    """All of them, by name."""
    rows: QuerySet[Creditor] = Creditor.objects.filter(organisation_id=organisation_id)
    return rows.order_by("name", "number", "id")


def numbers_of(organisation_id: UUID, suppliers: Collection[str]) -> dict[str, str]:
    """The numbers of these suppliers, by their keys; one query."""
    rows = Creditor.objects.filter(organisation_id=organisation_id, supplier__in=list(suppliers))
    return dict(rows.values_list("supplier", "number"))


def without_number(organisation_id: UUID, suppliers: Collection[str]) -> int:
    """How many of these have no number, where the organisation uses numbers at all."""
    if not suppliers or not creditors_of(organisation_id).exists():
        return 0
    return len(set(suppliers) - numbers_of(organisation_id, suppliers).keys())


def rows_of(text: str) -> list[Told]:
    """The rows of a table. Raises TooLarge, and NoCodes without a column of numbers or names."""
    rows = table_in(text, HEADINGS, needs={"number", "name"})
    return [Told(**{name: cells.get(name, "") for name in HEADINGS}) for _, cells in rows]


def plan_creditors(*, organisation_id: UUID, rows: list[Told]) -> Renewal:
    """What these would change; of one supplier twice the last counts. Two queries, however many.

    Who comes without his VAT number is known by what invoices say of his KvK number, else of his name.
    """
    there = {each.supplier: each for each in Creditor.objects.filter(organisation_id=organisation_id)}
    known = _known(organisation_id, rows)
    wanted: dict[str, Told] = {}
    wrong = []
    for told in rows:
        if told.supplier and told.number and len(told.number) <= LONGEST:
            wanted |= dict.fromkeys(known.get(told.supplier, [told.supplier]), told)
        else:
            wrong.append(told)
    new, changed, same = list[Creditor](), list[Creditor](), 0
    was: dict[str, str] = {}
    for supplier, told in wanted.items():
        found = there.get(supplier)
        if found is None:
            new.append(_said(Creditor(organisation_id=organisation_id, supplier=supplier), told))
        elif (found.number, found.name) == (told.number, told.name):
            same += 1
        else:
            was[supplier] = found.number
            changed.append(_said(found, told))
    return Renewal(new, changed, same, wrong, was)


def _known(organisation_id: UUID, rows: list[Told]) -> dict[str, list[str]]:
    """By which keys invoices know those that come without a VAT number; nobody where two share a name."""
    fields = ("supplier_kvk", "supplier_name", "supplier_key")
    if all(told.vat for told in rows):
        return {}
    found: dict[str, set[str]] = {}
    invoices = Invoice.objects.filter(organisation_id=organisation_id).exclude(supplier_key="")
    for kvk, name, key in invoices.order_by().values_list(*fields).distinct():
        for said in (key_of(vat="", kvk=kvk, name=""), key_of(vat="", kvk="", name=name)):
            found.setdefault(said, set()).add(key)
    return {said: sorted(keys) for said, keys in found.items() if said and len(keys - {said}) == 1}


def renew_creditors(
    *, organisation_id: UUID, rows: list[Told], seen: str | None = None, actor: Member, now: datetime
) -> Renewal:
    """Take over numbers and names; the same twice makes nothing double. What was done.

    Nobody is removed: what was booked on him may still be paid. `seen` is the digest of what was shown.
    Raises RightMissing without *book*, and CreditorsChanged.
    """
    actor.demand(Right.BOOK, organisation_id)
    hold_alone([organisation_id])
    plan = plan_creditors(organisation_id=organisation_id, rows=rows)
    if seen is not None and plan.digest != seen:
        raise CreditorsChanged(plan)
    Creditor.objects.bulk_create(plan.new, batch_size=1000)
    Creditor.objects.bulk_update(plan.changed, ["number", "name"], batch_size=1000)
    if plan.rows:
        detail = {"new": len(plan.new), "changed": len(plan.changed)}
        record("creditors.renewed", actor=actor, chain_id=organisation_id, at=now, detail=detail)
    return plan


def _said(row: Creditor, told: Told) -> Creditor:
    row.number, row.name = told.number, told.name
    return row
