"""Upload, the list of invoices, what can't be read, and downloads."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from omloop.intake.services import NotUnreadable
from omloop.intake.services import read_again as ask_to_read_again
from omloop.invoices import downloads, queries, services
from omloop.invoices.again import MOST as MOST_AGAIN
from omloop.invoices.again import came_again_to
from omloop.invoices.aside_views import find_document
from omloop.invoices.lists import InvoiceList
from omloop.invoices.models import Invoice
from omloop.invoices.pictures import picture_of
from omloop.invoices.unread import DocumentPage, UnreadableList
from omloop.invoices.uploads import Outcome, places_to_add, take_in_uploads
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.rights import Right
from omloop.web.errors import conflict
from omloop.web.views import page_to_return_to


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: MemberRequest) -> HttpResponse:
    """Choose files and send them; each answers with what became of it, as a page or as JSON."""
    choices = places_to_add(request.member)
    if not choices:
        raise PermissionDenied
    outcomes = _take_in(request) if request.method == "POST" else []
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse({"files": [outcome.as_json() for outcome in outcomes]})
    return render(
        request,
        "invoices/upload.html",
        {
            "choices": choices,
            "outcomes": outcomes,
            "has_confidential": any(place.has_confidential for place in choices),
            "chosen": request.POST.get("organisation") or request.GET.get("organisation"),
        },
    )


def _take_in(request: MemberRequest) -> list[Outcome]:
    organisation_id = _id(request.POST.get("organisation", ""))
    if organisation_id not in request.member.rights:
        raise Http404
    return take_in_uploads(
        request.FILES.getlist("files"),
        organisation_id=organisation_id,
        confidential="confidential" in request.POST,
        actor=request.member,
        now=timezone.now(),
    )


@require_safe
def invoices(request: MemberRequest) -> HttpResponse:
    """The invoices he may see, newest first, and those that a filter finds (rules 2.8)."""
    page = InvoiceList.read(request.member, request.GET)
    context = {"page": page, "today": timezone.localdate()}
    return render(request, "invoices/invoices.html", context, status=200 if page.form.is_valid() else 422)


@require_safe
def unreadable(request: MemberRequest) -> HttpResponse:
    """What came in and could not be read, to be handled (rules 2.2); or what was set aside."""
    page = UnreadableList.read(request.member, request.GET)
    return render(request, "invoices/unreadable.html", {"page": page})


@require_safe
def came_again(request: MemberRequest) -> HttpResponse:
    """Files that came once more after their invoice was rejected or cancelled (rules 2.1)."""
    rows = came_again_to(request.member)
    context = {"rows": rows[:MOST_AGAIN], "has_more": len(rows) > MOST_AGAIN}
    context["adds"] = request.member.where(Right.ADD)
    return render(request, "invoices/came_again.html", context)


@require_safe
def document(request: MemberRequest, document_id: UUID) -> HttpResponse:
    """A document: its invoice once it is read, else what is known of it."""
    found = find_document(request, document_id)
    invoice = queries.visible_to(request.member).filter(document=found).first()
    if invoice is not None:
        return redirect("invoice", invoice.id)
    return render(request, "invoices/document.html", {"page": DocumentPage.read(request.member, found)})


@require_safe
def document_original(request: MemberRequest, document_id: UUID) -> HttpResponse:
    """The bytes as they came in."""
    return downloads.original_of(find_document(request, document_id))


@require_safe
def document_picture(request: MemberRequest, document_id: UUID, number: int) -> HttpResponse:
    """A page of a PDF that could not be read, as an image."""
    drawn = picture_of(find_document(request, document_id), number)
    if drawn is None:
        raise Http404
    return downloads.picture(drawn)


@require_safe
def attachment(request: MemberRequest, attachment_id: UUID) -> HttpResponse:
    """A file from inside an invoice."""
    found = queries.attachments_visible_to(request.member).filter(id=attachment_id).first()
    if found is None:
        raise Http404
    try:
        return downloads.attachment_of(found)
    except downloads.NotEmbedded as missing:
        raise Http404 from missing


@require_safe
def validation_report(request: MemberRequest, invoice_id: UUID) -> HttpResponse:
    """The findings of an invoice, to mail to its supplier."""
    return downloads.report_of(_invoice(request, invoice_id))


@require_POST
def read_again(request: MemberRequest, document_id: UUID) -> HttpResponse:
    """Have a document read once more."""
    found = find_document(request, document_id)
    try:
        ask_to_read_again(found, actor=request.member, now=timezone.now())
    except NotUnreadable:
        return conflict(request, _("This document is being read, or was read meanwhile."))
    messages.success(request, _("%(file)s is read again.") % {"file": found.filename})
    return redirect("document", found.id)


@require_POST
def let_pass(request: MemberRequest, invoice_id: UUID) -> HttpResponse:
    """Let an invoice circulate in spite of its findings, with a reason (rules 2.4)."""
    invoice = _invoice(request, invoice_id)
    try:
        services.let_pass(
            invoice, reason=request.POST.get("reason", ""), actor=request.member, now=timezone.now()
        )
    except services.ReasonMissing:
        messages.error(request, _("Say why it may pass: the reason stays with the invoice."))
    except services.NotDecidedYet:
        return conflict(request, _("This invoice may be a duplicate: decide on that first."))
    except services.NotHeld:
        return conflict(request, _("This invoice is not held any more: somebody let it pass."))
    else:
        messages.success(request, _("Invoice %(number)s goes into circulation.") % {"number": invoice.number})
    return redirect(page_to_return_to(request))


def _invoice(request: MemberRequest, invoice_id: UUID) -> Invoice:
    found = queries.visible_to(request.member).filter(id=invoice_id).first()
    if found is None:
        raise Http404
    return found


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
