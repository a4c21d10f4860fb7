"""Reading a backup to its end: to check it, or to unpack it on the way; every byte is looked at."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from omloop.backup.archive import (
    DATABASE,
    FILES,
    KEYS,
    SUMS,
    Member,
    Tell,
    content_of,
    line_of,
    members,
    read_first,
)
from omloop.backup.manifest import Manifest, read_manifest
from omloop.backup.refusals import CannotRead, CannotWrite, NotWhole

Place = Callable[[Member], Path]
"""Where the bytes of a member go."""


@contextmanager
def opened(archive: Path) -> Iterator[tuple[BinaryIO, Manifest]]:
    """The archive and what it says of itself; raises CannotRead, NotWhole, FromNewer."""
    try:
        file = archive.open("rb")
    except OSError as error:
        raise CannotRead(archive, error) from error
    with file:
        yield file, read_manifest(read_first(file))


def check(archive: Path, tell: Tell) -> Manifest:
    """Read all of it and compare it with its hashes; raises CannotRead, NotWhole, FromNewer."""
    with opened(archive) as (file, manifest):
        read_through(file, manifest, lambda member: Path(os.devnull), tell)
    return manifest


def unpack(file: BinaryIO, manifest: Manifest, data: Path, tell: Tell) -> Member:
    """Put keys and files into the data folder; gives where in the archive the database is.

    Raises NotWhole, and CannotWrite.
    """

    def place(member: Member) -> Path:
        if not member.name.startswith((KEYS, FILES)):
            return Path(os.devnull)
        path = data / member.name
        if path.exists():
            raise NotWhole(f"it has {member.name} twice")
        make_folders(path.parent, data)
        return path

    return read_through(file, manifest, place, tell)


def make_folders(folder: Path, data: Path) -> None:
    """Make the folder and those above it inside `data`, open to the owner only; raises CannotWrite."""
    if folder.is_dir():
        return
    if folder.parent != data:
        make_folders(folder.parent, data)
    try:
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise CannotWrite(folder, error) from error


def read_through(file: BinaryIO, manifest: Manifest, place: Place, tell: Tell) -> Member:
    """Copy every member to its place and hold it against its hash; gives the database's.

    Raises NotWhole when a hash, the number or the size of the files is not what the archive says.
    """
    total, sums = os.fstat(file.fileno()).st_size, bytearray()
    databases: list[Member] = []
    files = size = 0
    for member in members(file):
        if member.name == SUMS:
            compare(b"".join(content_of(file, member)) if member.size == len(sums) else b"", bytes(sums))
            continue
        digest = copy(file, member, place(member))
        sums += line_of(member.name, digest)
        if member.name.startswith(FILES):
            files, size = files + 1, size + member.size
            if not member.name.endswith(digest):
                raise NotWhole(f"{member.name} was changed")
        elif member.name == DATABASE:
            databases.append(member)
        tell("reading", member.start + member.size, total)
    if (files, size) != (manifest.files, manifest.file_bytes):
        raise NotWhole(f"it has {files} files, and its manifest says {manifest.files}")
    if len(databases) != 1:
        raise NotWhole("it has not one database in it")
    return databases[0]


def copy(file: BinaryIO, member: Member, target: Path) -> str:
    """Write the member's bytes there, readable by the owner only; their SHA-256 (hex)."""
    digest = sha256()
    try:
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as output:
            for chunk in content_of(file, member):
                digest.update(chunk)
                output.write(chunk)
    except OSError as error:
        raise CannotWrite(target, error) from error
    return digest.hexdigest()


def compare(said: bytes, found: bytes) -> None:
    """Raise NotWhole, naming the first difference, when the list of hashes is not of what was read."""
    if said == found:
        return
    for line, other in zip(said.splitlines(), found.splitlines(), strict=False):
        if line != other:
            raise NotWhole(f"{other.partition(b'  ')[2].decode()} was changed")
    raise NotWhole("its list of hashes is of something else")
