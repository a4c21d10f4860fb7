"""Writing an invoice: a draft is begun, kept as it was typed, sent or put away (rules 2.7)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from omloop.circulation.pages.views import PageRequest
from omloop.einvoice import Unwritable
from omloop.einvoice.refusals import MAX_BYTES
from omloop.invoices.downloads import as_shown
from omloop.organisations.rights import Right
from omloop.papers.looks import look_of
from omloop.pdf.rendering import render as render_invoice
from omloop.pdf.words import Language
from omloop.sending import asked
from omloop.sending.drafting import attach, discard_draft, new_draft, save_draft, take_off
from omloop.sending.drafts import Draft, from_form, from_json
from omloop.sending.finishing import document_of, embedded, send_draft
from omloop.sending.models import Customer, SalesInvoice
from omloop.sending.pages import DraftPage, draft_page, sent_page
from omloop.sending.queries import customers_of
from omloop.sending.refusals import Incomplete, NotADraft, NotValid, SendingRefused
from omloop.sending.series import series_of
from omloop.sending.wording import findings_in_words, tell_refusal
from omloop.web.errors import conflict


@require_POST
def new_sales_invoice(request: PageRequest) -> HttpResponse:
    """Begin an empty draft for an organisation, perhaps to a customer."""
    place = asked.place(request, request.POST.get("organisation", ""))
    today = timezone.now().astimezone(place.zone).date()
    draft = Draft(issued_on=today.isoformat())
    by: dict[str, Any] = {"draft": draft, "actor": request.member, "now": timezone.now()}
    made = new_draft(organisation_id=place.id, **by)
    if customer := _customer(request, place.id):
        save_draft(made.id, customer=customer, **by)
    return redirect("sales_invoice", made.id)


@require_http_methods(["GET", "HEAD", "POST"])
def sales_invoice(request: PageRequest, sales_id: UUID) -> HttpResponse:
    """A draft, to write and send; or what became of a sent invoice."""
    invoice = asked.invoice(request, sales_id)
    if request.method == "POST":
        request.member.demand(Right.SEND, invoice.organisation_id)
        return _totals(request, invoice) if request.htmx else _written(request, invoice)
    if invoice.state != SalesInvoice.State.DRAFT:
        page = sent_page(invoice, request.member, now=timezone.now())
        return render(request, "sending/sent.html", {"page": page})
    request.member.demand(Right.SEND, invoice.organisation_id)
    return _show(request, draft_page(invoice, from_json(invoice.content)))


@require_safe
def preview_sales_draft(request: PageRequest, sales_id: UUID) -> HttpResponse:
    """A draft as it will look, as far as it was saved; with what is lacking on its page, if something is."""
    invoice = asked.invoice(request, sales_id)
    if invoice.state != SalesInvoice.State.DRAFT:
        return redirect("sales_invoice_pdf", invoice.id)
    request.member.demand(Right.SEND, invoice.organisation_id)
    try:
        document = document_of(invoice, _("DRAFT"), embedded(invoice))
    except Incomplete as lacking:
        draft = from_json(invoice.content)
        return _show(request, draft_page(invoice, draft, problems=lacking.problems), status=422)
    look, language = look_of(invoice.organisation_id), _language_of(invoice)
    return as_shown(render_invoice(document, language=language, look=look), "draft.pdf")


@require_POST
def discard_sales_draft(request: PageRequest, sales_id: UUID) -> HttpResponse:
    """Put a draft away."""
    invoice = asked.invoice(request, sales_id)
    try:
        discard_draft(invoice.id, actor=request.member, now=timezone.now())
    except NotADraft as refusal:
        return conflict(request, tell_refusal(refusal))
    messages.success(request, _("The draft is put away. It had no number, so none is missing."))
    return redirect("sales_invoices")


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
    if "preview" in request.POST and not problems:
        return redirect("preview_sales_draft", invoice.id)
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
    saved = save_draft(
        invoice.id,
        draft=from_form(request.POST),
        customer=_customer(request, invoice.organisation_id),
        series_id=_chosen(request.POST.get("series", ""), invoice),
        actor=actor,
        now=now,
    )
    saved.organisation = invoice.organisation
    if (gone := request.POST.get("take_off", "")) and (attachment := asked.uuid_in(gone)):
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


def _show(request: PageRequest, page: DraftPage, status: int = 200) -> HttpResponse:
    return render(request, "sending/draft.html", {"page": page}, status=status)


def _language_of(invoice: SalesInvoice) -> Language:
    return Language(invoice.customer.language if invoice.customer else invoice.language)


def _customer(request: PageRequest, organisation_id: UUID) -> Customer | None:
    """The one of the address book that a form names."""
    wanted = asked.uuid_in(request.POST.get("customer", ""))
    return customers_of(organisation_id).filter(id=wanted).first() if wanted else None


def _chosen(wanted: str, invoice: SalesInvoice) -> UUID | None:
    there = {str(each.id): each.id for each in series_of(invoice.organisation_id, invoice.kind)}
    return there.get(wanted)
