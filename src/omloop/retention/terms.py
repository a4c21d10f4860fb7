"""Until which day something is kept: seven years after its financial year, or ten (rules 2.8)."""

from calendar import monthrange
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import ExtractYear, Greatest, TruncDate

from omloop.disputes.models import Dispute
from omloop.intake.models import Document
from omloop.invoices.models import Invoice
from omloop.retention.models import NOT_ENDED, FinancialYear, KeptLonger
from omloop.sending.models import SalesInvoice

KEPT_YEARS, REAL_ESTATE_YEARS = 7, 10
"""After the end of the financial year (article 52 AWR; real estate: article 34a of the VAT act)."""
LAST_YEAR = 9_988
"""A date beyond it on an invoice is a mistake; calendars end in 9999."""
DECEMBER = 12
NOT_OVER = (Invoice.State.RECEIVED, Invoice.State.HELD, Invoice.State.CIRCULATING)
KIND = KeptLonger.Kind
Rows = QuerySet[Any]


def last_month_of(organisation_id: UUID) -> int:
    """The month with which the organisation's financial year ends: December unless it says otherwise."""
    found = FinancialYear.objects.filter(organisation_id=organisation_id).values_list("ends_in", flat=True)
    return int(found.first() or DECEMBER)


def year_of(day: date, ends_in: int) -> int:
    """The financial year in which a day lies, named after the year in which it ends."""
    return day.year + (day.month > ends_in)


def end_of(year: int, ends_in: int) -> date:
    """The last day of a financial year."""
    return date(year, ends_in, monthrange(year, ends_in)[1])


def kept_until(import_date: date, issued_on: date | None, ends_in: int, years: int = KEPT_YEARS) -> date:
    """The last day on which it must be there. Its own date counts, and never less than that of its arrival.

    So a wrong date on an invoice shortens nothing.
    """
    own = year_of(max(import_date, issued_on or import_date), ends_in)
    return end_of(min(own, LAST_YEAR) + years, ends_in)


def dated_documents(organisation_id: UUID, ends_in: int) -> Rows:
    """An organisation's documents with their financial `year`, how many `years` they are kept after it, and
    whether they are `held` by a legal hold on their invoice or on the organisation."""
    found = Document.objects.filter(organisation_id=organisation_id)
    marks = KeptLonger.objects.filter(NOT_ENDED, invoice__document=OuterRef("id"))
    return _dated(found, Greatest("import_date", "invoice__issued_on"), organisation_id, marks, ends_in)


def dated_sales(organisation_id: UUID, ends_in: int) -> Rows:
    """The same of sales invoices; a draft is dated by its last change."""
    found = SalesInvoice.objects.filter(organisation_id=organisation_id)
    marks = KeptLonger.objects.filter(NOT_ENDED, sale=OuterRef("id"))
    return _dated(found, Greatest(TruncDate("changed_at"), "issued_on"), organisation_id, marks, ends_in)


def is_held(organisation_id: UUID) -> bool:
    """Whether a legal hold stands on the whole organisation: while it does, nothing goes."""
    return bool(held_whole(organisation_id).exists())


def held_whole(organisation_id: UUID) -> "QuerySet[KeptLonger]":
    """The legal hold on the whole organisation that stands, if one does."""
    found: QuerySet[KeptLonger] = KeptLonger.objects.filter(
        NOT_ENDED, organisation_id=organisation_id, kind=KIND.LEGAL_HOLD, invoice=None, sale=None
    )
    return found


def is_past(today: date, ends_in: int) -> Q:
    """Of what is dated: the years for which it is kept are over on this day, and nothing holds it."""
    return Q(held=False, year__lt=Value(year_of(today, ends_in)) - F("years"))


def is_over() -> Q:
    """Of documents: nobody has to do anything with the invoice any more."""
    disputed = Dispute.objects.filter(invoice__document=OuterRef("id"), ended_at=None)
    open_ones = Q(state=Document.State.RECEIVED) | Q(invoice__state__in=NOT_OVER, invoice__isnull=False)
    return ~open_ones & ~Q(Exists(disputed))


def _dated(
    rows: Rows, day: Combinable, organisation_id: UUID, marks: "QuerySet[KeptLonger]", ends_in: int
) -> Rows:
    estate, holds = marks.filter(kind=KIND.REAL_ESTATE), marks.filter(kind=KIND.LEGAL_HOLD)
    later = Case(When(day__month__gt=ends_in, then=Value(1)), default=Value(0))
    found: Rows = rows.annotate(day=day).annotate(
        year=ExtractYear("day") + later,
        years=Case(When(Exists(estate), then=Value(REAL_ESTATE_YEARS)), default=Value(KEPT_YEARS)),
        held=Exists(holds) | Exists(held_whole(organisation_id)),
    )
    return found
