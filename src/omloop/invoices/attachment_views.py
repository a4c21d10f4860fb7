"""Attachments that people add to an invoice, and all of it as one ZIP."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from omloop.einvoice.refusals import MAX_BYTES
from omloop.intake.services import FileTooLarge
from omloop.invoices import downloads, queries
from omloop.invoices.attaching import NothingIn, TooManyAdded, attach
from omloop.invoices.models import Invoice
from omloop.organisations.middleware import MemberRequest


@require_safe
def added_attachment(request: MemberRequest, added_id: UUID) -> HttpResponse:
    """A file that somebody put with an invoice."""
    found = queries.added_visible_to(request.member).filter(id=added_id).first()
    if found is None:
        raise Http404
    return downloads.added_of(found)


@require_safe
def download_all(request: MemberRequest, invoice_id: UUID) -> HttpResponseBase:
    """The original and all attachments as one ZIP."""
    return downloads.all_of(_invoice(request, invoice_id))


@require_POST
def add_attachments(request: MemberRequest, invoice_id: UUID) -> HttpResponse:
    """Put files with an invoice; one that can't be taken stops no other."""
    invoice = _invoice(request, invoice_id)
    sent = request.FILES.getlist("files")
    if not sent:
        messages.error(request, _("Choose a file first."))
    for upload in sent:
        name = upload.name or ""
        try:
            if (upload.size or 0) > MAX_BYTES:
                raise FileTooLarge(name)
            data, now = upload.read(), timezone.now()
            attach(invoice, data=data, filename=name, actor=request.member, now=now)
            messages.success(request, _("%(file)s is with the invoice.") % {"file": name})
        except (FileTooLarge, NothingIn, TooManyAdded) as refused:
            messages.error(request, _why_not(refused, name))
    return redirect(reverse("invoice", args=[invoice.id]) + "?part=attachments")


def _why_not(refused: Exception, name: str) -> str:
    if isinstance(refused, TooManyAdded):
        return _("There are as many files with this invoice as fit. Put them together in one PDF.")
    if isinstance(refused, NothingIn):
        return _("%(file)s is empty and was not added. Choose another file.") % {"file": name}
    size = MAX_BYTES // 1024**2
    return _("%(file)s is larger than %(size)d MB and was not added.") % {"file": name, "size": size}


def _invoice(request: MemberRequest, invoice_id: UUID) -> Invoice:
    visible = queries.visible_to(request.member).select_related("document")
    found: Invoice | None = visible.filter(id=invoice_id).first()
    if found is None:
        raise Http404
    return found
