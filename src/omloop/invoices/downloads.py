"""Handing out what suppliers sent, so that it never runs as a page of ours."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from omloop.einvoice import Finding, Flag
from omloop.einvoice.report import Outcome, as_html
from omloop.intake import files
from omloop.intake.models import Document
from omloop.invoices.models import Attachment, Invoice
from omloop.invoices.queries import validation_of
from omloop.invoices.reading import read_original


class NotEmbedded(LookupError):
    """The attachment is an address elsewhere, or its bytes were never readable."""


def original_of(document: Document) -> HttpResponse:
    """The bytes as they came in, as a download."""
    return as_download(files.read(document.organisation_id, document.sha256), document.filename)


def attachment_of(attachment: Attachment) -> HttpResponse:
    """A file from inside the invoice, read from the original; only a PDF opens in the browser.

    Raises NotEmbedded.
    """
    document = attachment.invoice.document
    read = read_original(document)
    content = read.attachments[attachment.position - 1].content
    if content is None:
        raise NotEmbedded(str(attachment.id))
    name = attachment.filename or f"attachment-{attachment.position}"
    is_pdf = attachment.mime_type == "application/pdf" and content.startswith(b"%PDF-")
    return _inline_pdf(content, name) if is_pdf else as_download(content, name)


def report_of(invoice: Invoice) -> HttpResponse:
    """What validation says of an invoice, as a page in Dutch and English to mail to its supplier."""
    said = validation_of(invoice.document)
    stored = said.findings if said else []
    outcome = Outcome(
        file=f"{invoice.supplier_name} {invoice.number}".strip() or invoice.document.filename,
        profile=said.profile if said else "",
        findings=tuple(Finding(**{**each, "flag": Flag(each["flag"])}) for each in stored),
        judged=bool(said and said.is_judged),
    )
    return as_download(as_html([outcome]).encode(), f"validation-{invoice.number}.html")


def as_download(content: bytes, filename: str) -> HttpResponse:
    """Bytes to keep, which no browser opens as a page of ours."""
    response = HttpResponse(content, content_type="application/octet-stream")
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return _named(response, filename, is_attachment=True)


def picture(content: bytes) -> HttpResponse:
    """A WEBP that we drew, for an <img>."""
    return _named(HttpResponse(content, content_type="image/webp"), "page.webp", is_attachment=False)


def _inline_pdf(content: bytes, filename: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    return _named(response, filename, is_attachment=False)


def _named(response: HttpResponse, filename: str, *, is_attachment: bool) -> HttpResponse:
    response.headers["Content-Disposition"] = content_disposition_header(is_attachment, filename) or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
