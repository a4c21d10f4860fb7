"""What of an organisation may go on a day, by kind and financial year (rules 2.8)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import sha256
from uuid import UUID

from django.db import models
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear, TruncDate
from django.utils.translation import gettext_lazy as _

from omloop.intake.models import Container, SetAside
from omloop.invoices.models import Cancellation, Invoice
from omloop.organisations.models import Organisation
from omloop.retention.terms import (
    KEPT_YEARS,
    Rows,
    dated_documents,
    dated_sales,
    end_of,
    is_held,
    is_over,
    is_past,
    last_month_of,
    year_of,
)

NO_BOOKS_MONTHS = 3
"""After its arrival, for what is no part of the books."""
UNDONE = (Invoice.State.REJECTED, Invoice.State.CANCELLED)
WITHOUT_DOCUMENT = (Container.State.NOTHING_IN_IT, Container.State.TOO_LARGE, Container.State.REFUSED)
EXAMPLES = 5


class Kind(models.TextChoices):
    """What stands apart in the list."""

    PURCHASE = "purchase", _("Purchase invoices and documents")
    SALE = "sale", _("Sales invoices")
    NO_BOOKS = "no_books", _("No part of the books")
    MAIL = "mail", _("Mails without a document")


CALLED = {
    Kind.PURCHASE: ("invoice__supplier_name", "invoice__number", "filename"),
    Kind.NO_BOOKS: ("invoice__supplier_name", "invoice__number", "filename"),
    Kind.SALE: ("customer_name", "number", "customer_name"),
    Kind.MAIL: ("sender", "subject", "filename"),
}
"""By which two fields an example is known, and the one that is shown without them."""
Chosen = Collection[tuple[str, int]]
"""Kinds with a financial year."""


@dataclass(frozen=True)
class Reckoning:
    """A moment at an organisation, its day there, and the month with which its financial year ends."""

    organisation_id: UUID
    ends_in: int
    midnight: datetime
    now: datetime

    @classmethod
    def of(cls, organisation: Organisation, *, now: datetime) -> "Reckoning":
        """At this moment, on the organisation's own calendar."""
        there = now.astimezone(organisation.zone)
        midnight = datetime.combine(there.date(), time(), organisation.zone)
        return cls(organisation.id, last_month_of(organisation.id), midnight, now)

    @property
    def today(self) -> date:
        """The day itself."""
        return self.midnight.date()

    @property
    def year(self) -> int:
        """The financial year in which it lies."""
        return year_of(self.today, self.ends_in)

    @property
    def arrived_by(self) -> date:
        """The last day of arrival of what is no part of the books and may go."""
        return months_after(self.today, -NO_BOOKS_MONTHS)


@dataclass(frozen=True)
class Group:
    """Things of one kind and one financial year that may go."""

    kind: Kind
    year: int
    count: int
    size: int

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.kind}-{self.year}"


def may_go(on: Reckoning, *, confidential: bool | None = None) -> dict[Kind, Rows]:
    """What may go on that day, all of it or only what is (not) confidential; each row with its `year`."""
    if is_held(on.organisation_id):
        return {kind: rows.none() for kind, rows in _all_of(on).items()}
    found = _all_of(on)
    if confidential is None:
        return found
    if confidential:
        found[Kind.SALE] = found[Kind.SALE].none()
    return {
        kind: rows if kind == Kind.SALE else rows.filter(confidential=confidential)
        for kind, rows in found.items()
    }


def groups_of(found: Mapping[Kind, Rows]) -> list[Group]:
    """How much there is of each kind and year; one query a kind."""
    return [
        Group(kind, each["year"], each["count"], each["bytes"] or 0)
        for kind, rows in found.items()
        for each in rows.values("year").annotate(count=Count("id"), bytes=Sum("size")).order_by("year")
    ]


def examples_of(found: Mapping[Kind, Rows]) -> dict[Kind, list[tuple[str, date]]]:
    """The oldest of each kind: what it is called, and its day; one query a kind."""
    return {
        kind: [
            (f"{name or ''} {number or ''}".strip()[:80] or other or "—", day)
            for name, number, other, day in rows.order_by("day", "id").values_list(*CALLED[kind], "day")[
                :EXAMPLES
            ]
        ]
        for kind, rows in found.items()
    }


def pick(found: Mapping[Kind, Rows], chosen: Chosen) -> dict[Kind, Rows]:
    """Of what may go, the kinds and years that were chosen."""
    years = {kind: [year for each, year in chosen if each == kind] for kind in found}
    return {kind: rows.filter(year__in=years[kind]) for kind, rows in found.items() if years[kind]}


def digest_of(picked: Mapping[Kind, Rows]) -> tuple[int, str]:
    """How many there are, and the SHA-256 of their ids: the list that two people decide on."""
    count, found = 0, sha256()
    for key in _ids(picked):
        count += 1
        found.update(key.bytes)
    return count, found.hexdigest()


def chosen_from(keys: Collection[str], groups: Sequence[Group]) -> list[tuple[str, int]]:
    """The pairs that a form names, of those that there are."""
    return [(str(each.kind), each.year) for each in groups if each.key in keys]


def months_after(day: date, months: int) -> date:
    """The same day so many months after (before, with minus), or the last of that month if it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, end_of(year, month + 1).day))


def _all_of(on: Reckoning) -> dict[Kind, Rows]:
    """Only rows that came before the first year that is kept: an index finds them."""
    documents, no_books = dated_documents(on.organisation_id, on.ends_in), _is_no_books(on)
    old = end_of(on.year - KEPT_YEARS - 1, on.ends_in)
    past = documents.filter(is_past(on.today, on.ends_in), is_over(), import_date__lte=old)
    aside = documents.filter(no_books, is_over(), held=False, import_date__lte=on.arrived_by)
    return {
        Kind.PURCHASE: past.filter(~no_books),
        Kind.SALE: dated_sales(on.organisation_id, on.ends_in).filter(is_past(on.today, on.ends_in)),
        Kind.NO_BOOKS: aside,
        Kind.MAIL: _mails(on),
    }


def _is_no_books(on: Reckoning) -> Q:
    """Set aside by then, or sent on to the organisation that it belonged to; and nobody undid that since.

    As one small set of ids, so that an index finds the documents.
    """
    aside = SetAside.objects.filter(
        organisation_id=on.organisation_id, undone_at=None, set_aside_at__lte=on.now
    )
    elsewhere = Cancellation.objects.filter(
        organisation_id=on.organisation_id, ground=Cancellation.Ground.ELSEWHERE
    )
    ids = aside.values_list("document_id").union(elsewhere.values_list("invoice__document_id"))
    undone = Q(invoice__isnull=True) | Q(invoice__state__in=UNDONE, invoice__booked_at=None)
    return Q(id__in=ids) & undone


def _mails(on: Reckoning) -> QuerySet[Container]:
    before = datetime.combine(on.arrived_by, time.max, on.midnight.tzinfo)
    rows: QuerySet[Container] = Container.objects.filter(
        organisation_id=on.organisation_id, state__in=WITHOUT_DOCUMENT, arrived_at__lte=before
    )
    return rows.annotate(day=TruncDate("arrived_at"), year=ExtractYear("arrived_at"))


def _ids(picked: Mapping[Kind, Rows]) -> Iterator[UUID]:
    for kind in sorted(picked):
        yield from picked[kind].order_by("id").values_list("id", flat=True).iterator(chunk_size=5_000)
