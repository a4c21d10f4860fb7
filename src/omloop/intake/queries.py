"""Which documents a member may see."""

from django.db.models import Q, QuerySet

from omloop.intake.models import Document
from omloop.organisations.members import Member
from omloop.organisations.rights import Right


def visible_to(member: Member) -> QuerySet[Document]:
    """The documents of the organisations where he sees all, and those that he brought himself.

    Confidential ones only where the scope shows them (rules 2.12). Who sees an invoice sees its document
    too: `invoices.queries.originals_visible_to`.
    """
    brought = Q(organisation__in=member.where(Right.ADD), received_from=member.person_id)
    if member.person_id is None:
        brought = Q(pk__in=())
    return Document.objects.filter(Q(organisation__in=member.where(Right.VIEW_ALL)) | brought)
