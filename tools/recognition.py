"""How much of a PDF is recognised right, without anybody's help: `python -m tools.recognition FOLDER`.

FOLDER holds e-invoices. Of each that has a number with a digit, a PDF is made in Dutch and in English, and
where one has a PDF with its number inside, that is taken too: the e-invoice is what should have been read.
Numbers whose check digits are wrong are not asked. Printed: each field, of how many papers it was right.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from omloop import einvoice
from omloop.einvoice import Document, Party, Unreadable
from omloop.kernel.identifiers import compact, is_dutch_vat_number, is_iban
from omloop.pdf import guarded
from omloop.pdf.kinds import is_pdf
from omloop.pdf.refusals import NotUsable
from omloop.pdf.rendering import render
from omloop.pdf.words import Language
from omloop.recognition.labels import AMOUNTS, Field
from omloop.recognition.proposing import Reading, propose

LARGEST = 400_000
"""Bytes of an e-invoice that is taken."""


def main(folder: Path) -> None:
    """Print both tables."""
    counts: dict[str, tuple[Counter[str], Counter[str]]] = {}
    for document in _documents(folder):
        for origin, pdf in _papers(document):
            right, asked = counts.setdefault(origin, (Counter(), Counter()))
            _judge(document, pdf, right, asked)
    for origin, (right, asked) in counts.items():
        print(f"\n{origin}: {asked['number']} papers")
        for field in Field:
            if asked[field]:
                _print(field, right[field], asked[field])
        _print("all fields", right.total(), asked.total())


def _print(what: str, right: int, asked: int) -> None:
    print(f"  {what:16} {right:5} of {asked:5}  {right / asked:6.1%}")


def _documents(folder: Path) -> Iterator[Document]:
    for path in sorted(folder.rglob("*.xml")):
        data = path.read_bytes()
        if len(data) > LARGEST:
            continue
        try:
            read = einvoice.read(data)
        except Unreadable:
            continue
        if (
            any(map(str.isdigit, read.number or ""))
            and read.issued_on
            and read.seller.name
            and read.totals.with_vat
        ):
            yield read


def _papers(document: Document) -> Iterator[tuple[str, bytes]]:
    for language in Language:
        yield f"made by papers, {language.value}", render(document, language=language, is_copy=True)
    for each in document.attachments:
        if each.content and is_pdf(each.content):
            yield "from suppliers", each.content


def _judge(document: Document, pdf: bytes, right: Counter[str], asked: Counter[str]) -> None:
    try:
        pages = guarded.words(pdf)
    except NotUsable:
        return
    own = [number for number in (document.buyer.vat_number, _kvk(document.buyer)) if number]
    reading = Reading(pages, own=own, own_name=document.buyer.name or "")
    if "".join((document.number or "").split()) not in "".join(reading.text.split()):
        return  # a paper of something else, or a picture
    found = propose(reading).fields
    for field, wanted in _wanted(document).items():
        asked[field] += 1
        said = found[field].plain if field in found else ""
        right[field] += _plain(said) == _plain(wanted)


def _wanted(document: Document) -> dict[Field, str]:
    totals = document.totals
    amounts = dict(zip(AMOUNTS, (totals.without_vat, totals.vat, totals.with_vat), strict=True))
    said = {
        Field.SUPPLIER_NAME: document.seller.name,
        Field.SUPPLIER_KVK: _kvk(document.seller),
        Field.SUPPLIER_VAT: _vat(document),
        Field.IBAN: next((m.iban for m in document.payment_means if m.iban and is_iban(m.iban)), None),
        Field.NUMBER: document.number,
        Field.ISSUED_ON: document.issued_on and document.issued_on.isoformat(),
        Field.DUE_ON: document.due_on and document.due_on.isoformat(),
        Field.ORDER_REFERENCE: document.order_reference,
        Field.CURRENCY: document.currency,
        **{field: f"{abs(money.amount):.2f}" for field, money in amounts.items() if money is not None},
    }
    return {field: text for field, text in said.items() if text}


def _vat(document: Document) -> str | None:
    """Of the seller, where it can exist and is not the buyer's too: some examples are filled in by rote."""
    number = compact(document.seller.vat_number or "")
    is_wrong = number.startswith("NL") and not is_dutch_vat_number(number)
    return None if is_wrong or number == compact(document.buyer.vat_number or "") else number


def _kvk(party: Party) -> str | None:
    registration = party.legal_registration
    return registration.value if registration and registration.scheme == "0106" else None


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
