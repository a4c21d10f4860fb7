"""From the bytes of a document to an e-invoice: XML, or a PDF with the XML inside (rules 2.2)."""

from omloop import einvoice
from omloop.einvoice import Finding, Flag, Unreadable
from omloop.intake import files
from omloop.intake.models import Document
from omloop.pdf import guarded
from omloop.pdf.kinds import is_image, is_pdf
from omloop.pdf.refusals import WHY, NotUsable, Reason

PLAIN_PDF = "OML-PDF-01"
"""By which `einvoice` refuses every PDF, for it opens none."""
XML_COUNTS = Finding(
    rule="OML-PDF-03",
    flag=Flag.INFORMATION,
    nl="Dit is een PDF met de e-factuur erin (Factur-X of ZUGFeRD). Wat in die XML staat, telt; de PDF is "
    "het beeld van de leverancier.",
    en="This is a PDF with the e-invoice inside (Factur-X or ZUGFeRD). What its XML says counts; the PDF is "
    "the supplier's picture.",
)


def read_original(document: Document) -> einvoice.Document:
    """The e-invoice of a document, as it came in; raises Unreadable and FileDamaged."""
    return read_bytes(files.read(document.organisation_id, document.sha256))[0]


def read_bytes(data: bytes) -> tuple[einvoice.Document, list[Finding]]:
    """The e-invoice in these bytes, and what there is to say of the file itself.

    Raises Unreadable; WorkerBusy and JobFailed, when another moment is better.
    """
    try:
        return einvoice.read(data), []
    except Unreadable as unreadable:
        if unreadable.findings[0].rule != PLAIN_PDF:
            raise
        inside = xml_inside(data)
        if inside is None:
            raise
    return einvoice.read(inside), [XML_COUNTS]


def is_picture(data: bytes, unreadable: Unreadable) -> bool:
    """Whether what can't be read as an e-invoice is a PDF or image that a person can read."""
    return is_image(data) or unreadable.findings[0].rule == PLAIN_PDF


def place_of_picture(read: einvoice.Document) -> int | None:
    """The attachment that is the supplier's picture: a PDF named after the number, else the first one."""
    places = [n for n, each in enumerate(read.attachments) if each.content and is_pdf(each.content)]
    number = (read.number or "").casefold()
    named = (n for n in places if number and number in _names(read.attachments[n]))
    return next(named, next(iter(places), None))


def xml_inside(pdf: bytes) -> bytes | None:
    """The XML of the e-invoice inside a PDF; None without one. Raises Unreadable: it can't be opened."""
    try:
        return guarded.read_hybrid(pdf)
    except NotUsable as refused:
        raise Unreadable(unopened(refused.reason)) from refused


def _names(attachment: einvoice.Attachment) -> str:
    return f"{attachment.filename or ''} {attachment.description or ''}".casefold()


def unopened(reason: Reason) -> Finding:
    """What is said of a PDF that can't be opened."""
    nl, en = WHY[reason]
    return Finding(
        rule="OML-PDF-02",
        flag=Flag.FATAL,
        nl=f"Het bestand is een PDF die Omloop niet kan openen. {nl} Vraag de afzender om een andere.",
        en=f"The file is a PDF that Omloop can't open. {en} Ask the sender for another one.",
    )
