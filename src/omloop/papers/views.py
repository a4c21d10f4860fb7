"""The PDF of an invoice, and the settings of it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from omloop.circulation.pages.views import PageRequest
from omloop.einvoice import Unreadable
from omloop.intake.files import FileDamaged
from omloop.invoices.downloads import as_download
from omloop.invoices.queries import visible_to
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.models import Organisation
from omloop.organisations.views import managed
from omloop.papers.forms import LookForm
from omloop.papers.looks import look_of, set_look
from omloop.papers.making import Wanted, pdf_of
from omloop.papers.options import options_of, set_options
from omloop.papers.refusals import NoHybrid, NoOriginalPdf, NoPdf, TooLarge
from omloop.papers.sample import picture_of
from omloop.papers.settings_page import SettingsPage, asked_for
from omloop.papers.wording import why_not
from omloop.pdf.refusals import WorkerBusy
from omloop.pdf.words import Language

REFUSED = (NoPdf, NoOriginalPdf, NoHybrid, TooLarge, WorkerBusy, Unreadable, FileDamaged)


@require_safe
def invoice_pdf(request: MemberRequest, invoice_id: UUID) -> HttpResponse:
    """Download the PDF of an invoice: by the settings, or as one asks (`as`, `approval`)."""
    invoice = (
        visible_to(request.member).select_related("document", "organisation").filter(id=invoice_id).first()
    )
    if invoice is None or request.GET.get("as", "") not in set(Wanted):
        raise Http404
    try:
        made = pdf_of(
            invoice,
            Wanted(request.GET.get("as", "")),
            with_approval="approval" in request.GET,
            language=_language(),
            now=timezone.now(),
        )
    except REFUSED as refused:
        messages.error(request, why_not(refused))
        return redirect("invoice", invoice.id)
    return as_download(made, f"{invoice.supplier_name} {invoice.number}".strip().replace("/", "-") + ".pdf")


@require_http_methods(["GET", "HEAD", "POST"])
def pdf_settings(request: MemberRequest, organisation_id: UUID) -> HttpResponse:
    """The options of an organisation; what a change does is shown before it is saved."""
    organisation = managed(request, organisation_id)
    now_set = options_of(organisation_id)
    wanted = asked_for(request.POST) if request.method == "POST" else now_set
    if request.method == "POST" and "preview" not in request.POST:
        set_options(organisation_id=organisation_id, options=wanted, actor=request.member, now=timezone.now())
        messages.success(request, _("The PDF settings are saved."))
        return redirect("pdf_settings", organisation_id)
    page = SettingsPage(organisation, now_set, wanted)
    return render(request, "papers/settings.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def pdf_look(request: PageRequest, organisation_id: UUID) -> HttpResponse:
    """Logo and colour of what is sent, beside a picture of it that follows the form before it is saved."""
    organisation, now = managed(request, organisation_id), look_of(organisation_id)
    form = LookForm(request.POST, request.FILES, now=now) if request.method == "POST" else LookForm(now=now)
    is_preview = request.htmx or "preview" in request.POST
    if form.is_bound and form.is_valid() and not is_preview:
        set_look(organisation_id=organisation_id, look=form.look, actor=request.member, now=timezone.now())
        messages.success(request, _("The logo and colour are saved: what you send from now on has them."))
        return redirect("pdf_look", organisation_id)
    return _show_look(request, organisation, form)


def _show_look(request: PageRequest, organisation: Organisation, form: LookForm) -> HttpResponse:
    try:
        picture = picture_of(organisation, form.look, language=_language(), today=timezone.localdate())
    except WorkerBusy:
        picture = ""
    name = "papers/parts/picture.html" if request.htmx else "papers/look.html"
    context = {"organisation": organisation, "form": form, "picture": picture}
    return render(request, name, context, status=422 if form.errors and not request.htmx else 200)


def _language() -> Language:
    return Language.EN if (get_language() or "").startswith("en") else Language.NL
