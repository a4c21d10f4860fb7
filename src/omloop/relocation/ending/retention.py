"""What may go of an organisation and what must stay, in numbers (rules 2.8, 6.5)."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear, Greatest

from omloop.circulation.models import Decision
from omloop.intake.models import Document
from omloop.invoices.models import Attachment, Invoice
from omloop.organisations.models import Membership

KEPT_YEARS = 7
"""After the end of the financial year, which is the calendar year."""
LAST_YEAR = 9_992
"""A date beyond it on an invoice is a mistake; calendars end in 9999."""


@dataclass(frozen=True)
class Numbers:
    """How much there is of each."""

    documents: int
    invoices: int
    attachments: int
    decisions: int
    size: int


@dataclass(frozen=True)
class Terms:
    """What goes and what stays on a day; who sees nothing any more once all is gone.

    `next_on` is when the next may go, `last_on` when the last may; None when nothing stays.
    """

    goes: Numbers
    stays: Numbers
    members: int
    next_on: date | None
    last_on: date | None


def kept_through(import_date: date, issued_on: date | None) -> int:
    """The year through which a document is kept: its own counts, and never less than that of its import.

    So a wrong date on an invoice shortens nothing.
    """
    own = max(import_date, issued_on or import_date).year
    return min(own, LAST_YEAR) + KEPT_YEARS


def past_term(organisation_id: UUID, today: date) -> "QuerySet[Document]":
    """The documents whose term has ended."""
    return _dated(organisation_id).filter(Q(year__lt=today.year - KEPT_YEARS))


def within_term(organisation_id: UUID, today: date) -> "QuerySet[Document]":
    """The documents that must stay for now."""
    return _dated(organisation_id).filter(Q(year__gte=today.year - KEPT_YEARS))


def read_terms(organisation_id: UUID, today: date) -> Terms:
    """In nine queries, however much there is; of a scope that shows confidential documents, all of it."""
    stays = within_term(organisation_id, today)
    years = stays.aggregate(first=Min("year"), last=Max("year"))
    members = Membership.objects.filter(organisation_id=organisation_id, valid__upper_inf=True)
    return Terms(
        _count(past_term(organisation_id, today)),
        _count(stays),
        members.count(),
        _day_after(years["first"]),
        _day_after(years["last"]),
    )


def _dated(organisation_id: UUID) -> "QuerySet[Document]":
    date_of = Greatest("import_date", "invoice__issued_on")
    found: QuerySet[Document] = Document.objects.filter(organisation_id=organisation_id)
    return found.annotate(year=ExtractYear(date_of))


def _count(documents: "QuerySet[Document]") -> Numbers:
    totals = documents.aggregate(count=Count("id"), size=Sum("size"))
    ids = documents.values("id")

    def count(model: Any, path: str) -> int:
        return int(model.objects.filter(**{f"{path}__in": ids}).count())

    return Numbers(
        totals["count"],
        count(Invoice, "document_id"),
        count(Attachment, "invoice__document_id"),
        count(Decision, "invoice__document_id"),
        totals["size"] or 0,
    )


def _day_after(year: int | None) -> date | None:
    """The first of January after the last year in which it is kept."""
    return date(min(year, LAST_YEAR - 1) + KEPT_YEARS + 1, 1, 1) if year else None
