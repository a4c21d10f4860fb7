"""Handing out what suppliers sent, so that it never runs as a page of ours."""

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from omloop.einvoice import Finding, Flag
from omloop.einvoice.report import Outcome, as_html
from omloop.intake import files
from omloop.intake.models import Document
from omloop.invoices.attaching import as_zip, everything_of
from omloop.invoices.models import AddedAttachment, Attachment, Invoice
from omloop.invoices.queries import validation_of
from omloop.invoices.reading import read_original

SHOWN = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
}
"""What opens in the browser, by its first bytes; whatever the supplier calls it."""


class NotEmbedded(LookupError):
    """The attachment is an address elsewhere, or its bytes were never readable."""


def original_of(document: Document) -> HttpResponse:
    """The bytes as they came in, as a download."""
    return as_download(files.read(document.organisation_id, document.sha256), document.filename)


def attachment_of(attachment: Attachment) -> HttpResponse:
    """A file from inside the invoice, read from the original; only a PDF or image opens in the browser.

    Raises NotEmbedded.
    """
    document = attachment.invoice.document
    read = read_original(document)
    content = read.attachments[attachment.position - 1].content
    if content is None:
        raise NotEmbedded(str(attachment.id))
    name = attachment.filename or f"attachment-{attachment.position}"
    return as_shown(content, name)


def added_of(added: AddedAttachment) -> HttpResponse:
    """A file that somebody put with an invoice; only a PDF or image opens in the browser."""
    return as_shown(files.read(added.organisation_id, added.sha256), added.filename)


def all_of(invoice: Invoice) -> StreamingHttpResponse:
    """The original and all attachments as one ZIP, sent while it is made."""
    contents = everything_of(invoice)
    response = StreamingHttpResponse(as_zip(contents, at=invoice.received_at), content_type="application/zip")
    _name(response, f"{invoice.supplier_name} {invoice.number}".strip() + ".zip", is_attachment=True)
    return response


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


def as_shown(content: bytes, filename: str) -> HttpResponse:
    """What a browser can show and never runs, by how it begins; the rest is to be kept."""
    kind = next((kind for start, kind in SHOWN.items() if content.startswith(start)), "")
    if not kind:
        return as_download(content, filename)
    response = HttpResponse(content, content_type=kind)
    if kind != "application/pdf":
        response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return _named(response, filename, is_attachment=False)


def _named(response: HttpResponse, filename: str, *, is_attachment: bool) -> HttpResponse:
    _name(response, filename, is_attachment=is_attachment)
    return response


def _name(response: HttpResponseBase, filename: str, *, is_attachment: bool) -> None:
    response.headers["Content-Disposition"] = content_disposition_header(is_attachment, filename) or ""
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
