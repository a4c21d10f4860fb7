"""What a request names: an organisation, a draft or a sent invoice; Http404 for what one does not see."""

from uuid import UUID

from django.http import Http404

from omloop.circulation.pages.views import PageRequest
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.sending.models import SalesInvoice
from omloop.sending.queries import visible_to


def place(request: PageRequest, wanted: str) -> Organisation:
    """The organisation that a form names, for who may send there; raises RightMissing."""
    found = Organisation.objects.filter(id__in=request.member.rights, id=uuid_in(wanted)).first()
    if found is None:
        raise Http404
    request.member.demand(Right.SEND, found.id)
    chosen: Organisation = found
    return chosen


def invoice(request: PageRequest, invoice_id: UUID) -> SalesInvoice:
    """A draft or sent invoice that he sees."""
    found = (
        visible_to(request.member).select_related("organisation", "customer").filter(id=invoice_id).first()
    )
    if found is None:
        raise Http404
    return found


def sent(request: PageRequest, invoice_id: UUID) -> SalesInvoice:
    """An invoice that is no draft any more."""
    found = invoice(request, invoice_id)
    if found.state == SalesInvoice.State.DRAFT:
        raise Http404
    return found


def uuid_in(text: str) -> UUID | None:
    """The id that a text is; None for none."""
    try:
        return UUID(text)
    except ValueError:
        return None
