"""Files that came once more after their invoice was rejected or cancelled: no mere *known* (rules 2.1)."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from omloop.intake.models import Delivery
from omloop.invoices.models import Invoice
from omloop.invoices.queries import visible_to
from omloop.organisations.members import Member

MOST = 200
"""Deliveries on the page, the newest first."""
State = Invoice.State


def again_to(member: Member) -> QuerySet[Delivery]:
    """The deliveries that came after the end of an invoice that he may see.

    Circulation stands above this room; its decisions are reached by the name that they give to an invoice.
    """
    ended = visible_to(member).filter(document=OuterRef("document"))
    cancelled = Q(state=State.CANCELLED, cancellation__cancelled_at__lt=OuterRef("delivered_at"))
    rejected = Q(
        state=State.REJECTED,
        decisions__action="reject",
        decisions__withdrawn_at=None,
        decisions__decided_at__lt=OuterRef("delivered_at"),
    )
    states = Q(document__invoice__state__in=[State.REJECTED, State.CANCELLED])
    earlier = Delivery.objects.filter(document=OuterRef("document"), id__lt=OuterRef("id"))
    rows: QuerySet[Delivery] = Delivery.objects.filter(
        states, Exists(earlier), Exists(ended.filter(cancelled)) | Exists(ended.filter(rejected))
    )
    return rows


def came_again_to(member: Member) -> list[Delivery]:
    """The newest with their invoice; one more than a page shows, where there are more."""
    rows = again_to(member).select_related("document__invoice__organisation")
    return list(rows.order_by(F("delivered_at").desc(), "id")[: MOST + 1])
