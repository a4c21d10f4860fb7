"""The PDF of an invoice: what the settings say, or what one asks for (rules 2.6)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from omloop import einvoice
from omloop.einvoice import Attachment, Unwritable, write_cii
from omloop.intake import files
from omloop.invoices.attaching import added_to
from omloop.invoices.models import Invoice
from omloop.invoices.reading import place_of_picture, read_bytes
from omloop.papers.approvals import approval_of
from omloop.papers.models import Direction
from omloop.papers.options import Options, options_of
from omloop.papers.refusals import NoHybrid, NoOriginalPdf, NoPdf, TooLarge
from omloop.pdf import guarded
from omloop.pdf.kinds import is_pdf
from omloop.pdf.look import PLAIN, Look
from omloop.pdf.parts import Merged, Part
from omloop.pdf.refusals import NotUsable, WorkerDied
from omloop.pdf.rendering import render
from omloop.pdf.words import Language
from omloop.recognition.queries import is_typed

LONG = 1_000
"""Lines from which a PDF is made by the worker, under its limits of time and memory."""
MERGED_AT_MOST = 48 * 1024 * 1024
"""Bytes of attachments that are merged."""
FACTUR_X = "urn:cen.eu:en16931:2017"


class Wanted(StrEnum):
    """What one asks for."""

    BY_SETTINGS = ""
    ORIGINAL = "original"
    PICTURE = "picture"
    MERGED = "merged"
    HYBRID = "hybrid"


@dataclass(frozen=True)
class Source:
    """What there is to make it of: the e-invoice, its bytes, and the supplier's own PDF, if he sent one.

    `place` is where among the attachments that PDF is; None for a PDF with the e-invoice inside. `added` are
    the files that people put with the invoice.
    """

    read: einvoice.Document
    supplied: bytes | None
    place: int | None
    added: tuple[Part, ...] = ()
    look: Look | None = None
    """Of the organisation that made the e-invoice itself: its picture is the original, with a code to pay."""

    @classmethod
    def of(cls, data: bytes, added: Sequence[Part] = (), *, look: Look | None = None) -> "Source":
        """Read it; raises Unreadable."""
        read, _about = read_bytes(data)
        if is_pdf(data):
            return cls(read, data, None, tuple(added))
        place = place_of_picture(read)
        supplied = None if place is None else read.attachments[place].content
        return cls(read, supplied, place, tuple(added), look)

    def attachments(self, *, but_supplied: bool) -> list[Attachment]:
        """Those with a file inside, in order; without the supplier's PDF of the invoice itself."""
        return [
            each
            for place, each in enumerate(self.read.attachments)
            if each.content is not None and not (but_supplied and place == self.place)
        ]


def pdf_of(
    invoice: Invoice, wanted: Wanted, *, with_approval: bool = False, language: Language, now: datetime
) -> bytes:
    """The PDF of an invoice; who may see it is asked before.

    Raises NoPdf, NoOriginalPdf, TooLarge, NoHybrid, Unreadable, FileDamaged, WorkerBusy.
    """
    options = options_of(invoice.organisation_id)[Direction.RECEIVING]
    data = files.read(invoice.organisation_id, invoice.document.sha256)
    closing = approval_of(invoice, language=language, now=now) if with_approval else b""
    if is_typed(invoice):
        paper = Part(invoice.document.filename, data, is_invoice=is_pdf(data))
        return _typed(paper, _added_parts(invoice), options, wanted, closing, language)
    source = Source.of(data, _added_parts(invoice))
    if wanted is Wanted.ORIGINAL and source.supplied is None:
        raise NoOriginalPdf(str(invoice.id))
    if wanted is Wanted.HYBRID:
        return _hybrid(source, language)
    if wanted is Wanted.MERGED:
        return merged_of(source, options, language=language, closing=closing).pdf
    if wanted is Wanted.BY_SETTINGS:
        return by_settings(source, options, language=language, closing=closing)
    base = source.supplied if wanted is Wanted.ORIGINAL and source.supplied else picture_of(source, language)
    return _closed(base, closing, language)


def _typed(
    base: Part, added: list[Part], options: Options, wanted: Wanted, closing: bytes, language: Language
) -> bytes:
    """Of a PDF or image that somebody typed: the file itself, an image as a page; no e-invoice is made of it.

    Raises NoHybrid, NoOriginalPdf, TooLarge.
    """
    if wanted is Wanted.HYBRID:
        raise NoHybrid
    if wanted is Wanted.MERGED or (wanted is Wanted.BY_SETTINGS and options.merge):
        return _merged([base, *added], language, closing).pdf
    if base.is_invoice:
        return _closed(base.content, closing, language)
    if wanted is Wanted.ORIGINAL:
        raise NoOriginalPdf
    return _merged([base], language, closing).pdf


def _added_parts(invoice: Invoice) -> list[Part]:
    """What people put with it, in order."""
    place = invoice.organisation_id
    return [Part(each.filename, files.read(place, each.sha256)) for each in added_to(invoice)]


def pdf_to_send(data: bytes, options: Options, *, look: Look, language: Language) -> bytes | None:
    """The PDF that goes along with an e-invoice of one's own, as the options for sending say; none where
    they say none. Raises TooLarge, WorkerBusy."""
    try:
        return by_settings(Source.of(data, look=look), options, language=language)
    except NoPdf:
        return None


def by_settings(source: Source, options: Options, *, language: Language, closing: bytes = b"") -> bytes:
    """What the options say; raises NoPdf, TooLarge, WorkerBusy."""
    if options.merge:
        return merged_of(source, options, language=language, closing=closing).pdf
    base, _is_supplied = base_of(source, options, language)
    if base is None:
        raise NoPdf
    return _closed(base, closing, language)


def merged_of(source: Source, options: Options, *, language: Language, closing: bytes = b"") -> Merged:
    """The invoice PDF first (made or the supplier's), then all attachments in order (rules 2.6).

    Raises NoPdf, TooLarge, WorkerBusy.
    """
    base, is_supplied = base_of(source, options, language)
    attachments = source.attachments(but_supplied=is_supplied)
    name = name_of(source.read.attachments[source.place]) if is_supplied and source.place is not None else ""
    first = [] if base is None else [Part(name, base, is_invoice=True)]
    parts = [*first, *(Part(name_of(each), each.content or b"") for each in attachments), *source.added]
    if not parts:
        raise NoPdf
    if sum(len(part.content) for part in parts) > MERGED_AT_MOST:
        raise TooLarge
    return _merged(parts, language, closing)


def base_of(source: Source, options: Options, language: Language) -> tuple[bytes | None, bool]:
    """The PDF of the invoice itself, and whether it is the supplier's; none where none is to be made.

    A PDF of the supplier that nobody can open counts as none, unless none is ever made.
    """
    supplied = source.supplied
    if supplied is not None and not options.makes_one(has_pdf=True):
        if not options.makes_one(has_pdf=False) or _is_usable(supplied):
            return supplied, True
        return picture_of(source, language), False
    if options.makes_one(has_pdf=supplied is not None):
        return picture_of(source, language), False
    return None, False


def picture_of(source: Source, language: Language) -> bytes:
    """The PDF made from the e-invoice; a long one by the worker. Raises TooLarge, WorkerBusy."""
    read, look, is_copy = source.read, source.look or PLAIN, source.look is None
    if len(read.lines) <= LONG:
        return render(read, language=language, look=look, is_copy=is_copy)
    try:
        return guarded.render(read.origin or b"", language=language, look=look, is_copy=is_copy)
    except WorkerDied as died:
        raise TooLarge from died


def name_of(attachment: Attachment) -> str:
    """What an attachment is called on its page."""
    return attachment.filename or attachment.description or attachment.number or ""


def _hybrid(source: Source, language: Language) -> bytes:
    about = replace(source.read, specification=FACTUR_X, process=None)
    try:
        return guarded.hybrid(picture_of(source, language), write_cii(about))
    except (Unwritable, NotUsable) as error:
        raise NoHybrid from error


def _closed(base: bytes, closing: bytes, language: Language) -> bytes:
    if not closing:
        return base
    return _merged([Part("", base, is_invoice=True)], language, closing).pdf


def _merged(parts: Sequence[Part], language: Language, closing: bytes) -> Merged:
    try:
        return guarded.merge(parts, language=language, closing=closing)
    except (WorkerDied, NotUsable) as error:
        raise TooLarge from error


def _is_usable(pdf: bytes) -> bool:
    try:
        guarded.read_hybrid(pdf)
    except NotUsable:
        return False
    return True
