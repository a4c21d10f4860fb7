"""What may go of an organisation and what must stay, in numbers (rules 2.8, 6.5)."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum

from omloop.circulation.models import Decision
from omloop.intake.models import Document
from omloop.invoices.models import Attachment, Invoice
from omloop.organisations.models import Membership
from omloop.retention.going import Kind, Reckoning, may_go
from omloop.retention.terms import LAST_YEAR, Rows, dated_documents, dated_sales, end_of
from omloop.sending.models import SalesInvoice


@dataclass(frozen=True)
class Numbers:
    """How much there is of each."""

    documents: int
    invoices: int
    attachments: int
    decisions: int
    sales: int
    size: int


@dataclass(frozen=True)
class Terms:
    """What goes and what stays on a day; who sees nothing any more once all is gone.

    `next_on` is when the next may go, `last_on` when the last may; None when nothing stays, or when a legal
    hold has no end yet.
    """

    goes: Numbers
    stays: Numbers
    members: int
    next_on: date | None
    last_on: date | None


def how_many_may_go(on: Reckoning) -> int:
    """Documents, mails and sales invoices together; of a scope that shows confidential ones, all of them."""
    return sum(int(rows.count()) for rows in may_go(on).values())


def read_terms(on: Reckoning) -> Terms:
    """In a fixed number of queries, however much there is."""
    going = may_go(on)
    goes = Q(id__in=going[Kind.PURCHASE].values("id")) | Q(id__in=going[Kind.NO_BOOKS].values("id"))
    documents = dated_documents(on.organisation_id, on.ends_in)
    sales = dated_sales(on.organisation_id, on.ends_in)
    stays, sales_stay = documents.filter(~goes), sales.exclude(id__in=going[Kind.SALE].values("id"))
    years = [_years(rows.filter(held=False)) for rows in (stays, sales_stay)]
    members = Membership.objects.filter(organisation_id=on.organisation_id, valid__upper_inf=True)
    return Terms(
        _count(documents.filter(goes), going[Kind.SALE]),
        _count(stays, sales_stay),
        members.count(),
        _day_after(min((first for first, _ in years if first), default=None), on),
        _day_after(max((last for _, last in years if last), default=None), on),
    )


def _years(rows: Rows) -> tuple[int | None, int | None]:
    """The first and the last financial year through which something is kept."""
    found = rows.aggregate(first=Min(F("year") + F("years")), last=Max(F("year") + F("years")))
    return found["first"], found["last"]


def _count(documents: "QuerySet[Document]", sales: "QuerySet[SalesInvoice]") -> Numbers:
    totals = documents.aggregate(count=Count("id"), bytes=Sum("size"))
    sold = sales.aggregate(count=Count("id"), bytes=Sum("size"))
    ids = documents.values("id")

    def count(model: Any, path: str) -> int:
        return int(model.objects.filter(**{f"{path}__in": ids}).count())

    return Numbers(
        totals["count"],
        count(Invoice, "document_id"),
        count(Attachment, "invoice__document_id"),
        count(Decision, "invoice__document_id"),
        sold["count"],
        (totals["bytes"] or 0) + (sold["bytes"] or 0),
    )


def _day_after(year: int | None, on: Reckoning) -> date | None:
    """The day after the last one on which it is kept; never one that has been."""
    if year is None:
        return None
    return max(end_of(min(year, LAST_YEAR), on.ends_in), on.today) + timedelta(days=1)
