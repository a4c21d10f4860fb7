"""What a PDF looks like and says, by PDFium; for the process that may die, one job at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pypdfium2
from pypdfium2 import PdfDocument, PdfiumError
from pypdfium2.raw import FPDF_ERR_PASSWORD

from omloop.pdf.refusals import NotUsable, Reason

WIDEST = 2_000
"""Pixels."""
TALLEST = 1.4
"""Times its width that a page may be high in its picture: what is taller becomes narrower."""
MOST_TEXT_PAGES = 200
MOST_TEXT = 1_000_000
"""Characters."""


def preview(pdf: bytes, page: int, width: int) -> bytes:
    """The picture (WEBP) of a page, counted from 0, at most `width` pixels wide.

    Raises NotUsable, IndexError where there is no such page.
    """
    with opened(pdf) as document:
        if not 0 <= page < len(document):
            raise IndexError(page)
        shown = document[page]
        across, high = shown.get_size()
        width = min(width, WIDEST)
        image = shown.render(scale=min(width / across, width * TALLEST / high)).to_pil()
        out = BytesIO()
        image.save(out, "WEBP", quality=75, method=2)
        return out.getvalue()


def text(pdf: bytes) -> str:
    """The text of its pages, one after another, up to `MOST_TEXT_PAGES` and `MOST_TEXT`; raises NotUsable."""
    found: list[str] = []
    with opened(pdf) as document:
        for number in range(min(len(document), MOST_TEXT_PAGES)):
            found.append(document[number].get_textpage().get_text_range())
            if sum(map(len, found)) > MOST_TEXT:
                break
    return "\n".join(found).replace("\r\n", "\n")[:MOST_TEXT]


def count_pages(pdf: bytes) -> int:
    """How many pages it has; raises NotUsable."""
    with opened(pdf) as document:
        return len(document)


@contextmanager
def opened(pdf: bytes) -> Iterator[PdfDocument]:
    """The PDF in these bytes, with at least one page; raises NotUsable."""
    try:
        document = pypdfium2.PdfDocument(pdf)
    except PdfiumError as error:
        is_locked = error.err_code == FPDF_ERR_PASSWORD
        raise NotUsable(Reason.ENCRYPTED if is_locked else Reason.BROKEN) from error
    try:
        if not len(document):
            raise NotUsable(Reason.EMPTY)
        yield document
    except PdfiumError as error:
        raise NotUsable(Reason.BROKEN) from error
    finally:
        document.close()
