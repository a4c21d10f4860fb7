"""The words of a PDF with their places, by PDFium; for the process that may die, one job at a time."""

import ctypes
from collections.abc import Iterator

from pypdfium2 import PdfPage
from pypdfium2 import raw as pdfium

from omloop.pdf.looking import opened
from omloop.pdf.placed import ACROSS, LONGEST, MOST_PAGES, MOST_WORDS, Page, Word

MOST_CHARACTERS = 20_000
"""Of one page."""
SCANNED_BELOW = 20
"""A page with fewer characters is a picture."""
GAP = 0.6
"""Times its height that two characters of one word may lie apart."""

Box = tuple[int, int, int, int]


def words(pdf: bytes) -> list[Page]:
    """The first pages with their words; raises NotUsable."""
    with opened(pdf) as document:
        return [_page(document[number]) for number in range(min(len(document), MOST_PAGES))]


def _page(page: PdfPage) -> Page:
    across, high = page.get_size()
    height = max(1, round(ACROSS * high / across))
    found: list[Word] = []
    count = 0
    for word in _gathered(_characters(page, height)):
        count += len(word.text)
        if len(found) < MOST_WORDS:
            found.append(word)
    return Page(height, tuple(found), is_scan=count < SCANNED_BELOW)


def _characters(page: PdfPage, height: int) -> Iterator[tuple[str, Box]]:
    """Every character that is drawn, and an empty text between words."""
    text = page.get_textpage()
    corners = [ctypes.c_double() for _ in range(4)]
    for place in range(min(text.count_chars(), MOST_CHARACTERS)):
        code = pdfium.FPDFText_GetUnicode(text, place)
        drawn = chr(code) if 32 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " "
        if drawn.isspace() or not pdfium.FPDFText_GetCharBox(text, place, *map(ctypes.byref, corners)):
            yield "", (0, 0, 0, 0)
            continue
        left, right, bottom, top = (corner.value for corner in corners)
        yield drawn, _box(page, height, left, top, right, bottom)


def _box(page: PdfPage, height: int, left: float, top: float, right: float, bottom: float) -> Box:
    """In our units, whichever way the page is turned."""
    x, y = ctypes.c_int(), ctypes.c_int()
    found: list[tuple[int, int]] = []
    for across, high in ((left, top), (right, bottom)):
        pdfium.FPDF_PageToDevice(page, 0, 0, ACROSS, height, 0, across, high, x, y)
        found.append((x.value, y.value))
    (a, b), (c, d) = found
    return min(a, c), min(b, d), max(a, c), max(b, d)


def _gathered(characters: Iterator[tuple[str, Box]]) -> Iterator[Word]:
    """Characters that stand beside each other are a word."""
    text, box = "", (0, 0, 0, 0)
    for drawn, at in characters:
        if text and (not drawn or _is_apart(box, at)):
            yield Word(text[:LONGEST], *box)
            text = ""
        if drawn:
            box = at if not text else _around(box, at)
            text += drawn
    if text:
        yield Word(text[:LONGEST], *box)


def _is_apart(word: Box, next_one: Box) -> bool:
    high = max(word[3] - word[1], next_one[3] - next_one[1], 4)
    is_below = next_one[1] > word[3] or next_one[3] < word[1]
    return is_below or not -2 * high < next_one[0] - word[2] < GAP * high


def _around(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])
