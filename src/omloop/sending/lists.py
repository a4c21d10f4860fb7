"""What the list of sales invoices shows (Postvak UIT)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When
from django.http import Http404

from omloop.invoices.queries import Place
from omloop.kernel.money import Money
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.sending.models import Kind, SalesInvoice
from omloop.sending.queries import places_of, visible_to

State = SalesInvoice.State
PAGE = 50
LOOK = {
    State.DRAFT: (0, "neutral"),
    State.QUEUED: (1, "info"),
    State.DELIVERED: (2, "info"),
    State.OPENED: (3, "info"),
    State.APPROVED: (4, "good"),
    State.REJECTED: (4, "danger"),
    State.DISPUTED: (3, "attention"),
    State.FAILED: (1, "danger"),
}
"""How far the ring of a state is filled, in quarters, and its tone."""


@dataclass(frozen=True)
class SalesRow:
    """An invoice in the list; a credit note counts as a minus."""

    invoice: SalesInvoice
    ring: int
    tone: str
    amount: Money | None

    @classmethod
    def of(cls, invoice: SalesInvoice) -> "SalesRow":
        """With its look."""
        ring, tone = LOOK[State(invoice.state)]
        sign = -1 if invoice.kind == Kind.CREDIT_NOTE else 1
        amount = None if invoice.payable is None else Money(sign * invoice.payable, invoice.currency)
        return cls(invoice, ring, tone, amount)


@dataclass(frozen=True)
class SalesList:
    """A page of sales invoices, and what all that the filter finds comes to."""

    rows: list[SalesRow]
    next: Place | None
    is_first: bool
    count: int
    sums: list[Money]
    query: str
    state: str
    states: list[tuple[str, Any]]
    organisation: Organisation | None
    senders: list[Organisation]

    @classmethod
    def read(cls, member: Member, asked: Mapping[str, str]) -> "SalesList":
        """Read the page that `asked` names (q, state, organisation, after); Http404 for none."""
        places, organisation = _places(member, asked.get("organisation", ""))
        state, query = asked.get("state", ""), asked.get("q", "").strip()
        if state not in {"", *State.values}:
            raise Http404
        rows = _found(visible_to(member), organisation, state, query)
        page, following = _page(rows, asked.get("after", ""))
        count, sums = _together(rows)
        return cls(
            rows=[SalesRow.of(each) for each in page],
            next=following,
            is_first="after" not in asked,
            count=count,
            sums=sums,
            query=query,
            state=state,
            states=list(State.choices),
            organisation=organisation,
            senders=_senders(member, places, organisation),
        )


def _places(member: Member, wanted: str) -> tuple[list[Organisation], Organisation | None]:
    places = list(Organisation.objects.filter(id__in=places_of(member)).order_by("name", "id"))
    chosen = next((each for each in places if str(each.id) == wanted), None)
    return places, chosen


def _senders(member: Member, places: list[Organisation], chosen: Organisation | None) -> list[Organisation]:
    sends: frozenset[UUID] = member.where(Right.SEND)
    return [each for each in places if each.id in sends and chosen in (None, each)]


def _found(
    rows: QuerySet[SalesInvoice], organisation: Organisation | None, state: str, query: str
) -> QuerySet[SalesInvoice]:
    if organisation:
        rows = rows.filter(organisation=organisation)
    if state:
        rows = rows.filter(state=state)
    if query:
        rows = rows.filter(Q(customer_name__icontains=query) | Q(number__icontains=query))
    return rows


def _page(rows: QuerySet[SalesInvoice], after: str) -> tuple[list[SalesInvoice], Place | None]:
    if after:
        try:
            place = Place.parse(after)
        except ValueError as mistake:
            raise Http404 from mistake
        later = Q(changed_at__lt=place.received_at) | Q(changed_at=place.received_at, id__gt=place.id)
        rows = rows.filter(later)
    page = list(rows.order_by("-changed_at", "id")[: PAGE + 1])
    last = page[PAGE - 1] if len(page) > PAGE else None
    return page[:PAGE], Place(last.changed_at, last.id) if last else None


def _together(rows: QuerySet[SalesInvoice]) -> tuple[int, list[Money]]:
    """How many, and the sum in each currency."""
    signed = Case(When(kind=Kind.CREDIT_NOTE, then=-F("payable")), default=F("payable"))
    sums = list(rows.order_by("currency").values("currency").annotate(count=Count("id"), total=Sum(signed)))
    return (
        sum(each["count"] for each in sums),
        [Money(each["total"], each["currency"]) for each in sums if each["total"] is not None],
    )
