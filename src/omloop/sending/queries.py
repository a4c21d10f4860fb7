"""Which customers and sales invoices a member may see, and which bytes belong to them."""

from uuid import UUID

from django.db.models import Q, QuerySet

from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.sending.models import Customer, SalesAttachment, SalesInvoice, SentStatus


def places_of(member: Member) -> frozenset[UUID]:
    """The organisations whose sales invoices he sees: where he sees all, or sends."""
    return member.where(Right.VIEW_ALL) | member.where(Right.SEND)


def visible_to(member: Member) -> QuerySet[SalesInvoice]:
    """The sales invoices that he may see; who reads up to a day (rules 6.6) sees what was sent by then."""
    seen = Q(organisation__in=places_of(member) - member.sees_until.keys())
    for place in places_of(member) & member.sees_until.keys():
        seen |= Q(organisation=place, sent_at__date__lte=member.sees_until[place])
    return SalesInvoice.objects.filter(seen, discarded_at=None).select_related("organisation")


def customers_of(organisation_id: UUID) -> QuerySet[Customer]:
    """The address book, by name."""
    rows = Customer.objects.filter(organisation_id=organisation_id, ended_at=None)
    return rows.order_by("name", "id")


def files_of(organisation_id: UUID, below: UUID) -> set[str]:
    """The SHA-256 of what was attached or sent before a mark (rules 6.3)."""
    before = {"organisation_id": organisation_id, "id__lt": below}
    attached = SalesAttachment.objects.filter(**before).values_list("sha256", flat=True)
    sent = SentStatus.objects.filter(**before).exclude(sha256="").values_list("sha256", flat=True)
    return {*attached, *sent}
