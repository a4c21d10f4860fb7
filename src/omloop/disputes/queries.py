"""What is disputed, how long already, and how much it comes to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from omloop.disputes.models import Dispute, DisputeNote
from omloop.intake.models import Channel, Delivery
from omloop.invoices.models import Contact, Invoice
from omloop.invoices.queries import visible_to
from omloop.kernel.money import Money
from omloop.organisations.members import Member
from omloop.organisations.rights import Right

BOUNDS = (30, 60, 90)
"""Days after which a dispute stands under the next heading."""
MOST = 200
"""Disputes on the page, the oldest first."""


@dataclass(frozen=True)
class Bucket:
    """Disputes of an age: from so many days up to and including so many (None: and older)."""

    first: int
    last: int | None
    count: int
    sums: list[Money]


@dataclass(frozen=True)
class Aged:
    """A dispute with its age in days, and what is disputed of the amount."""

    dispute: Dispute
    days: int
    amount: Money | None
    is_to_follow_up: bool


def open_disputes() -> QuerySet[Dispute]:
    """Those that have not ended."""
    rows: QuerySet[Dispute] = Dispute.objects.filter(ended_at=None)
    return rows


def disputed_among(invoice_ids: Iterable[UUID]) -> set[UUID]:
    """Which of these invoices are disputed; one query."""
    return set(open_disputes().filter(invoice_id__in=list(invoice_ids)).values_list("invoice_id", flat=True))


def dispute_of(invoice: Invoice) -> Dispute | None:
    """The open dispute of an invoice."""
    rows = open_disputes().filter(organisation_id=invoice.organisation_id, invoice=invoice)
    return rows.select_related("disputed_by").first()


def disputed_for(member: Member, organisation_id: UUID | None = None) -> QuerySet[Dispute]:
    """The open disputes of where he may dispute, or of one of these organisations."""
    places = member.where(Right.DISPUTE)
    chosen = places & {organisation_id} if organisation_id else places
    return open_disputes().filter(organisation__in=chosen, invoice__in=visible_to(member))


def aged(rows: QuerySet[Dispute], *, today: date) -> list[Aged]:
    """The oldest first; one more than a page shows, where there are more."""
    found = rows.select_related("invoice", "organisation").order_by("disputed_on", "id")[: MOST + 1]
    return [
        Aged(
            each,
            (today - each.disputed_on).days,
            _disputed(each),
            each.follow_up_on is not None and each.follow_up_on <= today,
        )
        for each in found
    ]


def buckets(rows: QuerySet[Dispute], *, today: date) -> list[Bucket]:
    """How many and how much in each age, a sum for each currency, in one query."""
    edges = list(zip((0, *(bound + 1 for bound in BOUNDS)), (*BOUNDS, None), strict=True))
    ages = [
        When(disputed_on__gte=today - timedelta(days=last), then=Value(first))
        for first, last in edges
        if last is not None
    ]
    sign = Case(When(invoice__kind=Invoice.Kind.CREDIT_NOTE, then=Value(-1)), default=Value(1))
    asked = Coalesce("invoice__payable", "invoice__with_vat")
    disputed = (asked - Coalesce("payable", Value(Decimal(0)))) * sign
    known = Q(invoice__payable__isnull=False) | Q(invoice__with_vat__isnull=False)
    per_age = rows.annotate(age=Case(*ages, default=Value(BOUNDS[-1] + 1))).order_by()
    found = per_age.values("age", "invoice__currency").annotate(
        count=Count("id"), total=Sum(disputed, filter=known)
    )
    by_age: dict[int, list[dict[str, Any]]] = {first: [] for first, _ in edges}
    for row in found.order_by("-count", "invoice__currency"):
        by_age[row["age"]].append(dict(row))
    return [
        Bucket(first, last, sum(r["count"] for r in by_age[first]), _sums(by_age[first]))
        for first, last in edges
    ]


def came_directly(invoice: Invoice) -> bool:
    """Whether its sender handed it over on this installation, and can be told there how it stands."""
    return Delivery.objects.filter(
        organisation_id=invoice.organisation_id,
        document_id=invoice.document_id,
        channel=Channel.INSTALLATION,
    ).exists()


def told_about(invoice: Invoice) -> list[DisputeNote]:
    """What its sender was told of disputes, the last first; of those that ended too."""
    rows = DisputeNote.objects.filter(organisation_id=invoice.organisation_id, is_told=True)
    return list(rows.filter(dispute__invoice=invoice).select_related("dispute").order_by("-id"))


def address_of(invoice: Invoice) -> str:
    """The mail address of the supplier's contact, as the invoice names it; empty: it names none."""
    rows = Contact.objects.filter(
        organisation_id=invoice.organisation_id, invoice=invoice, party=Contact.Party.SELLER
    )
    return str(rows.exclude(email="").values_list("email", flat=True).first() or "")


def _sums(rows: list[dict[str, Any]]) -> list[Money]:
    return [Money(row["total"], row["invoice__currency"]) for row in rows if row["total"] is not None]


def _disputed(each: Dispute) -> Money | None:
    invoice = each.invoice
    asked = invoice.with_vat if invoice.payable is None else invoice.payable
    if asked is None:
        return None
    amount = asked - (each.payable or 0)
    return Money(-amount if invoice.kind == Invoice.Kind.CREDIT_NOTE else amount, invoice.currency)
