"""From the bytes of a PDF or image to words with their places; in no transaction, for it takes its time."""

from dataclasses import replace

from omloop.pdf import guarded, optical
from omloop.pdf.placed import Page
from omloop.pdf.refusals import NotUsable
from omloop.recognition.models import Recognition

Source = Recognition.Source


def read_words(content: bytes) -> tuple[str, list[Page]]:
    """The first pages with their words, and where these come from; raises WorkerBusy.

    Pages that are pictures are read by Tesseract, where that is installed.
    """
    try:
        pages = guarded.words(content)
    except NotUsable:
        return Source.NONE, []
    if not any(page.is_scan for page in pages):
        return Source.TEXT, pages
    if not optical.is_installed():
        return Source.TEXT if any(page.words for page in pages) else Source.NO_READER, pages
    read = [_read(content, number, page) for number, page in enumerate(pages)]
    return Source.PICTURE if any(page.words for page in read) else Source.NONE, read


def _read(content: bytes, number: int, page: Page) -> Page:
    if not page.is_scan:
        return page
    try:
        picture = guarded.sheet(content, page=number)
    except NotUsable:
        return page
    return replace(page, words=optical.read(picture)) if picture else page
