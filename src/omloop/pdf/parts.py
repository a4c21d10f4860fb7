"""What is merged, and what comes of it."""

from dataclasses import dataclass, field

from omloop.pdf.refusals import Reason


@dataclass(frozen=True, slots=True)
class Part:
    """One file to merge. `condemned` says that it can't be opened, so that nobody tries."""

    filename: str
    content: bytes = field(repr=False)
    is_invoice: bool = False
    condemned: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is embedded whole, behind a page that says so."""

    filename: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Merged:
    """The one PDF, its number of pages, and what could not be merged."""

    pdf: bytes = field(repr=False)
    pages: int
    left_out: tuple[LeftOut, ...]
