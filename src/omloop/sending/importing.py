"""The address book from a list, as another package exports it (rules 2.7)."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from omloop.audit.models import AuditEvent
from omloop.audit.services import record_all
from omloop.coding.sheets import SIGNS, TooLarge, text_of
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.sending.customer_form import CustomerForm
from omloop.sending.customers import FIELDS
from omloop.sending.models import Customer
from omloop.sending.queries import customers_of

MOST_ROWS = 2_000
MOST_PROBLEMS = 50
HEADINGS = {
    "name": "name customer company naam klant klantnaam bedrijfsnaam",
    "street": "street address straat adres straatenhuisnummer",
    "postal_code": "postalcode postcode zip",
    "city": "city town plaats woonplaats",
    "country": "country land landcode",
    "kvk": "kvk kvknumber kvknummer",
    "vat_number": "vat vatnumber btw btwnummer btwid",
    "oin": "oin",
    "gln": "gln",
    "iban": "iban rekening rekeningnummer",
    "email": "email emailaddress emailadres mail",
    "reference": "reference referentie",
    "due_days": "daystopay days betaaltermijn termijn",
}
"""What exports call them, in small letters without spaces and signs."""
MEANINGS = {word: name for name, words in HEADINGS.items() for word in words.split()}
USUAL = {"country": "NL", "language": "nl"}


@dataclass(frozen=True)
class Listed:
    """The customers of a list, and what is wrong with it, line by line: with a problem nothing is kept."""

    known: list[dict[str, Any]]
    problems: list[str]


def customers_in(data: bytes) -> Listed:
    """Read a list (CSV) with headings in its first row; each row is judged as the form is."""
    try:
        table = _table(data)
    except (TooLarge, csv.Error):
        return Listed(
            [], [_("This is too much at once: at most %(rows)s rows and 1 MB.") % {"rows": MOST_ROWS}]
        )
    names = [MEANINGS.get("".join(filter(str.isalnum, cell.lower())), "") for cell in table[0]]
    if "name" not in names:
        return Listed([], [_("No column with names was found. Put headings in the first row, such as name.")])
    return _judged(names, table[1:])


def _table(data: bytes) -> list[list[str]]:
    """Rows of cells, separated by what the first line holds most. Raises TooLarge and csv.Error."""
    lines = text_of(data).replace("\0", "").splitlines()
    if len(lines) > MOST_ROWS:
        raise TooLarge(str(len(lines)))
    sign = max(SIGNS, key=lines[0].count) if lines else ";"
    return list(csv.reader(io.StringIO("\n".join(lines)), delimiter=sign)) or [[]]


def _judged(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Listed:
    """What each row says, of the columns that it fills in alone."""
    known, problems = [], []
    for line, cells in enumerate(rows, start=2):
        said = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name and cell.strip()}
        form = CustomerForm({**USUAL, **said})
        if not said:
            continue
        if form.is_valid():
            known.append({name: form.cleaned_data[name] for name in said})
        for name, texts in form.errors.items():
            about = {"n": line, "field": form.fields[name].label, "problem": " ".join(map(str, texts))}
            problems.append(_("Line %(n)s, %(field)s: %(problem)s") % about)
    return Listed(known, problems[:MOST_PROBLEMS])


def import_customers(
    *, organisation_id: UUID, known: Sequence[Mapping[str, Any]], actor: Member, now: datetime
) -> tuple[int, int]:
    """Add who is new and change who is there, by KvK number, else by name; how many of each.

    A handful of statements, however many there are. Raises RightMissing.
    """
    actor.demand(Right.SEND, organisation_id)
    hold(organisation_id)
    there = {_key(vars(each)): each for each in customers_of(organisation_id)}
    new: dict[tuple[str, str], Customer] = {}
    changed: dict[tuple[str, str], Customer] = {}
    for row in known:
        key = _key(row)
        found = there.get(key) or new.get(key)
        customer = found or Customer(organisation_id=organisation_id, added_at=now)
        for name, value in row.items():
            setattr(customer, name, value)
        (changed if key in there else new)[key] = customer
    Customer.objects.bulk_create(new.values())
    Customer.objects.bulk_update(changed.values(), FIELDS)
    by_name = {"customer.added": new.values(), "customer.changed": changed.values()}
    _record(actor, organisation_id, now, by_name)
    return len(new), len(changed)


def _key(known: Mapping[str, Any]) -> tuple[str, str]:
    return ("kvk", known["kvk"]) if known.get("kvk") else ("name", str(known["name"]).casefold())


def _record(actor: Member, organisation_id: UUID, now: datetime, by_name: Mapping[str, Any]) -> None:
    record_all(
        [
            AuditEvent(
                chain_id=organisation_id,
                name=name,
                at=now,
                actor=actor.signature,
                person_id=actor.person_id,
                subject_id=customer.id,
                origin=actor.origin,
                detail={"from": "list"},
            )
            for name, customers in by_name.items()
            for customer in customers
        ]
    )
