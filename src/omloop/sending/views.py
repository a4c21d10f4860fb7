"""Sales invoices: the list, what one does with a sent one, and the upload of a UBL (rules 2.7)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from omloop.circulation.pages.views import PageRequest
from omloop.einvoice import Unreadable
from omloop.einvoice.refusals import MAX_BYTES
from omloop.intake import files
from omloop.invoices.downloads import as_download
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.papers.looks import look_of
from omloop.papers.making import pdf_to_send
from omloop.papers.models import Direction
from omloop.papers.options import options_of
from omloop.papers.refusals import TooLarge
from omloop.papers.wording import why_not
from omloop.pdf.refusals import WorkerBusy
from omloop.pdf.words import Language
from omloop.sending import asked
from omloop.sending.drafting import copy_of, credit_note_of
from omloop.sending.finishing import send_again, send_ubl
from omloop.sending.forms import UploadForm
from omloop.sending.lists import SalesList
from omloop.sending.models import SalesInvoice
from omloop.sending.queries import places_of
from omloop.sending.refusals import NotValid, SendingRefused
from omloop.sending.wording import findings_in_words, tell_refusal
from omloop.web.errors import conflict


@require_safe
def sales_invoices(request: PageRequest) -> HttpResponse:
    """What went out, and drafts, the last changed first."""
    if not places_of(request.member):
        raise Http404
    return render(
        request, "sending/sales_invoices.html", {"page": SalesList.read(request.member, request.GET)}
    )


@require_POST
def copy_sales_invoice(request: PageRequest, sales_id: UUID) -> HttpResponse:
    """A new draft that says the same."""
    invoice = asked.sent(request, sales_id)
    return redirect("sales_invoice", copy_of(invoice, actor=request.member, now=timezone.now()).id)


@require_POST
def credit_sales_invoice(request: PageRequest, sales_id: UUID) -> HttpResponse:
    """A draft of a credit note for a sent invoice."""
    invoice = asked.sent(request, sales_id)
    return redirect("sales_invoice", credit_note_of(invoice, actor=request.member, now=timezone.now()).id)


@require_POST
def resend_sales_invoice(request: PageRequest, sales_id: UUID) -> HttpResponse:
    """Try again, or mail once more."""
    invoice = asked.sent(request, sales_id)
    try:
        send_again(invoice.id, actor=request.member, now=timezone.now())
    except SendingRefused as refusal:
        return conflict(request, tell_refusal(refusal))
    messages.success(request, _("%(number)s is being sent.") % {"number": invoice.number})
    return redirect("sales_invoice", invoice.id)


@require_safe
def sales_invoice_pdf(request: PageRequest, sales_id: UUID) -> HttpResponse:
    """The PDF that goes along, by the options for sending."""
    invoice = asked.sent(request, sales_id)
    place, language = invoice.organisation_id, Language(invoice.language)
    options, look = options_of(place)[Direction.SENDING], look_of(place)
    try:
        made = pdf_to_send(files.read(place, invoice.sha256), options, look=look, language=language)
    except (TooLarge, WorkerBusy, files.FileDamaged) as refused:
        messages.error(request, why_not(refused))
        return redirect("sales_invoice", invoice.id)
    if made is None:
        messages.warning(request, _("No PDF goes along: the PDF settings for sending say so."))
        return redirect("sales_invoice", invoice.id)
    return as_download(made, f"{invoice.number}.pdf".replace("/", "-"))


@require_safe
def sales_invoice_ubl(request: PageRequest, sales_id: UUID) -> HttpResponse:
    """The e-invoice as it was sent."""
    invoice = asked.sent(request, sales_id)
    data = files.read(invoice.organisation_id, invoice.sha256)
    return as_download(data, f"{invoice.number}.xml".replace("/", "-"))


@require_http_methods(["GET", "HEAD", "POST"])
def upload_sales_invoice(request: PageRequest) -> HttpResponse:
    """Send a UBL that was made elsewhere."""
    places = list(Organisation.objects.filter(id__in=request.member.where(Right.SEND)).order_by("name", "id"))
    if not places:
        raise Http404
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    problems: list[str] = []
    if form.is_bound and form.is_valid():
        place = asked.place(request, request.POST.get("organisation", ""))
        sent, problems = _upload(request, place, form.cleaned_data)
        if sent:
            return redirect("sales_invoice", sent.id)
    context = {"form": form, "senders": places, "problems": problems}
    return render(request, "sending/upload.html", context, status=422 if form.is_bound else 200)


def _upload(
    request: PageRequest, place: Organisation, said: dict[str, Any]
) -> tuple[SalesInvoice | None, list[str]]:
    data = said["file"].read() if said["file"].size <= MAX_BYTES else b""
    try:
        with transaction.atomic():
            sent = send_ubl(
                organisation_id=place.id,
                data=data,
                email=said["email"],
                actor=request.member,
                now=timezone.now(),
            )
    except Unreadable as unreadable:
        return None, findings_in_words(list(unreadable.findings))
    except NotValid as refusal:
        return None, findings_in_words(refusal.findings)
    except SendingRefused as refusal:
        return None, [tell_refusal(refusal)]
    messages.success(request, _("%(number)s is being sent.") % {"number": sent.number})
    return sent, []
