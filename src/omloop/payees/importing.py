"""Accounts of suppliers from the bookkeeping package: first what is new is shown, then it is taken over.

They come in as accounts to be checked: a file says what a package holds, and not that somebody checked it.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from omloop.audit.services import record
from omloop.coding.sheets import table_in
from omloop.invoices.supplier import key_of
from omloop.kernel.identifiers import compact, is_iban
from omloop.organisations.holding import hold_alone
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.payees.models import SupplierAccount

HEADINGS = {
    "name": "name supplier naam leverancier crediteur",
    "vat": "vat vatnumber btw btwnummer",
    "kvk": "kvk kvknummer chamberofcommerce",
    "iban": "iban bankaccount account bankrekening rekening rekeningnummer",
}
"""What exports call the columns, in small letters without spaces and signs."""


@dataclass(frozen=True)
class Told:
    """An account as a file or program tells it: whose it is, and its number."""

    name: str
    vat: str
    kvk: str
    iban: str

    @property
    def supplier(self) -> str:
        """By what he is known again."""
        return key_of(vat=self.vat, kvk=self.kvk, name=self.name)


@dataclass(frozen=True)
class Import:
    """What would be added; `known` are there already, `wrong` are no IBANs, each with its supplier."""

    new: list[Told]
    known: int
    wrong: list[Told]

    @property
    def digest(self) -> str:
        """The same as long as the same would be added, so that nobody confirms what he has not seen."""
        said = [(each.supplier, compact(each.iban)) for each in self.new]
        return sha256(repr(said).encode()).hexdigest()


class AccountsChanged(ValueError):
    """Something else would be added now than was shown; `plan` is what."""

    def __init__(self, plan: Import) -> None:
        super().__init__("accounts")
        self.plan = plan


def rows_of(text: str) -> list[Told]:
    """The rows of a table. Raises TooLarge, and NoCodes without a column of names or IBANs."""
    rows = table_in(text, HEADINGS, needs={"name", "iban"})
    return [Told(**{name: cells.get(name, "") for name in HEADINGS}) for _, cells in rows]


def plan_accounts(*, organisation_id: UUID, rows: list[Told]) -> Import:
    """What of these is not there yet, each once; one query."""
    there = set(
        SupplierAccount.objects.filter(organisation_id=organisation_id, confidential=False).values_list(
            "supplier", "iban"
        )
    )
    new: dict[tuple[str, str], Told] = {}
    wrong, known = list[Told](), 0
    for each in rows:
        key = each.supplier, compact(each.iban)
        if not is_iban(each.iban) or not each.supplier:
            wrong.append(each)
        elif key in there:
            known += 1
        else:
            new.setdefault(key, each)
    return Import(list(new.values()), known, wrong)


def take_over(
    *, organisation_id: UUID, rows: list[Told], seen: str | None = None, actor: Member, now: datetime
) -> Import:
    """Add what is new, to be checked; twice makes nothing double. What was done.

    `seen` is the digest of what was shown. Raises RightMissing without *book*, and AccountsChanged.
    """
    actor.demand(Right.BOOK, organisation_id)
    hold_alone([organisation_id])
    plan = plan_accounts(organisation_id=organisation_id, rows=rows)
    if seen is not None and plan.digest != seen:
        raise AccountsChanged(plan)
    SupplierAccount.objects.bulk_create(_row(organisation_id, each, now) for each in plan.new)
    if plan.new:
        detail = {"new": len(plan.new)}
        record("account.imported", actor=actor, chain_id=organisation_id, at=now, detail=detail)
    return plan


def _row(organisation_id: UUID, each: Told, now: datetime) -> SupplierAccount:
    return SupplierAccount(
        organisation_id=organisation_id,
        supplier=each.supplier,
        supplier_name=each.name,
        iban=compact(each.iban),
        found_at=now,
    )
