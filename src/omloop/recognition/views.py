"""The list of what waits for recognition, and the page on which somebody says what it says."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from omloop.intake.models import Document
from omloop.intake.setting_aside import WAITING
from omloop.invoices import queries as invoices
from omloop.invoices.models import Invoice
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.rights import Right
from omloop.recognition import services
from omloop.recognition.forms import TypingForm
from omloop.recognition.lists import WaitingList
from omloop.recognition.page import typing_page
from omloop.recognition.queries import is_typed
from omloop.recognition.refusals import IsOver, TypedMeanwhile
from omloop.web.errors import conflict


@require_safe
def waiting(request: MemberRequest) -> HttpResponse:
    """The PDFs and images that wait for somebody who says what they say."""
    page = WaitingList.read(request.member, request.GET)
    return render(request, "recognition/waiting.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def recognise(request: MemberRequest, picture_id: UUID) -> HttpResponse:
    """The fields beside the picture; sending them makes the invoice, or changes what was typed."""
    document = _document(request, picture_id)
    invoice = _invoice(request, document)
    form = TypingForm(request.POST) if request.method == "POST" else None
    if form is None or not form.is_valid():
        page = typing_page(document, invoice, form)
        return render(request, "recognition/recognise.html", {"page": page}, status=422 if form else 200)
    try:
        return _keep(request, document, invoice, form)
    except TypedMeanwhile:
        return conflict(request, _("Somebody else said meanwhile what this file says."))
    except IsOver:
        return conflict(
            request, _("This invoice is booked or was rejected: what it says does not change any more.")
        )


@require_POST
def recognise_again(request: MemberRequest, picture_id: UUID) -> HttpResponse:
    """Have the words of a picture read once more, for a program that reads pictures may have come."""
    document = invoices.pictures_to(request.member).filter(id=_document(request, picture_id).id).first()
    if document is None:
        return conflict(request, _("Somebody else said meanwhile what this file says."))
    services.ask_again(document, actor=request.member, now=timezone.now())
    messages.success(request, _("%(file)s is read again.") % {"file": document.filename})
    return redirect("recognise", document.id)


def _keep(
    request: MemberRequest, document: Document, invoice: Invoice | None, form: TypingForm
) -> HttpResponse:
    actor, now = request.member, timezone.now()
    if invoice is not None:
        changed = services.type_again(invoice, form.cleaned_data, actor=actor, now=now)
        messages.success(request, _("What invoice %(number)s says is saved.") % {"number": changed.number})
        return redirect("invoice", changed.id)
    made = services.type_invoice(document, form.cleaned_data, actor=actor, now=now)
    messages.success(request, _("Invoice %(number)s goes into circulation.") % {"number": made.number})
    following = (
        invoices.pictures_to(request.member).exclude(id=document.id).order_by("received_at", "id").first()
    )
    if "next" in request.POST and following is not None:
        return redirect("recognise", following.id)
    return (
        redirect("invoices")
        if invoices.visible_to(request.member).filter(id=made.id).first() is None
        else (redirect("invoice", made.id))
    )


def _document(request: MemberRequest, document_id: UUID) -> Document:
    found = invoices.originals_visible_to(request.member).filter(id=document_id).first()
    if found is None:
        raise Http404
    request.member.demand(Right.ADD, found.organisation_id)
    return found


def _invoice(request: MemberRequest, document: Document) -> Invoice | None:
    """The invoice that was typed of it, if it was; Http404 for a file that says itself what it says."""
    if document.state in WAITING:
        return None
    found = invoices.visible_to(request.member).filter(document=document).first()
    if found is None or not is_typed(found):
        raise Http404
    return found
