"""How a PDF or image that came in looks, and what it says, for who must handle it by hand (rules 2.2)."""

from functools import lru_cache
from uuid import UUID

from omloop.intake import files
from omloop.intake.models import Document
from omloop.pdf import guarded
from omloop.pdf.guarded import Seen
from omloop.pdf.kinds import is_image, is_pdf
from omloop.pdf.refusals import NotUsable, WorkerBusy

WIDTH = 1000
"""Pixels of a page on the page of its document."""
SHOWN_PAGES = 5
SHOWN_TEXT = 20_000
"""Characters."""
REMEMBERED = 64


def seen_in(document: Document) -> Seen | None:
    """Pages and text of a document that is a PDF or image; None where it is none, or can't be opened.

    Raises WorkerBusy, FileDamaged.
    """
    return _seen(document.organisation_id, document.sha256)


def pages_shown(document: Document) -> range:
    """The numbers of the pages that can be drawn; none where it can't be, or not now."""
    try:
        seen = seen_in(document)
    except (WorkerBusy, files.FileDamaged):
        return range(0)
    return range(1, min(seen.pages, SHOWN_PAGES) + 1) if seen else range(0)


def picture_of(document: Document, page: int) -> bytes | None:
    """A page (from 1) as WEBP; None without such a page. Raises WorkerBusy, FileDamaged."""
    seen = seen_in(document)
    if seen is None or not 1 <= page <= min(seen.pages, SHOWN_PAGES):
        return None
    data = files.read(document.organisation_id, document.sha256)
    try:
        return guarded.preview(data, page=page - 1, width=WIDTH)
    except NotUsable:
        return None


@lru_cache(REMEMBERED)
def _seen(organisation_id: UUID, sha256: str) -> Seen | None:
    """Remembered by the bytes, which never change, so that a hostile file costs its seconds once."""
    data = files.read(organisation_id, sha256)
    if not (is_pdf(data) or is_image(data)):
        return None
    try:
        seen = guarded.look(data)
    except NotUsable:
        return None
    return Seen(seen.pages, seen.text[:SHOWN_TEXT])
