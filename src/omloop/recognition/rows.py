"""The words of a page in rows, and the values that stand in them; plain Python."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from omloop.kernel.identifiers import compact, is_dutch_vat_number, is_iban
from omloop.pdf.placed import Page, Word
from omloop.recognition.texts import AMOUNT, DATE, IBAN, VAT, amount_in, date_in

WIDE = 1.4
"""Times the height of its row that words of one column lie apart at most."""
_LONGEST_TOKEN = 40


class Kind(StrEnum):
    """What a value is, by its form alone."""

    DATE = "date"
    AMOUNT = "amount"
    IBAN = "iban"
    VAT = "vat"
    TOKEN = "token"  # noqa: S105 - a word with a digit in it


@dataclass(frozen=True, slots=True)
class Place:
    """A box on a page (counted from 0), in the units of `pdf.placed`."""

    page: int
    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """From top to bottom."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Row:
    """Words beside each other, and their text: a space between words, a tab between columns."""

    page: int
    words: tuple[Word, ...]
    text: str
    starts: tuple[int, ...]

    @property
    def top(self) -> int:
        """Of its highest word."""
        return min(word.top for word in self.words)

    def place(self, start: int, end: int) -> Place:
        """Around the words that these characters touch."""
        touched = [
            word
            for word, at in zip(self.words, self.starts, strict=True)
            if at < end and at + len(word.text) > start
        ]
        return Place(
            self.page,
            min(word.left for word in touched),
            min(word.top for word in touched),
            max(word.right for word in touched),
            max(word.bottom for word in touched),
        )


@dataclass(frozen=True, slots=True)
class Value:
    """Something that can fill a field: as it stands there, and as we write it (2026-04-03, 1234.56)."""

    kind: Kind
    text: str
    plain: str
    place: Place
    row: int
    start: int
    end: int


def rows_of(pages: Sequence[Page]) -> list[Row]:
    """The rows of all pages, from the top of the first to the foot of the last."""
    return [row for number, page in enumerate(pages) for row in _rows(number, page)]


def values_in(rows: Sequence[Row]) -> list[Value]:
    """What in these rows can fill a field; every word belongs to one value at most."""
    return [value for number, row in enumerate(rows) for value in _values(number, row)]


def _rows(number: int, page: Page) -> Iterator[Row]:
    gathered: list[list[Word]] = []
    for word in sorted(page.words, key=lambda word: word.top + word.bottom):
        if gathered and _is_level(gathered[-1][-1], word):
            gathered[-1].append(word)
        else:
            gathered.append([word])
    for words in gathered:
        yield _row(number, sorted(words, key=lambda word: word.left))


def _is_level(one: Word, other: Word) -> bool:
    lower = max(4, min(one.bottom - one.top, other.bottom - other.top))
    return abs((one.top + one.bottom) - (other.top + other.bottom)) < lower


def _row(page: int, words: list[Word]) -> Row:
    text, starts = "", list[int]()
    high = max(6, max(word.bottom - word.top for word in words))
    for place, word in enumerate(words):
        if place:
            text += "\t" if word.left - words[place - 1].right > WIDE * high else " "
        starts.append(len(text))
        text += word.text
    return Row(page, tuple(words), text, tuple(starts))


def _values(number: int, row: Row) -> Iterator[Value]:
    taken: list[tuple[int, int]] = []
    for kind, start, end, plain in _matches(row.text):
        if all(end <= first or start >= last for first, last in taken):
            taken.append((start, end))
            yield Value(kind, row.text[start:end], plain, row.place(start, end), number, start, end)


def _matches(text: str) -> Iterator[tuple[Kind, int, int, str]]:
    """All that could be a value, what has a form of its own first."""
    for found in IBAN.finditer(text):
        for end in _shorter(found.group()):
            plain = _with_digits(compact(found.group()[:end]))
            if is_iban(plain):
                yield Kind.IBAN, found.start(), found.start() + end, plain
                break
    for found in VAT.finditer(text):
        plain = compact(found.group())
        if not plain.startswith("NL") or is_dutch_vat_number(plain):
            yield Kind.VAT, *found.span(), plain
    for found in DATE.finditer(text):
        if (day := date_in(found)) is not None:
            yield Kind.DATE, *found.span(), day.isoformat()
    for found in AMOUNT.finditer(text):
        yield Kind.AMOUNT, *found.span(), f"{amount_in(found):f}"
    yield from _tokens(text)


def _with_digits(iban: str) -> str:
    """What reads pictures takes a zero among letters for an O."""
    return iban[:2] + iban[2:4].replace("O", "0") + iban[4:]


def _shorter(text: str) -> Iterator[int]:
    """What it is without its last groups, for the next word may look like one more."""
    ends = [len(text), *(place for place, sign in enumerate(text) if sign == " ")]
    yield from sorted(ends, reverse=True)


def _tokens(text: str) -> Iterator[tuple[Kind, int, int, str]]:
    at = 0
    for piece in text.replace("\t", " ").split(" "):
        start = at + len(piece) - len(piece.lstrip("(#:"))
        plain = piece.strip("(#:").rstrip(".,;)")
        if any(map(str.isdigit, plain)) and len(plain) <= _LONGEST_TOKEN:
            yield Kind.TOKEN, start, start + len(plain), plain
        at += len(piece) + 1
