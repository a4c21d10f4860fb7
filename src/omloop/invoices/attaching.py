"""Adding attachments to an invoice, and handing all of them out as one ZIP."""

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import IO, cast
from uuid import UUID

from omloop.audit.services import record
from omloop.einvoice import Unreadable
from omloop.einvoice.refusals import MAX_BYTES
from omloop.intake import files
from omloop.intake.services import MAX_NAME, FileTooLarge, storable
from omloop.invoices.models import AddedAttachment, Attachment, Invoice
from omloop.invoices.reading import read_original
from omloop.organisations.holding import hold
from omloop.organisations.members import Member, RightMissing
from omloop.organisations.rights import Right

MOST_ADDED = 50
"""Attachments that are added to one invoice."""
LONGEST_NAME = 120
"""Characters of a name inside a ZIP."""
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]')
File = tuple[str, Callable[[], bytes]]


class TooManyAdded(ValueError):
    """There are `MOST_ADDED` on it already."""


class NothingIn(ValueError):
    """The file is empty."""


def may_attach(actor: Member, organisation_id: UUID) -> bool:
    """Whether he may put files with an invoice there: by *add* or *circulate*."""
    return actor.can(Right.ADD, organisation_id) or actor.can(Right.CIRCULATE, organisation_id)


def attach(invoice: Invoice, *, data: bytes, filename: str, actor: Member, now: datetime) -> AddedAttachment:
    """Put a file with an invoice; the same bytes once. What came in stays as it is.

    Raises RightMissing, FileTooLarge, NothingIn, TooManyAdded.
    """
    if not may_attach(actor, invoice.organisation_id):
        raise RightMissing(Right.ADD, invoice.organisation_id)
    if len(data) > MAX_BYTES:
        raise FileTooLarge(filename)
    if not data:
        raise NothingIn(filename)
    hold(invoice.organisation_id)
    locked = Invoice.objects.select_for_update().get(id=invoice.id)
    digest = files.keep(locked.organisation_id, data)
    added = AddedAttachment.objects.filter(organisation_id=locked.organisation_id, invoice=locked)
    same: AddedAttachment | None = added.filter(sha256=digest).first()
    if same is not None:
        return same
    if added.count() >= MOST_ADDED:
        raise TooManyAdded(str(invoice.id))
    made: AddedAttachment = AddedAttachment.objects.create(
        organisation_id=locked.organisation_id,
        confidential=locked.confidential,
        invoice=locked,
        filename=storable(filename)[:MAX_NAME] or "attachment",
        size=len(data),
        sha256=digest,
        added_by_id=actor.person_id,
        added_at=now,
    )
    record(
        "invoice.attachment_added",
        actor=actor,
        chain_id=locked.organisation_id,
        subject_id=locked.id,
        at=now,
        detail={"sha256": digest},
    )
    return made


def added_to(invoice: Invoice) -> list[AddedAttachment]:
    """What people put with it, in order; with who did, in one query."""
    rows = AddedAttachment.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice)
    return list(rows.select_related("added_by").order_by("added_at", "id"))


def everything_of(invoice: Invoice) -> list[File]:
    """The original first, then the attachments inside it, then those that were added: names that are safe and
    differ, each with what reads its bytes. Raises FileDamaged."""
    document, place = invoice.document, invoice.organisation_id
    found: list[File] = [(document.filename, lambda: files.read(place, document.sha256))]
    for known, content in _inside(invoice):
        name = known.filename or known.description or f"attachment-{known.position}"
        found.append((name, lambda content=content: content))  # type: ignore[misc]
    for each in added_to(invoice):
        found.append((each.filename, lambda digest=each.sha256: files.read(place, digest)))  # type: ignore[misc]
    names = _safe_names([name for name, _read in found])
    return [(name, read) for name, (_name, read) in zip(names, found, strict=True)]


def as_zip(contents: Iterable[File], *, at: datetime) -> Iterator[bytes]:
    """A ZIP, file by file, so that one at a time is in memory."""
    sink = _Sink()
    with zipfile.ZipFile(cast(IO[bytes], sink), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, read in contents:
            facts = zipfile.ZipInfo(name, date_time=at.timetuple()[:6])
            facts.compress_type, facts.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            archive.writestr(facts, read())
            yield sink.taken()
    yield sink.taken()


class _Sink:
    """What is written, until it is taken; it can't be wound back, and a ZIP need not be."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._written.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def taken(self) -> bytes:
        taken, self._written = b"".join(self._written), []
        return taken


def _inside(invoice: Invoice) -> Iterator[tuple[Attachment, bytes]]:
    known = list(Attachment.objects.filter(invoice=invoice).order_by("position"))
    if not known:
        return
    try:
        read = read_original(invoice.document)
    except Unreadable:
        return
    for each in known:
        content = read.attachments[each.position - 1].content
        if content is not None:
            yield each, content


def _safe_names(names: Sequence[str]) -> list[str]:
    """Names that lead nowhere, begin with no dot, and of which no two differ by case alone."""
    safe: list[str] = []
    taken: set[str] = set()
    for number, name in enumerate(names, 1):
        plain = _UNSAFE.sub("-", name).strip(" .")[-LONGEST_NAME:].strip(" .") or f"file-{number}"
        if plain.casefold() in taken:
            plain = f"{number}-{plain}"
        taken.add(plain.casefold())
        safe.append(plain)
    return safe
