"""Sales invoices: the list, a draft, a sent invoice, and what one does with them (rules 2.7)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from omloop.circulation.views import PageRequest
from omloop.einvoice import Unreadable, Unwritable
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
from omloop.sending.drafting import (
    attach,
    copy_of,
    credit_note_of,
    discard_draft,
    new_draft,
    save_draft,
    take_off,
)
from omloop.sending.drafts import Draft, from_form, from_json
from omloop.sending.finishing import send_again, send_draft, send_ubl
from omloop.sending.forms import UploadForm
from omloop.sending.lists import SalesList
from omloop.sending.models import SalesInvoice
from omloop.sending.pages import DraftPage, draft_page, sent_page
from omloop.sending.queries import customers_of, places_of, visible_to
from omloop.sending.refusals import Incomplete, NotADraft, NotValid, SendingRefused
from omloop.sending.series import series_of
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
def new_sales_invoice(request: PageRequest) -> HttpResponse:
    """Begin an empty draft for an organisation, perhaps to a customer."""
    place = _place(request, request.POST.get("organisation", ""))
    today = timezone.now().astimezone(place.zone).date()
    draft = Draft(issued_on=today.isoformat())
    by: dict[str, Any] = {"draft": draft, "actor": request.member, "now": timezone.now()}
    made = new_draft(organisation_id=place.id, **by)
    if wanted := _uuid(request.POST.get("customer", "")):
        save_draft(made.id, customer=customers_of(place.id).filter(id=wanted).first(), **by)
    return redirect("sales_invoice", made.id)


@require_http_methods(["GET", "HEAD", "POST"])
def sales_invoice(request: PageRequest, sales_id: UUID) -> HttpResponse:
    """A draft, to write and send; or what became of a sent invoice."""
    invoice = _invoice(request, sales_id)
    if request.method == "POST":
        request.member.demand(Right.SEND, invoice.organisation_id)
        return _totals(request, invoice) if request.htmx else _written(request, invoice)
    if invoice.state != SalesInvoice.State.DRAFT:
        page = sent_page(invoice, request.member, now=timezone.now())
        return render(request, "sending/sent.html", {"page": page})
    request.member.demand(Right.SEND, invoice.organisation_id)
    return _show(request, draft_page(invoice, from_json(invoice.content)))


def _totals(request: PageRequest, invoice: SalesInvoice) -> HttpResponse:
    """What the form comes to while one types; nothing is saved."""
    page = draft_page(invoice, from_form(request.POST))
    return render(request, "sending/parts/totals.html", {"page": page, "is_live": True})


def _written(request: PageRequest, invoice: SalesInvoice) -> HttpResponse:
    """Every button saves what was typed; one of them sends it too."""
    try:
        saved, refused = _save(request, invoice)
    except NotADraft as refusal:
        return conflict(request, tell_refusal(refusal))
    draft, problems = from_json(saved.content), [refused] if refused else []
    if "send" in request.POST and not problems:
        problems = _send(request, saved)
        if not problems:
            return redirect("sales_invoice", invoice.id)
    elif "save" in request.POST and not problems:
        messages.success(request, _("The draft is saved."))
        return redirect("sales_invoice", invoice.id)
    page = draft_page(saved, draft, more=1 if "more" in request.POST else 0, problems=problems)
    return _show(request, page, status=422 if problems else 200)


def _save(request: PageRequest, invoice: SalesInvoice) -> tuple[SalesInvoice, str]:
    """What was typed and attached is kept; with why a file was not, if one was refused."""
    actor, now = request.member, timezone.now()
    customers = {str(each.id): each for each in customers_of(invoice.organisation_id)}
    saved = save_draft(
        invoice.id,
        draft=from_form(request.POST),
        customer=customers.get(request.POST.get("customer", "")),
        series_id=_chosen(request.POST.get("series", ""), invoice),
        actor=actor,
        now=now,
    )
    saved.organisation = invoice.organisation
    if (gone := request.POST.get("take_off", "")) and (attachment := _uuid(gone)):
        take_off(invoice.id, attachment, actor=actor, now=now)
    for upload in request.FILES.getlist("files"):
        try:
            content = upload.read() if (upload.size or 0) <= MAX_BYTES else b""
            attach(invoice.id, filename=upload.name or "", content=content, actor=actor, now=now)
        except SendingRefused as refusal:
            return saved, f"{upload.name}: {tell_refusal(refusal)}"
    return saved, ""


def _send(request: PageRequest, invoice: SalesInvoice) -> list[str]:
    """Why it was not sent; nothing where it was."""
    try:
        with transaction.atomic():
            sent = send_draft(invoice.id, actor=request.member, now=timezone.now())
    except Incomplete as refusal:
        return refusal.problems
    except NotValid as refusal:
        return findings_in_words(refusal.findings)
    except (SendingRefused, Unwritable) as refusal:
        return [tell_refusal(refusal) if isinstance(refusal, SendingRefused) else str(refusal)]
    messages.success(request, _("%(number)s is being sent.") % {"number": sent.number})
    return []


@require_POST
def discard_sales_draft(request: PageRequest, sales_id: UUID) -> HttpResponse:
    """Put a draft away."""
    invoice = _invoice(request, sales_id)
    try:
        discard_draft(invoice.id, actor=request.member, now=timezone.now())
    except NotADraft as refusal:
        return conflict(request, tell_refusal(refusal))
    messages.success(request, _("The draft is put away. It had no number, so none is missing."))
    return redirect("sales_invoices")


@require_POST
def copy_sales_invoice(request: PageRequest, sales_id: UUID) -> HttpResponse:
    """A new draft that says the same."""
    invoice = _sent(request, sales_id)
    return redirect("sales_invoice", copy_of(invoice, actor=request.member, now=timezone.now()).id)


@require_POST
def credit_sales_invoice(request: PageRequest, sales_id: UUID) -> HttpResponse:
    """A draft of a credit note for a sent invoice."""
    invoice = _sent(request, sales_id)
    return redirect("sales_invoice", credit_note_of(invoice, actor=request.member, now=timezone.now()).id)


@require_POST
def resend_sales_invoice(request: PageRequest, sales_id: UUID) -> HttpResponse:
    """Try again, or mail once more."""
    invoice = _sent(request, sales_id)
    try:
        send_again(invoice.id, actor=request.member, now=timezone.now())
    except SendingRefused as refusal:
        return conflict(request, tell_refusal(refusal))
    messages.success(request, _("%(number)s is being sent.") % {"number": invoice.number})
    return redirect("sales_invoice", invoice.id)


@require_safe
def sales_invoice_pdf(request: PageRequest, sales_id: UUID) -> HttpResponse:
    """The PDF that goes along, by the options for sending."""
    invoice = _sent(request, sales_id)
    options = options_of(invoice.organisation_id)[Direction.SENDING]
    data = files.read(invoice.organisation_id, invoice.sha256)
    try:
        look = look_of(invoice.organisation_id)
        made = pdf_to_send(data, options, look=look, language=Language(invoice.language))
    except (TooLarge, WorkerBusy) as refused:
        messages.error(request, why_not(refused))
        return redirect("sales_invoice", invoice.id)
    if made is None:
        messages.warning(request, _("No PDF goes along: the PDF settings for sending say so."))
        return redirect("sales_invoice", invoice.id)
    return as_download(made, f"{invoice.number}.pdf".replace("/", "-"))


@require_safe
def sales_invoice_ubl(request: PageRequest, sales_id: UUID) -> HttpResponse:
    """The e-invoice as it was sent."""
    invoice = _sent(request, sales_id)
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
        place = _place(request, request.POST.get("organisation", ""))
        sent, problems = _upload(request, place, form.cleaned_data)
        if sent:
            return redirect("sales_invoice", sent.id)
    context = {"form": form, "places": places, "problems": problems}
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


def _show(request: PageRequest, page: DraftPage, status: int = 200) -> HttpResponse:
    return render(request, "sending/draft.html", {"page": page}, status=status)


def _place(request: PageRequest, wanted: str) -> Organisation:
    """The organisation that a form names, for who may send there; Http404 for one that he does not see."""
    found = Organisation.objects.filter(id__in=request.member.rights, id=_uuid(wanted)).first()
    if found is None:
        raise Http404
    request.member.demand(Right.SEND, found.id)
    place: Organisation = found
    return place


def _invoice(request: PageRequest, invoice_id: UUID) -> SalesInvoice:
    found = (
        visible_to(request.member).select_related("organisation", "customer").filter(id=invoice_id).first()
    )
    if found is None:
        raise Http404
    return found


def _sent(request: PageRequest, invoice_id: UUID) -> SalesInvoice:
    found = _invoice(request, invoice_id)
    if found.state == SalesInvoice.State.DRAFT:
        raise Http404
    return found


def _chosen(wanted: str, invoice: SalesInvoice) -> UUID | None:
    there = {str(each.id): each.id for each in series_of(invoice.organisation_id, invoice.kind)}
    return there.get(wanted)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
