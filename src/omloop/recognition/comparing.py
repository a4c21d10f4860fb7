"""What the supplier's PDF says otherwise than his e-invoice (rules 2.4); plain Python.

Only what surely differs is told: what the e-invoice says stands nowhere in the PDF, and the PDF plainly says
something else.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from omloop import einvoice
from omloop.einvoice import Finding, Flag
from omloop.kernel.identifiers import compact
from omloop.pdf.placed import Page
from omloop.recognition.labels import Field
from omloop.recognition.proposing import Certainty, Reading, propose
from omloop.recognition.rows import Kind

NUMBER, AMOUNT, IBAN = "OML-PDF-11", "OML-PDF-12", "OML-PDF-13"


def differences(
    read: einvoice.Document, pages: Sequence[Page], text: str, *, own: Sequence[str] = ()
) -> list[Finding]:
    """The findings, all warnings; none of a PDF with pages that are pictures.

    `text` is all that the PDF says; `own` are numbers of the buyer.
    """
    if not pages or any(page.is_scan for page in pages):
        return []
    reading = Reading(pages, own=own)
    return [*_number(read, reading, text), *_amount(read, reading), *_iban(read, reading, text)]


def _number(read: einvoice.Document, reading: Reading, text: str) -> Iterator[Finding]:
    named = reading.named(Field.NUMBER)
    if not read.number or not named or named[0].label.strength < 3:
        return
    if _plain(read.number) in _plain(text) or len({each.value.plain for each in named}) > 1:
        return
    yield _finding(
        NUMBER, "Het factuurnummer", "The invoice number", read.number, named[0].value.text, "BT-1"
    )


def _amount(read: einvoice.Document, reading: Reading) -> Iterator[Finding]:
    said = {each.amount for each in (read.totals.with_vat, read.totals.payable) if each is not None}
    found = propose(reading).fields.get(Field.WITH_VAT)
    if not said or found is None or found.certainty is not Certainty.SURE:
        return
    amounts = {abs(Decimal(value.plain)) for value in reading.values if value.kind == Kind.AMOUNT}
    if amounts & {abs(amount) for amount in said}:
        return
    total = f"{min(said):.2f}"
    yield _finding(AMOUNT, "Het totaalbedrag", "The total", total, found.plain, "BT-112")


def _iban(read: einvoice.Document, reading: Reading, text: str) -> Iterator[Finding]:
    said = {compact(means.iban) for means in read.payment_means if means.iban}
    shown = [value.plain for value in reading.numbers.iban]
    if not said or not shown or any(iban in _plain(text).upper() for iban in said):
        return
    yield _finding(IBAN, "Het IBAN", "The IBAN", min(said), shown[0], "BT-84")


def _finding(rule: str, what_nl: str, what_en: str, said: str, shown: str, term: str) -> Finding:
    return Finding(
        rule=rule,
        flag=Flag.WARNING,
        nl=f"{what_nl} in de pdf van de leverancier ({shown}) is een ander dan in de e-factuur ({said}). "
        "De e-factuur telt. Vraag de leverancier welke van de twee klopt.",
        en=f"{what_en} in the supplier's PDF ({shown}) is another than in the e-invoice ({said}). "
        "The e-invoice counts. Ask the supplier which of the two is right.",
        terms=(term,),
    )


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
