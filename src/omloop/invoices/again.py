"""Files that came once more after their end: no mere *known* (rules 2.1)."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from omloop.intake import queries as intake
from omloop.intake.models import Delivery, Document
from omloop.invoices.models import Invoice
from omloop.invoices.queries import visible_to
from omloop.organisations.members import Member

MOST = 200
"""Deliveries on the page, the newest first."""
State = Invoice.State
ENDS = [State.REJECTED, State.CANCELLED]


def again_to(member: Member) -> QuerySet[Delivery]:
    """What came after its invoice was rejected or cancelled, or its document set aside, and nobody settled.

    He sees the invoice or the document. Circulation stands above this room; its decisions are reached by the
    name that they give to an invoice.
    """
    ended = visible_to(member).filter(document=OuterRef("document"))
    cancelled = Q(state=State.CANCELLED, cancellation__cancelled_at__lt=OuterRef("delivered_at"))
    rejected = Q(
        state=State.REJECTED,
        decisions__action="reject",
        decisions__withdrawn_at=None,
        decisions__decided_at__lt=OuterRef("delivered_at"),
    )
    aside = intake.visible_to(member).filter(
        id=OuterRef("document"),
        state=Document.State.SET_ASIDE,
        asides__undone_at=None,
        asides__set_aside_at__lt=OuterRef("delivered_at"),
    )
    over = Q(document__invoice__state__in=ENDS) | Q(document__state=Document.State.SET_ASIDE)
    earlier = Delivery.objects.filter(document=OuterRef("document"), id__lt=OuterRef("id"))
    after = Exists(ended.filter(cancelled)) | Exists(ended.filter(rejected)) | Exists(aside)
    rows: QuerySet[Delivery] = Delivery.objects.filter(over, Exists(earlier), after, settled_at=None)
    return rows


def came_again_to(member: Member) -> list[Delivery]:
    """The newest with their document and invoice; one more than a page shows, where there are more."""
    rows = again_to(member).select_related("document__invoice", "document__organisation")
    return list(rows.order_by(F("delivered_at").desc(), "id")[: MOST + 1])


def invoice_of(document: Document, member: Member) -> Invoice | None:
    """The invoice of a document, if he may see it."""
    found: Invoice | None = visible_to(member).filter(document=document).first()
    return found
