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
from omloop.invoices.paying import with_payment
from omloop.invoices.queries import PAGE, Place, visible_to
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
        his = _found_of(visible_to(member).filter(organisation__in=own), sought, own, after)
        found += his.order_by("-received_at", "id").values_list("id", "received_at")[:most]
        found = sorted(sorted(found), key=itemgetter(1), reverse=True)[:most]
    return found


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
    statement, values = sought.call(places, after=after, most=None)
    if sought.payment:
        invoices = with_payment(invoices).filter(payment_state=sought.payment)
    return invoices.filter(id__in=RawSQL(f"SELECT id FROM ({statement}) AS found", values))  # noqa: S608, S611
