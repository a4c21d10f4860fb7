"""Why bytes are not read at all: our own findings `OML-...`, in Dutch and English."""

from omloop.einvoice.findings import Finding, Flag, Unreadable

MAX_BYTES = 64 * 1024 * 1024
"""Largest file that is read, in bytes, attachments included."""
MAX_TAGS = 1_000_000
"""Most tags a file may have; an invoice of 5,000 lines has about 400,000."""
MAX_DEPTH = 40
"""Deepest nesting of elements; UBL invoices need fewer than 20 levels."""
MAX_CHILDREN = 10_000
"""Most parts of one element, so most lines; the cost of schema errors grows with the square of it."""

MAX_ATTRIBUTES = 100
"""Most attributes of one element, so that no rule or schema has to compare them all; UBL has six."""
MAX_PROLOG = 1024 * 1024
"""Bytes within which the first element begins."""

_TEXTS: dict[str, tuple[str, str]] = {
    "OML-XML-01": (
        "Het bestand heeft een DOCTYPE. Dat wordt om veiligheidsredenen geweigerd en hoort niet in een "
        "e-factuur. Laat de afzender het bestand zonder DOCTYPE sturen.",
        "The file has a DOCTYPE. That is refused for safety and does not belong in an e-invoice. "
        "Have the sender leave the DOCTYPE out.",
    ),
    "OML-XML-02": (
        "Het bestand is leeg. Vraag de afzender om het opnieuw te sturen.",
        "The file is empty. Ask the sender to send it again.",
    ),
    "OML-XML-03": (
        f"Het bestand is groter dan {MAX_BYTES // 1024**2} MB. Laat de afzender de bijlagen verkleinen of "
        "apart sturen.",
        f"The file is larger than {MAX_BYTES // 1024**2} MB. Have the sender make the attachments smaller "
        "or send them apart.",
    ),
    "OML-XML-04": (
        "De tekens in het bestand kloppen niet met de tekencodering die het noemt. Laat de afzender het "
        "bestand als UTF-8 opslaan.",
        "The characters in the file do not fit the encoding it names. Have the sender save the file "
        "as UTF-8.",
    ),
    "OML-XML-05": (
        "Dit is geen goed gevormde XML: {detail}. Het bestand is beschadigd of onvolledig, of het is geen "
        "e-factuur. Vraag de afzender om het opnieuw te sturen.",
        "This is not well-formed XML: {detail}. The file is damaged or incomplete, or it is no e-invoice. "
        "Ask the sender to send it again.",
    ),
    "OML-XML-06": (
        f"Het bestand heeft meer dan {MAX_DEPTH} lagen, {MAX_CHILDREN} regels, {MAX_TAGS} onderdelen of "
        f"{MAX_ATTRIBUTES} attributen bij een onderdeel. "
        "Dat wordt om veiligheidsredenen geweigerd. Vraag de afzender om de factuur te splitsen.",
        f"The file has more than {MAX_DEPTH} levels, {MAX_CHILDREN} lines, {MAX_TAGS} parts or "
        f"{MAX_ATTRIBUTES} attributes of one part. "
        "That is refused for safety. Ask the sender to split the invoice.",
    ),
    "OML-XML-07": (
        "Dit is XML, maar geen factuur of creditnota in UBL 2.1 of CII: het begint met {detail}. Vraag de "
        "afzender om een e-factuur volgens EN 16931.",
        "This is XML, but no invoice or credit note in UBL 2.1 or CII: it starts with {detail}. Ask the "
        "sender for an e-invoice by EN 16931.",
    ),
    "OML-XML-08": (
        f"Het bestand begint met meer dan {MAX_PROLOG // 1024} kB die niets zegt, zoals commentaar. Laat de "
        "afzender dat weghalen.",
        f"The file begins with more than {MAX_PROLOG // 1024} kB that says nothing, such as a comment. Have "
        "the sender remove it.",
    ),
    "OML-PDF-01": (
        "Het bestand is een PDF en geen e-factuur in XML. Omloop kan er nog geen e-factuur uit lezen.",
        "The file is a PDF and no e-invoice in XML. Omloop cannot read an e-invoice out of it yet.",
    ),
}


def refusal(rule: str, detail: str = "", line: int | None = None) -> Unreadable:
    """The refusal by one of our own rules; `detail` completes its text, `line` says where in the file."""
    nl, en = _TEXTS[rule]
    return Unreadable(
        Finding(rule, Flag.FATAL, nl.replace("{detail}", detail), en.replace("{detail}", detail), line=line)
    )
