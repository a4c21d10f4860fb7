"""Which invoices can be booked now, and why others can't (rules 3.10, 3.11)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from omloop.booking.journal import Amounts, amounts_of
from omloop.booking.models import STANDS, Batch, Booking
from omloop.booking.periods import booking_date, closed_months, month_of
from omloop.circulation.models import Decision, Step
from omloop.circulation.models.configuration import ExchangeRate
from omloop.circulation.routing.seal import hash_what_counts
from omloop.circulation.routing.voided import ON_CONTENT
from omloop.coding.models import IS_CURRENT, CodingLine
from omloop.invoices.duplicates import firsts_among
from omloop.invoices.models import Invoice
from omloop.organisations.models import Organisation

MOST = 500
"""Invoices in one batch, and on the page."""
TO_PRE_BOOK = (Invoice.State.RECEIVED, Invoice.State.HELD, Invoice.State.CIRCULATING)


@dataclass(frozen=True)
class Candidate:
    """An invoice that could be booked; `problem`: `duplicate`, `not_coded`, `amounts`, `rate` or
    `recoded`."""

    invoice: Invoice
    lines: list[CodingLine]
    booked_on: date
    is_pre_booked: bool
    amounts: Amounts | None
    problem: str = ""
    failure: str = ""
    """Why an entry of it counts no more: the package refused it, or it was reversed."""
    approvers: frozenset[UUID] = field(default_factory=frozenset)
    periods: tuple[date, ...] = ()
    """The other months to which some of its cost belongs, and is booked."""
    closed_periods: tuple[date, ...] = ()
    """The other months that its coding names and that are closed: that cost falls in the entry's own."""


def waiting(organisation_id: UUID, kind: str, *, up_to: date) -> "QuerySet[Invoice]":
    """What is not booked so yet, by invoice date: approved ones in full, those on their way in advance."""
    standing = Booking.objects.filter(STANDS, organisation_id=organisation_id, invoice=OuterRef("id"))
    states = [Invoice.State.APPROVED] if kind == Batch.Kind.FULL else TO_PRE_BOOK
    rows: QuerySet[Invoice] = Invoice.objects.filter(
        organisation_id=organisation_id, state__in=states, booked_at=None
    )
    day = Q(issued_on__lte=up_to) | Q(issued_on=None, import_date__lte=up_to)
    return rows.filter(day, ~Exists(standing.filter(kind=kind))).order_by("issued_on", "id")


def candidates(
    place: Organisation, kind: str, *, up_to: date, only: Collection[UUID] | None = None
) -> list[Candidate]:
    """The first `MOST` of them, in a fixed number of queries but for those that were coded anew."""
    rows = waiting(place.id, kind, up_to=up_to)
    found = list((rows if only is None else rows.filter(id__in=only))[:MOST])
    lines, pre = lines_by_invoice(found), pre_booked_among(found)
    closed, rates = closed_months(place.id), Rates(place)
    deciders, since = _approvals(found)
    failures = failures_among(found, kind)
    double = firsts_among(found)
    made = []
    for invoice in found:
        amounts = rates.amounts(invoice)
        own = lines.get(invoice.id, [])
        booked_on = booking_date(invoice.issued_on or invoice.import_date, closed)
        periods = _periods(own, booked_on) if kind == Batch.Kind.FULL else []
        late = bool(own) and max(line.created_at for line in own) > since.get(invoice.id, own[0].created_at)
        made.append(
            Candidate(
                invoice,
                own,
                booked_on,
                invoice.id in pre,
                amounts,
                "duplicate"
                if invoice.id in double
                else _problem(invoice, kind, own, amounts, rates, is_late=late),
                failures.get(invoice.id, ""),
                frozenset(deciders.get(invoice.id, ())),
                tuple(month for month in periods if month not in closed),
                tuple(month for month in periods if month in closed),
            )
        )
    return made


def _periods(lines: Iterable[CodingLine], booked_on: date) -> list[date]:
    """The months that the coding names, but that in which the entry is booked."""
    return sorted({line.period for line in lines if line.period} - {month_of(booked_on)})


def lines_by_invoice(invoices: Collection[Invoice]) -> dict[UUID, list[CodingLine]]:
    """The present coding of each; one query."""
    rows = CodingLine.objects.filter(IS_CURRENT, invoice__in=invoices).order_by("position")
    found: dict[UUID, list[CodingLine]] = {}
    for line in rows.select_related("ledger_account", "cost_centre", "cost_unit"):
        found.setdefault(line.invoice_id, []).append(line)
    return found


def failures_among(invoices: Collection[Invoice], kind: str) -> dict[UUID, str]:
    """Why the last entry of each counts no more; one query."""
    rows = Booking.objects.filter(invoice__in=invoices, kind=kind, ended_at__isnull=False)
    return dict(rows.order_by("ended_at", "id").values_list("invoice_id", "ending"))


def pre_booked_among(invoices: Collection[Invoice]) -> set[UUID]:
    """Those that are pre-booked."""
    rows = Booking.objects.filter(STANDS, invoice__in=invoices, kind=Batch.Kind.PRE)
    return set(rows.values_list("invoice_id", flat=True))


class Rates:
    """What a unit of each currency was worth to an organisation; one query."""

    def __init__(self, place: Organisation) -> None:
        rows = ExchangeRate.objects.filter(organisation_id=place.id).order_by("from_on", "id")
        self._own = place.currency
        self._rates = list(rows.values_list("currency", "from_on", "rate"))

    def amounts(self, invoice: Invoice) -> Amounts | None:
        """The invoice in the organisation's currency, at the rate of the day it came in (rules 3.6)."""
        rate = self.of(invoice)
        return None if rate is None else amounts_of(invoice, rate)

    def of(self, invoice: Invoice) -> Decimal | None:
        """None: unknown."""
        if invoice.currency == self._own:
            return Decimal(1)
        known = [r for c, day, r in self._rates if c == invoice.currency and day <= invoice.import_date]
        return known[-1] if known else None


def _approvals(invoices: Iterable[Invoice]) -> tuple[dict[UUID, set[UUID]], dict[UUID, datetime]]:
    """Who approved each, and when something was decided last."""
    standing = Decision.objects.standing().filter(invoice__in=list(invoices))
    deciders: dict[UUID, set[UUID]] = {}
    approved = standing.filter(action=Decision.Action.APPROVE)
    for invoice_id, person_id in approved.values_list("invoice_id", "person_id"):
        deciders.setdefault(invoice_id, set()).add(person_id)
    last = standing.order_by().values("invoice_id").annotate(last=Max("decided_at"))
    return deciders, {row["invoice_id"]: row["last"] for row in last}


def _problem(
    invoice: Invoice,
    kind: str,
    lines: list[CodingLine],
    amounts: Amounts | None,
    rates: Rates,
    *,
    is_late: bool,
) -> str:
    if amounts is None:
        return "rate" if rates.of(invoice) is None else "amounts"
    if kind == Batch.Kind.PRE:
        return ""
    coded = sum((line.net for line in lines), Decimal(0))
    if not lines or coded != invoice.without_vat or any(line.ledger_account.ended_at for line in lines):
        return "not_coded"
    return "recoded" if is_late and _is_stale(invoice) else ""


def _is_stale(invoice: Invoice) -> bool:
    """Whether an approval was about another coding: the story is about to ask it anew (rules 3.7)."""
    approved = Decision.objects.standing().filter(
        invoice=invoice,
        step__state=Step.State.DONE,
        step__origin__in=ON_CONTENT,
        action__in=[Decision.Action.APPROVE, Decision.Action.CHECK],
    )
    return any(
        each.counts != hash_what_counts(invoice, each.step) for each in approved.select_related("step")
    )
