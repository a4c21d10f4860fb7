"""Writing the archive of an organisation that leaves (rules 6.4).

It stands still, so every part that is written stays true: an export that was interrupted goes on where it
stopped.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from omloop.intake import files
from omloop.organisations.models import Organisation
from omloop.relocation import signed
from omloop.relocation.between import folder
from omloop.relocation.between.contents import ARCHIVE, LARGEST, Contents, Stream, Waiting, migrations_here
from omloop.relocation.between.folder import BLOCK
from omloop.relocation.between.journal import Departure
from omloop.relocation.between.leaving import AlreadyGone, begin
from omloop.relocation.between.people import people_of, same_humans
from omloop.relocation.between.streams import columns_of, copy_out
from omloop.relocation.manifest import KeptFile, Manifest, Mark, count_tables, files_up_to, take_mark
from omloop.relocation.tables import Table, tables
from omloop.tenancy.scope import show_confidential, tenant_scope

ROWS, FILES = "rows", "files"
WHOSE = "departure"
"""The file that says for which departure a folder is: parts of another are never taken for its own."""

Told = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and of how much."""


class FolderTaken(ValueError):
    """The folder holds something else."""


def export(organisation_id: UUID, place: Path, *, now: datetime, told: Told) -> tuple[Departure, bytes]:
    """Let the organisation stand still and write its archive; the departure, and the archive's signed text.

    As the owner of the database. May be interrupted and run again, with the same folder. Raises NobodyAgreed,
    NotNow, AlreadyGone, FolderTaken, FileDamaged, OSError.
    """
    departure = begin(organisation_id, now=now)
    if departure.gone_at is not None:
        raise AlreadyGone(f"{departure.name} went to {departure.went_to}.")
    _take_folder(place, departure)
    text = _written(place, departure) or _write(place, departure, now=now, told=told)
    with tenant_scope(None, [organisation_id]):
        Departure.objects.filter(id=departure.id).update(
            archive=sha256(text).hexdigest(), manifest=_manifest_in(text), exported_at=now
        )
    return departure, text


def stream_file(number: int, table: str) -> str:
    """The name of a table's file: numbered, for the order says which rows come first."""
    return f"{number:02d}-{table}.copy"


def _take_folder(place: Path, departure: Departure) -> None:
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    marker = place / WHOSE
    if marker.exists() and marker.read_text() == str(departure.id):
        return
    if any(each.name != folder.UNFINISHED + WHOSE for each in place.iterdir()):
        raise FolderTaken(f"{place} holds something else: name an empty folder, or a new one.")
    folder.write(marker, [str(departure.id).encode()])


def _written(place: Path, departure: Departure) -> bytes:
    """The signed text that an earlier run finished; empty without one."""
    path = place / ARCHIVE
    return path.read_bytes() if path.exists() else b""


def _manifest_in(text: bytes) -> dict[str, object]:
    """What stays here of the manifest: counts and digests, and how many files."""
    contents = Contents.model_validate_json(signed.read("archive", text).said)
    held = {**contents.manifest, "kvk": contents.kvk}
    return {**held, "files": len(contents.manifest["files"])}


def _write(place: Path, departure: Departure, *, now: datetime, told: Told) -> bytes:
    mark = take_mark(departure.organisation_id, now=now)
    streams = list(_write_streams(place, mark, told))
    kept = tuple(_write_files(place, mark, told))
    with tenant_scope(None, [departure.organisation_id]):
        show_confidential([departure.organisation_id])
        organisation = Organisation.objects.get(id=departure.organisation_id)
        departure.refresh_from_db()
        people = people_of(departure.organisation_id)
        humans = same_humans(people)
    contents = Contents(
        organisation=organisation.id,
        name=organisation.name,
        kvk=organisation.kvk,
        made_at=now,
        migrations=migrations_here(),
        streams=streams,
        people=people,
        same_humans=humans,
        waiting=[Waiting(event_id=event) for event in departure.waiting],
        manifest=Manifest(mark, tuple(count_tables(mark)), kept).as_dict(),
    )
    text = signed.write("archive", contents.model_dump(mode="json"))
    if len(text) > LARGEST:
        raise OverflowError(f"an archive's text has at most {LARGEST} bytes")
    folder.write(place / ARCHIVE, [text])
    return text


def _write_streams(place: Path, mark: Mark, told: Told) -> Iterator[Stream]:
    for number, table in enumerate(tables()):
        path = place / ROWS / stream_file(number, table.name)
        if not _is_whole(path, table):
            with tenant_scope(None, [mark.organisation_id]):
                show_confidential([mark.organisation_id])
                folder.write(path, copy_out(table, mark))
        yield _measured(path, table)
        told("tables", number + 1, len(tables()))


def _is_whole(path: Path, table: Table) -> bool:
    """Whether an earlier run wrote these rows, and with the columns that the table has now."""
    if not path.exists():
        return False
    with path.open("rb") as file:
        return file.readline() == ("\t".join(columns_of(table)) + "\n").encode()


def _measured(path: Path, table: Table) -> Stream:
    found, size, lines = sha256(), 0, 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            found.update(block)
            size, lines = size + len(block), lines + block.count(b"\n")
    return Stream(
        table=table.name, columns=columns_of(table), rows=lines - 1, size=size, sha256=found.hexdigest()
    )


def _write_files(place: Path, mark: Mark, told: Told) -> Iterator[KeptFile]:
    digests = files_up_to(mark)
    for number, digest in enumerate(digests, start=1):
        data = files.read(mark.organisation_id, digest)
        path = place / FILES / digest[:2] / digest
        if not path.exists():
            folder.write(path, [data])
        yield KeptFile(digest, len(data))
        told("files", number, len(digests))
