"""Taking a mail or a ZIP apart, under limits; what comes out is judged by its bytes (rules 2.1).

Names inside a container are texts for people and are never used as paths.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from omloop.einvoice.refusals import MAX_BYTES
from omloop.intake import mails, zips

MAX_PIECES = 100
MAX_DEPTH = 4
"""Mails in mails in mails; a ZIP in a ZIP is not opened."""
MAX_TOTAL = 4 * MAX_BYTES
"""Bytes of all that comes out of one container together."""
PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
PAGES = (b"<html", b"<!doctype html", b"<?xml-stylesheet")


class Kind(StrEnum):
    """What can be taken apart."""

    MAIL = "mail"
    ZIP = "zip"


class Fault(StrEnum):
    """Why a piece of a container is no document."""

    ENCRYPTED = "encrypted"
    BROKEN = "broken"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    TOO_DEEP = "too_deep"
    OTHER_KIND = "other_kind"
    DECORATION = "decoration"


@dataclass(frozen=True)
class Piece:
    """One file out of a container, or why it stays inside."""

    name: str
    data: bytes = b""
    fault: str = ""


@dataclass
class Allowance:
    """How much may still come out of this container."""

    pieces: int = MAX_PIECES
    size: int = MAX_TOTAL

    @property
    def of_one(self) -> int:
        """Bytes that the next piece may have."""
        return min(self.size, MAX_BYTES)


def kind_of(data: bytes) -> Kind | None:
    """Whether these bytes are a container; an office document is a ZIP by form and none to take apart."""
    if zips.is_zip(data):
        return None if zips.is_office_document(data) else Kind.ZIP
    return Kind.MAIL if mails.is_mail(data) else None


def take_apart(data: bytes) -> list[Piece]:
    """Every file inside, also of mails inside, in their order; the last says so where there are too many."""
    allowance = Allowance()
    pieces: list[Piece] = []
    for piece in _pieces(data, allowance, depth=1):
        if allowance.pieces == 0:
            return [*pieces, Piece(piece.name, fault=Fault.TOO_MANY)]
        allowance.pieces -= 1
        allowance.size -= len(piece.data)
        pieces.append(piece)
    return pieces


def _pieces(data: bytes, allowance: Allowance, depth: int) -> Iterator[Piece]:
    is_zip = zips.is_zip(data)
    inside = zips.entries if is_zip else mails.attachments
    for name, content, fault in inside(data, lambda: allowance.of_one):
        piece = Piece(name, content, fault)
        inner = None if fault else kind_of(content)
        if inner is None:
            yield piece if fault else _judged(piece)
        elif depth == MAX_DEPTH or (is_zip and inner is Kind.ZIP):
            yield Piece(name, fault=Fault.TOO_DEEP)
        else:
            yield from (
                replace(each, name=f"{name} › {each.name}") for each in _pieces(content, allowance, depth + 1)
            )


def _judged(piece: Piece) -> Piece:
    """A PDF, an XML or a picture as it is; anything else stays in the container."""
    return piece if is_paper(piece.data) else Piece(piece.name, fault=Fault.OTHER_KIND)


def is_paper(data: bytes) -> bool:
    """Whether the bytes begin as an invoice can: PDF, XML, or a picture."""
    if b"%PDF-" in data[:1024] or data.startswith(PICTURES):
        return True
    start = data[:1024].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    return start.startswith(b"<") and not start.startswith(PAGES)
