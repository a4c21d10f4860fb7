"""The page on which somebody says what a PDF or image says: the fields beside the picture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html

from omloop.intake.models import Document
from omloop.invoices.models import Invoice
from omloop.invoices.pictures import SHOWN_PAGES, seen_in
from omloop.pdf.placed import ACROSS
from omloop.recognition.forms import TypingForm, from_invoice, from_proposals
from omloop.recognition.labels import Field
from omloop.recognition.models import Recognition
from omloop.recognition.proposing import Certainty, Proposals
from omloop.recognition.queries import proposals_for, reading_of
from omloop.recognition.rows import Kind, Place, Row, Value
from omloop.recognition.wording import SURE, label_of, why
from omloop.web import words

TONES = {Certainty.SURE: "good", Certainty.LIKELY: "info", Certainty.GUESS: "attention"}
MOST_TARGETS = 600
"""Words of a page that can be chosen."""
MARGIN = 4
"""Units around a word that count as the word."""


@dataclass(frozen=True)
class Target:
    """A word or value on the picture: what choosing it fills in, as a text, a day or an amount."""

    place: Place
    text: str
    day: str
    amount: str
    field: str
    label: str


@dataclass(frozen=True)
class Sheet:
    """A page of the picture: its number from 1, how high it is in units, its targets."""

    number: int
    height: int
    targets: list[Target]


@dataclass(frozen=True)
class TypingPage:
    """All that the page shows; without a recognition nothing is known yet."""

    document: Document
    invoice: Invoice | None
    recognition: Recognition | None
    form: TypingForm
    sheets: list[Sheet]
    pages: int

    @property
    def width(self) -> int:
        """Of every page, in units."""
        return ACROSS

    @property
    def numbers(self) -> range:
        """Of the pages that are drawn."""
        return range(1, self.pages + 1)

    @property
    def is_read(self) -> bool:
        """Whether the job has been here."""
        return self.recognition is not None

    @property
    def source(self) -> str:
        """Where its words come from, or why there are none."""
        return self.recognition.source if self.recognition else ""


def typing_page(document: Document, invoice: Invoice | None, form: TypingForm | None = None) -> TypingPage:
    """Read it, in a fixed number of queries; `form` is what was sent and not taken."""
    recognition = Recognition.objects.filter(document=document).first()
    reading = reading_of(recognition, document.organisation)
    proposals = proposals_for(reading, document.organisation)
    known = from_invoice(invoice) if invoice else from_proposals(proposals)
    form = form or TypingForm(initial=known)
    if not invoice:
        _say_why(form, proposals)
    seen = seen_in(document)
    pages = min(seen.pages, SHOWN_PAGES) if seen else 0
    return TypingPage(
        document=document,
        invoice=invoice,
        recognition=recognition,
        form=form,
        sheets=_sheets(recognition, proposals, pages),
        pages=pages,
    )


def _say_why(form: TypingForm, proposals: Proposals) -> None:
    """Below each field that is filled in: why, and how sure that is."""
    for field, proposal in proposals.fields.items():
        said = format_html(
            '<span class="status" data-tone="{}">{} {}</span>',
            TONES[proposal.certainty],
            SURE[proposal.certainty],
            why(proposal),
        )
        form.fields[field.value].help_text = said


def _sheets(recognition: Recognition | None, proposals: Proposals, pages: int) -> list[Sheet]:
    read = recognition.read_pages if recognition else []
    by_place = {p.place: field for field, p in proposals.fields.items() if p.place is not None}
    return [
        Sheet(number + 1, page.height, list(_targets(number, proposals, by_place))[:MOST_TARGETS])
        for number, page in enumerate(read[:pages])
    ]


def _targets(page: int, proposals: Proposals, by_place: dict[Place, Field]) -> Iterator[Target]:
    """As one reads: what belongs together is one target, every other word is one by itself."""
    in_row: dict[int, list[Value]] = {}
    for value in proposals.values:
        in_row.setdefault(value.row, []).append(value)
    for number, row in enumerate(proposals.rows):
        if row.page == page:
            found = [*_values(in_row.get(number, [])), *_words(row, in_row.get(number, []))]
            for place, text, day, amount in sorted(found, key=lambda each: each[0].left):
                field = by_place.get(place)
                yield Target(
                    _wider(place), text, day, amount, field or "", str(label_of(field)) if field else ""
                )


def _values(values: Sequence[Value]) -> Iterator[tuple[Place, str, str, str]]:
    for value in values:
        day = value.plain if value.kind == Kind.DATE else ""
        amount = words.number(abs(Decimal(value.plain)), 2) if value.kind == Kind.AMOUNT else ""
        text = value.plain if value.kind in (Kind.IBAN, Kind.VAT, Kind.TOKEN) else value.text
        yield value.place, text, day, amount


def _words(row: Row, values: Sequence[Value]) -> Iterator[tuple[Place, str, str, str]]:
    for word, start in zip(row.words, row.starts, strict=True):
        end = start + len(word.text)
        if all(end <= value.start or start >= value.end for value in values):
            yield Place(row.page, word.left, word.top, word.right, word.bottom), word.text, "", ""


def _wider(place: Place) -> Place:
    return Place(
        place.page,
        max(0, place.left - MARGIN),
        max(0, place.top - MARGIN),
        place.right + MARGIN,
        place.bottom + MARGIN,
    )
