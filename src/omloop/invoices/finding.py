"""Finding invoices by words, amounts and days (rules 2.8).

Ids come from a function of the database's owner, for PostgreSQL may not use an index for words under a policy
(architecture 3.4, decision 64); the rows are then read under the policy, so what it hides stays hidden.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from omloop.invoices.models import Invoice
from omloop.invoices.paying import in_payment_state
from omloop.invoices.queries import PAGE, Place, follows, page_of, visible_to
from omloop.invoices.words import DICTIONARIES, query_of, query_of_supplier, without_signs
from omloop.organisations.members import Member
from omloop.organisations.rights import Right

ARCHIVE = "archive"
ARCHIVED = (Invoice.State.APPROVED, Invoice.State.REJECTED, Invoice.State.CANCELLED)
"""Nobody has to decide any more: who looks for what is past looks for all three."""
MOST = 1_000
"""More are not counted on a screen."""
IN_ANY = " || ".join(f"to_tsquery('{each}', %s)" for each in DICTIONARIES)


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What somebody looks for; days and amounts count themselves, `by` says which day is meant.

    Amounts are what is to be paid, as it stands on the invoice.
    """

    words: str = ""
    supplier: str = ""
    state: str = ""
    kind: str = ""
    payment: str = ""
    by: str = "imported"
    from_on: date | None = None
    to_on: date | None = None
    amount_from: Decimal | None = None
    amount_to: Decimal | None = None

    @property
    def is_anything(self) -> bool:
        """Whether it leaves anything out at all."""
        return bool(self.words or self.supplier or self.payment or self._fields())

    @property
    def is_guarded(self) -> bool:
        """Whether it asks for words or amounts: under the policy no index serves those, the function does."""
        amounts = (self.amount_from, self.amount_to)
        return bool(self.words or self.supplier or any(each is not None for each in amounts))

    def narrow(self, invoices: QuerySet[Invoice], after: Place | None) -> QuerySet[Invoice]:
        """What it asks besides words, amounts and payment, without the function."""
        day = {"issued": "issued_on", "due": "due_on"}.get(self.by, "import_date")
        states = ARCHIVED if self.state == ARCHIVE else tuple(filter(None, [self.state]))
        asked: dict[str, Any] = {"state__in": states, "kind": self.kind}
        asked |= {f"{day}__gte": self.from_on, f"{day}__lte": self.to_on}
        found = invoices.filter(**{name: value for name, value in asked.items() if value})
        return found if after is None else found.filter(follows(after))

    def call(
        self, places: Collection[UUID], *, after: Place | None = None, most: int | None
    ) -> tuple[str, list[Any]]:
        """SQL that asks the function, with its parameters."""
        asked = {name: str(value) for name, value in self._fields().items()} | {"by": self.by}
        if after is not None:
            asked |= {"after_at": after.received_at.isoformat(), "after_id": str(after.id)}
        query, values = self._query()
        statement = f"SELECT id, received_at FROM invoices_found(%s::uuid[], {query}, %s::jsonb, %s)"  # noqa: S608
        return statement, [list(places), *values, json.dumps(asked), most]

    def _fields(self) -> dict[str, Any]:
        names = ("state", "kind", "from_on", "to_on", "amount_from", "amount_to")
        asked = {name: value for name in names if (value := getattr(self, name)) not in ("", None)}
        return asked | ({"state": ",".join(ARCHIVED)} if self.state == ARCHIVE else {})

    def _query(self) -> tuple[str, list[str]]:
        parts: list[tuple[str, list[str]]] = []
        if self.words:
            parts.append((IN_ANY, [query_of(self.words)] * len(DICTIONARIES)))
        if self.supplier:
            parts.append(("to_tsquery('simple', %s)", [query_of_supplier(self.supplier)]))
        query = " && ".join(f"({sql})" for sql, _ in parts)
        return query or "NULL::tsquery", [value for _, values in parts for value in values]


def page_sought(
    member: Member, sought: Sought, places: Collection[UUID], after: Place | None, size: int = PAGE
) -> tuple[list[Invoice], Place | None]:
    """The next invoices of these organisations, newest first: all, or those that are found."""
    if not sought.is_anything:
        return page_of(visible_to(member), places, after, size)
    return page_found(member, sought, places, after, size)


def page_found(
    member: Member, sought: Sought, places: Collection[UUID], after: Place | None, size: int = PAGE
) -> tuple[list[Invoice], Place | None]:
    """The next invoices that are found and that he may see, newest first, and where the page after begins."""
    ids = [each for each, _ in newest_found(member, sought, places, after, size + 1)]
    found = Invoice.objects.filter(id__in=ids).select_related("organisation").in_bulk()
    page = [found[each] for each in ids[:size] if each in found]
    return page, Place(page[-1].received_at, page[-1].id) if page and len(ids) > size else None


def count_found(member: Member, sought: Sought, places: Collection[UUID]) -> int:
    """How many are found that he may see; `MOST` + 1 where there are more."""
    return len(newest_found(member, sought, places, None, MOST + 1))


def all_found(member: Member, sought: Sought, places: Collection[UUID]) -> QuerySet[Invoice]:
    """All that are found and that he may see, newest first."""
    return _found_of(visible_to(member), sought, places).order_by("-received_at", "id")


def newest_found(
    member: Member, sought: Sought, places: Collection[UUID], after: Place | None, most: int
) -> list[tuple[UUID, datetime]]:
    """The newest that are found and that he may see: their ids and arrival, at most so many.

    Where he sees all, the function's newest are his; elsewhere, and of a payment status, those of all it
    finds that are his.
    """
    everything = member.where(Right.VIEW_ALL) & set(places)
    own = (member.where(Right.VIEW_OWN) & set(places)) - everything
    if sought.payment:
        everything, own = frozenset(), own | everything
    found: list[tuple[UUID, datetime]] = []
    if everything:
        with connection.cursor() as cursor:
            cursor.execute(*sought.call(everything, after=after, most=most))
            found += cursor.fetchall()
    if own:
        found += _newest_of(own, visible_to(member), sought, after, most)
        found = sorted(sorted(found), key=itemgetter(1), reverse=True)[:most]
    return found


def _newest_of(
    places: Collection[UUID], invoices: QuerySet[Invoice], sought: Sought, after: Place | None, most: int
) -> list[tuple[UUID, datetime]]:
    """Each organisation is asked for its newest by itself, so that one can stop at the last it needs."""
    runs = [
        _found_of(invoices.filter(organisation=place), sought, [place], after)
        .order_by("-received_at", "id")
        .values_list("id", "received_at")[:most]
        for place in sorted(places)
    ]
    return list(runs[0].union(*runs[1:], all=True) if len(runs) > 1 else runs[0])


def newest_with(numbers: Collection[str], organisation_id: UUID, *, most: int) -> list[Invoice]:
    """The newest invoices on which one of these numbers stands, of those that the scope shows."""
    asked = " | ".join(filter(None, map(without_signs, numbers)))
    statement = "SELECT id FROM invoices_found(%s::uuid[], to_tsquery('simple', %s), '{}'::jsonb, %s)"
    with connection.cursor() as cursor:
        cursor.execute(statement, [[organisation_id], asked, most])
        ids = [each for (each,) in cursor.fetchall()]
    return list(Invoice.objects.filter(id__in=ids).order_by("-received_at", "id"))


def _found_of(
    invoices: QuerySet[Invoice], sought: Sought, places: Collection[UUID], after: Place | None = None
) -> QuerySet[Invoice]:
    if sought.payment:
        invoices = in_payment_state(invoices, sought.payment)
        if not sought.is_guarded:
            return sought.narrow(invoices, after)
    statement, values = sought.call(places, after=after, most=None)
    return invoices.filter(id__in=RawSQL(f"SELECT id FROM ({statement}) AS found", values))  # noqa: S608, S611
