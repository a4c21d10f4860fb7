"""Archives for tests: small ones made by hand, and others made of whole ones by changing something."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from omloop.backup.archive import DATABASE, MANIFEST, SUMS, Writer, content_of, members
from omloop.backup.manifest import Manifest, omloop_version, read_manifest

Contents = list[tuple[str, bytes]]
ORGANISATION = "01a21614-8d86-73ed-9896-e95f279dd66a"
INVOICES = (b"<Invoice>one</Invoice>", b"<Invoice>two</Invoice>" * 100, b"")


def place(data: bytes) -> str:
    digest = sha256(data).hexdigest()
    return f"files/{ORGANISATION}/{digest[:2]}/{digest}"


def manifest(**changes: Any) -> Manifest:
    """Of a small installation of this version."""
    made = Manifest(
        omloop=omloop_version(),
        made_at=datetime(2026, 11, 26, 3, tzinfo=UTC),
        postgresql=18,
        migrations=("intake.0001_initial",),
        rows={"intake_document": 3},
        files=len(INVOICES),
        file_bytes=sum(map(len, INVOICES)),
    )
    return replace(made, **changes)


def contents(**changes: Any) -> Contents:
    """The members of a small archive, without the list of hashes."""
    return [
        (MANIFEST, manifest(**changes).as_json()),
        (DATABASE, b"PGDMP" + bytes(range(256)) * 20),
        ("keys/secret-key", b"secret"),
        *((place(data), data) for data in INVOICES),
    ]


def write(path: Path, entries: Contents) -> Path:
    """An archive as a backup writes it, of whatever entries."""
    with path.open("w+b") as file:
        archive = Writer(file, written_at=1_790_000_000)
        for name, data in entries:
            archive.add(name, iter([data]))
        archive.finish()
    return path


def read(path: Path) -> Contents:
    """The members of an archive, without the list of hashes."""
    data = io.BytesIO(path.read_bytes())
    return [
        (member.name, b"".join(content_of(data, member))) for member in members(data) if member.name != SUMS
    ]


def with_manifest(path: Path, target: Path, change: Callable[[Manifest], Manifest]) -> Path:
    """The same archive under another manifest, with hashes that agree."""
    (name, text), *rest = read(path)
    return write(target, [(name, change(read_manifest(text)).as_json()), *rest])


def silent(what: str, done: int, total: int) -> None:
    """Nobody watches."""


def offsets(path: Path, count: int) -> Iterator[int]:
    """Places in a file, spread over all of it, odd ones too."""
    size = path.stat().st_size
    return (number * (size - 1) // (count - 1) for number in range(count))
