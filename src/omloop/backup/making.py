"""Making a backup while Omloop runs: first one instant of the database, then the files it speaks of.

A file is durable before its row is committed and never changes afterwards, so every row of that instant
has its file, however long the copying takes.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO
from uuid import UUID

from omloop.backup.archive import CHUNK, DATABASE, KEYS, MANIFEST, NAME, Tell, Writer
from omloop.backup.database import held_still, kept_files
from omloop.backup.manifest import Manifest
from omloop.backup.refusals import CannotWrite, NoKeys, TargetTaken
from omloop.backup.unfinished import sync_folder
from omloop.intake.files import FileDamaged, place_of
from omloop.postgres.dump import dumped


def make_backup(target: Path, *, data: Path, owner_url: str, tell: Tell) -> Manifest:
    """Write the whole installation into one file, readable by its owner only; there when it is whole.

    Raises TargetTaken, CannotWrite, FileDamaged for a stored file that is not what it was, and what
    `dumped` raises; then there is no file.
    """
    with arriving(target) as file, held_still(owner_url) as instant:
        manifest = instant.manifest
        archive = Writer(file, written_at=int(manifest.made_at.timestamp()))
        archive.add(MANIFEST, iter([manifest.as_json()]))
        with kept_files(instant.connection) as rows:
            with dumped(owner_url, snapshot=instant.snapshot, major=manifest.postgresql) as dump:
                archive.add(DATABASE, counted(pieces_of(dump), tell))
            instant.release()
            for key in keys_in(data):
                archive.add(KEYS + key.name, bytes_of(key))
            add_files(archive, data, rows, tell, manifest.file_bytes)
        archive.finish()
    return manifest


def keys_in(data: Path) -> list[Path]:
    """The installation's keys; raises NoKeys."""
    keys = sorted((data / "keys").glob("[!.]*"))
    if not keys or not all(NAME.fullmatch(KEYS + key.name) for key in keys):
        raise NoKeys(data / "keys")
    return keys


def add_files(
    archive: Writer, data: Path, rows: Iterator[tuple[UUID, str, int]], tell: Tell, total: int
) -> None:
    """Copy the stored files; raises FileDamaged for one that is gone, unreadable or changed."""
    done = 0
    for organisation_id, digest, size in rows:
        place = place_of(organisation_id, digest)
        if archive.add(place, bytes_of(data / place)) != digest:
            raise FileDamaged(data / place, "does not have the bytes that were stored")
        done += size
        tell("files", done, total)


@contextmanager
def arriving(target: Path) -> Iterator[BinaryIO]:
    """A file beside the target, on disk and renamed to it when the block ends well; else it is gone.

    After kill -9 it stays, under a name that ends in `.unfinished`. Raises TargetTaken, CannotWrite.
    """
    if target.exists():
        raise TargetTaken(target)
    try:
        descriptor, name = mkstemp(prefix=f"{target.name}.", suffix=".unfinished", dir=target.parent)
        try:
            with os.fdopen(descriptor, "w+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            Path(name).rename(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        sync_folder(target.parent)
    except OSError as error:
        raise CannotWrite(target, error) from error


def bytes_of(path: Path) -> Iterator[bytes]:
    """A file of the data folder in pieces; raises FileDamaged when it can't be read."""
    try:
        with path.open("rb") as file:
            yield from pieces_of(file)
    except FileNotFoundError:
        raise FileDamaged(path, "is missing") from None
    except OSError as error:
        raise FileDamaged(path, f"can't be read ({error.strerror})") from error


def pieces_of(stream: BinaryIO) -> Iterator[bytes]:
    """What comes out of a stream, in pieces."""
    while chunk := stream.read(CHUNK):
        yield chunk


def counted(chunks: Iterator[bytes], tell: Tell) -> Iterator[bytes]:
    """The same pieces, with word of how far the database is."""
    done = 0
    for chunk in chunks:
        done += len(chunk)
        tell("database", done, 0)
        yield chunk
