"""Looking at an archive before a row of it is written: signature, structure, every byte (rules 6.4)."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from omloop.einvoice.refusals import MAX_BYTES
from omloop.relocation import signed
from omloop.relocation.between import folder
from omloop.relocation.between.contents import Contents, Stream, migrations_here, read_archive
from omloop.relocation.between.exporting import FILES, ROWS, stream_file
from omloop.relocation.between.folder import Spoiled
from omloop.relocation.between.streams import columns_of, whole_rows
from omloop.relocation.manifest import KeptFile
from omloop.relocation.signed import SignedText
from omloop.relocation.tables import Table, tables

Told = Callable[[str, int, int], None]


class UnknownSource(ValueError):
    """Nobody said that this key is the source's."""


class NewerArchive(ValueError):
    """The archive was made by a version that this one does not know."""


def verify_archive(place: Path, fingerprint: str, told: Told) -> tuple[Contents, SignedText]:
    """What the archive says, after every byte of it was held against that; nothing is written.

    Raises Spoiled, NotAuthentic, UnknownSource and NewerArchive, each with a sentence for the operator.
    """
    contents, text = read_archive(place)
    if not signed.is_fingerprint(fingerprint, text.key):
        raise UnknownSource(
            f"The archive of {contents.name} is signed with the key {signed.fingerprint(text.key)}. Ask the "
            "operator of the other installation by telephone whether that is his, and run this again with "
            "--fingerprint and what he reads to you."
        )
    _refuse_newer(contents)
    _refuse_structure(contents)
    _refuse_full_disk(contents)
    for number, (table, stream) in enumerate(streams_of(contents), start=1):
        for _ in rows_of(place, contents, table, stream):
            pass
        told("verify tables", number, len(contents.streams))
    kept = contents.counted.files
    for number, file in enumerate(kept, start=1):
        read_file(place, file)
        told("verify files", number, len(kept))
    return contents, text


def streams_of(contents: Contents) -> list[tuple[Table, Stream]]:
    """Our tables with their streams, parents first; one that an older archive does not know is left out."""
    named = {stream.table: stream for stream in contents.streams}
    return [(table, named[table.name]) for table in tables() if table.name in named]


def rows_of(place: Path, contents: Contents, table: Table, stream: Stream) -> Iterator[bytes]:
    """The blocks of a table's file, whole rows each, held against what was signed; raises Spoiled."""
    number = [each.table for each in contents.streams].index(table.name)
    blocks = folder.read_exactly(
        place, ROWS, stream_file(number, table.name), size=stream.size, digest=stream.sha256
    )
    return whole_rows(stream, blocks, contents.organisation)


def read_file(place: Path, file: KeptFile) -> bytes:
    """A file of the organisation, held against what was signed; raises Spoiled."""
    digest = file.sha256
    return b"".join(folder.read_exactly(place, FILES, digest[:2], digest, size=file.size, digest=digest))


def _refuse_newer(contents: Contents) -> None:
    unknown = sorted(set(contents.migrations) - set(migrations_here()))
    names = {table.name for table in tables()}
    unknown += sorted(stream.table for stream in contents.streams if stream.table not in names)
    if unknown:
        raise NewerArchive(
            f"This archive was made by a newer version of Omloop (it has {unknown[0]}): bring this "
            "installation up to date first."
        )


def _refuse_structure(contents: Contents) -> None:
    manifest = contents.counted
    if manifest.mark.organisation_id != contents.organisation:
        raise Spoiled("The manifest in this archive is of another organisation.")
    for what, names in {
        "table": [stream.table for stream in contents.streams],
        "table in the manifest": [counted.table for counted in manifest.tables],
        "file": [file.sha256 for file in manifest.files],
        "person": [str(person.id) for person in contents.people],
    }.items():
        if double := [name for name, times in Counter(names).items() if times > 1]:
            raise Spoiled(f"This archive names the {what} {double[0]} more than once.")
    if not {each for human in contents.same_humans for each in human} <= {one.id for one in contents.people}:
        raise Spoiled("This archive says of somebody who is not in it whose account he has.")
    rows = {stream.table: stream.rows for stream in contents.streams}
    if rows != {counted.table: counted.rows for counted in manifest.tables}:
        raise Spoiled("The rows in this archive are not as many as its manifest says.")
    for table, stream in streams_of(contents):
        _refuse_columns(table, stream)
    for file in manifest.files:
        if not _is_sha256(file.sha256) or not 0 <= file.size <= MAX_BYTES:
            raise Spoiled(f"This archive names a file that can't be one: {file.sha256!r:.80}.")


def _refuse_columns(table: Table, stream: Stream) -> None:
    known = columns_of(table)
    if len(set(stream.columns)) != len(stream.columns) or stream.columns[0] != table.owner:
        raise Spoiled(f"The columns of {table.name} do not begin with the organisation, or come twice.")
    if unknown := [name for name in stream.columns if name not in known]:
        raise NewerArchive(f"{table.name} has a column here unknown: {unknown[0]!r:.80}.")


def _is_sha256(digest: str) -> bool:
    return len(digest) == 64 and all(digit in "0123456789abcdef" for digit in digest)


def _refuse_full_disk(contents: Contents) -> None:
    from django.conf import settings

    needed = contents.counted.size + 2 * sum(stream.size for stream in contents.streams)
    free = shutil.disk_usage(settings.DATA).free
    if needed > free:
        raise Spoiled(f"This archive needs {needed // 1024**2} MB here, and {free // 1024**2} MB are free.")
