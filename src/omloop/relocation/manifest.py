"""The manifest (verhuislijst): what an organisation has up to a mark, taken before and checked after.

It covers all that the sealed audit chain covers up to number N, with a count and a digest per table and a
hash per file (rules 6.3). What arrives meanwhile lies above the mark and is never missed or counted.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection

from omloop.audit.keys import is_signed, public_key, sign
from omloop.audit.models import AuditChain, AuditSeal
from omloop.audit.seal import seal, sign_head
from omloop.audit.tasks import seal_chain
from omloop.intake import files
from omloop.intake.containers import files_of
from omloop.intake.models import Document
from omloop.invoices.models import AddedAttachment
from omloop.kernel.ids import next_bound
from omloop.organisations.holding import hold_alone
from omloop.papers.models import PdfLook
from omloop.relocation.tables import NEVER_CHANGED, Table, tables
from omloop.sending.queries import files_of as sent_files
from omloop.tenancy.scope import show_confidential, tenant_scope

FORMAT = 1
T = TypeVar("T")

AT_ONCE = 500
"""Files between two tellings of progress."""

Told = Callable[[int, int], None]
"""Called with how much is done, and of how much: tables and files together."""


class ManifestsDiffer(RuntimeError):
    """What was counted after is not what was counted before."""

    def __init__(self, differences: Sequence[str]) -> None:
        super().__init__("; ".join(differences))
        self.differences = list(differences)


@dataclass(frozen=True)
class Mark:
    """A line through an organisation's rows: the chain's number and hash there, and the key below which
    every row was committed before the line was drawn and at which every later one begins."""

    organisation_id: UUID
    number: int
    hash: str
    below: UUID
    taken_at: datetime


@dataclass(frozen=True)
class Counted:
    """Of one table, up to the mark: how many rows, and the sum of their hashes, in whatever order."""

    table: str
    rows: int
    digest: str


@dataclass(frozen=True)
class KeptFile:
    """A file as it lies on the disk: SHA-256 (hex) as computed now, and bytes."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """All that an organisation has up to a mark."""

    mark: Mark
    tables: tuple[Counted, ...]
    files: tuple[KeptFile, ...]

    @property
    def rows(self) -> int:
        """How many rows, all tables together."""
        return sum(counted.rows for counted in self.tables)

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)

    def as_dict(self) -> dict[str, Any]:
        """As JSON holds it."""
        mark = self.mark
        return {
            "format": FORMAT,
            "organisation": str(mark.organisation_id),
            "number": mark.number,
            "hash": mark.hash,
            "below": str(mark.below),
            "taken_at": mark.taken_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "tables": [{"table": t.table, "rows": t.rows, "digest": t.digest} for t in self.tables],
            "files": [[file.sha256, file.size] for file in self.files],
        }

    def canonical(self) -> bytes:
        """The bytes that are signed: sorted keys, no spaces, UTF-8."""
        return json.dumps(self.as_dict(), sort_keys=True, separators=(",", ":")).encode()

    def signed(self) -> dict[str, Any]:
        """With the installation's signature (Ed25519) under the canonical bytes."""
        return {
            "manifest": self.as_dict(),
            "public_key": public_key().hex(),
            "signature": sign(self.canonical()).hex(),
        }


def from_dict(held: Mapping[str, Any]) -> Manifest:
    """A manifest as it was written; raises ValueError for another format."""
    if held["format"] != FORMAT:
        raise ValueError(f"a manifest of format {held['format']} can't be read here")
    return Manifest(
        Mark(
            UUID(held["organisation"]),
            held["number"],
            held["hash"],
            UUID(held["below"]),
            datetime.fromisoformat(held["taken_at"]),
        ),
        tuple(Counted(t["table"], t["rows"], t["digest"]) for t in held["tables"]),
        tuple(KeptFile(digest, size) for digest, size in held["files"]),
    )


def is_authentic(signed: Mapping[str, Any], key: bytes) -> bool:
    """Whether the installation with this public key signed exactly this manifest."""
    text = from_dict(signed["manifest"]).canonical()
    return is_signed(text, bytes.fromhex(signed["signature"]), key)


def take_mark(organisation_id: UUID, *, now: datetime) -> Mark:
    """Draw the line: wait for a moment at which nobody writes, seal what waits, sign the head.

    Opens its own scope. Most is sealed before, so that the organisation is held for milliseconds.
    """
    seal_chain(organisation_id)
    with tenant_scope(None, [organisation_id]):
        hold_alone([organisation_id])
        return mark_held(organisation_id, now=now)


def mark_held(organisation_id: UUID, *, now: datetime) -> Mark:
    """The same inside a scope that holds the organisation alone."""
    while seal(organisation_id):
        continue
    sign_head(organisation_id, now=now)
    head = AuditChain.objects.get(chain_id=organisation_id)
    return Mark(organisation_id, head.number, bytes(head.hash).hex(), next_bound(), now)


def take_manifest(mark: Mark, told: Told = lambda done, total: None) -> Manifest:
    """Count tables and read every file up to the mark, in scopes of its own and without any lock.

    Raises FileDamaged for a file that is gone or is not what came in.
    """
    kept = files_up_to(mark)
    total = len(tables()) + len(kept)
    counted = tuple(_tell_each(count_tables(mark), told, 0, total))
    read = tuple(_tell_each(_read_files(mark, kept), told, len(counted), total))
    return Manifest(mark, counted, read)


def count_tables(mark: Mark) -> Iterator[Counted]:
    """Each table up to the mark, in the order of insertion."""
    for table in tables():
        with tenant_scope(None, [mark.organisation_id]):
            show_confidential([mark.organisation_id])
            counted = count(table, mark)
        yield counted


def count(table: Table, mark: Mark) -> Counted:
    """One table up to the mark, inside a scope. Of the chain's head only that it holds what the mark says."""
    if table.model is AuditChain:
        return Counted(table.name, int(_holds_mark(mark)), mark.hash)
    what = "to_jsonb(t)" if table.model in NEVER_CHANGED else f"t.{table.key}"
    query = (
        f"SELECT count(*), coalesce(sum(hashed), 0)::text FROM (SELECT ('x' || encode(substr(sha256("  # noqa: S608
        f"convert_to(({what})::text, 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint AS hashed "
        f"FROM {connection.ops.quote_name(table.name)} t WHERE {table.up_to}) h"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, parameters(mark))
        rows, digest = cursor.fetchall()[0]
    return Counted(table.name, rows, digest)


def count_rows(name: str, mark: Mark) -> int:
    """Only how many rows a table has up to the mark, inside a scope: quick enough while all others wait."""
    table = next(table for table in tables() if table.name == name)
    if table.model is AuditChain:
        return int(_holds_mark(mark))
    query = f"SELECT count(*) FROM {connection.ops.quote_name(name)} WHERE {table.up_to}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query, parameters(mark))
        return int(cursor.fetchall()[0][0])


def parameters(mark: Mark) -> dict[str, Any]:
    """What `Table.up_to` asks for."""
    return {"organisation": mark.organisation_id, "number": mark.number, "below": mark.below}


def _holds_mark(mark: Mark) -> bool:
    """Whether the chain still goes through the mark: at its number stands its hash."""
    if mark.number == 0:
        return True
    seals = AuditSeal.objects.filter(chain_id=mark.organisation_id, number=mark.number)
    return [bytes(each).hex() for each in seals.values_list("hash", flat=True)] == [mark.hash]


def files_up_to(mark: Mark) -> list[str]:
    """The SHA-256 of every file up to the mark, each once, sorted."""
    with tenant_scope(None, [mark.organisation_id]):
        show_confidential([mark.organisation_id])
        rows = Document.objects.filter(organisation_id=mark.organisation_id, id__lt=mark.below)
        others = files_of(mark.organisation_id, mark.below) | sent_files(mark.organisation_id, mark.below)
        added = AddedAttachment.objects.filter(organisation_id=mark.organisation_id, id__lt=mark.below)
        logos = PdfLook.objects.filter(organisation_id=mark.organisation_id, id__lt=mark.below)
        kept = (rows, added, logos.exclude(sha256=""))
        return sorted(others.union(*(each.values_list("sha256", flat=True) for each in kept)))


def _read_files(mark: Mark, digests: Sequence[str]) -> Iterator[KeptFile]:
    for digest in digests:
        data = files.read(mark.organisation_id, digest)
        yield KeptFile(sha256(data).hexdigest(), len(data))


def _tell_each(found: Iterator[T], told: Told, done: int, total: int) -> Iterator[T]:
    for number, each in enumerate(found, start=done + 1):
        if number % AT_ONCE == 0 or number in (done + 1, total):
            told(number, total)
        yield each


def differences(before: Manifest, after: Manifest) -> list[str]:
    """What differs, for people; empty when the two are equal up to the same mark."""
    if before.mark != after.mark:
        return [f"counted up to number {after.mark.number}, and not up to {before.mark.number}"]
    was = {counted.table: counted for counted in before.tables}
    found = [
        f"{now.table}: {was[now.table].rows} rows before, {now.rows} after"
        + (", other ones" if was[now.table].rows == now.rows else "")
        for now in after.tables
        if now.table in was and now != was[now.table]
    ]
    found += [f"{name}: counted once only" for name in sorted(was.keys() ^ {t.table for t in after.tables})]
    lost, new = set(before.files) - set(after.files), set(after.files) - set(before.files)
    found += [f"file {file.sha256}: gone" for file in sorted(lost, key=lambda f: f.sha256)]
    return found + [f"file {file.sha256}: new" for file in sorted(new, key=lambda f: f.sha256)]


def refuse_difference(before: Manifest, after: Manifest) -> None:
    """Raise ManifestsDiffer unless they are equal."""
    found = differences(before, after)
    if found:
        raise ManifestsDiffer(found)
