"""The form of a backup: a plain tar of plain files, the manifest first, the hashes of all others last.

`manifest.json`, `database.dump`, `keys/…`, `files/<organisation>/<first two of sha256>/<sha256>`, and
`SHA256SUMS`, without which it is not whole. Any `tar` unpacks it, and `sha256sum --check` checks it.
Reading accepts byte for byte what writing makes and nothing else: no links, no other places, no extensions.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import SEEK_END
from tarfile import BLOCKSIZE, GNU_FORMAT, USTAR_FORMAT, HeaderError, TarInfo
from typing import BinaryIO

from omloop.backup.refusals import NotWhole

MANIFEST, DATABASE, SUMS = "manifest.json", "database.dump", "SHA256SUMS"
KEYS, FILES = "keys/", "files/"
NAME = re.compile(
    r"manifest\.json|database\.dump|SHA256SUMS|keys/[0-9A-Za-z][0-9A-Za-z_.~-]*"
    r"|files/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/([0-9a-f]{2})/\2[0-9a-f]{62}"
)
CHUNK = 1024 * 1024
LARGEST_MANIFEST = 16 * CHUNK
LARGEST_OF_USTAR = 8**11 - 1
"""Bytes; what is larger (only a database) gets its size in the way of GNU, which every tar knows."""

Tell = Callable[[str, int, int], None]
"""Told all the time: what is being done, the bytes done, and the bytes in all (0 where nobody knows)."""


class Writer:
    """Appends members to a file that can seek: the size of a member is known when all of it has passed."""

    def __init__(self, file: BinaryIO, *, written_at: int) -> None:
        """`written_at` (seconds since 1970) is the time that `tar` shows."""
        self._file, self._written_at = file, written_at
        self._sums = bytearray()

    def add(self, name: str, chunks: Iterator[bytes]) -> str:
        """Write a member; its SHA-256 (hex)."""
        digest = self._append(name, chunks)
        self._sums += line_of(name, digest)
        return digest

    def finish(self) -> None:
        """Write the list of hashes, and the end."""
        self._append(SUMS, iter([bytes(self._sums)]))
        self._file.write(bytes(2 * BLOCKSIZE))

    def _append(self, name: str, chunks: Iterator[bytes]) -> str:
        start, size, digest = self._file.tell(), 0, sha256()
        self._file.write(bytes(BLOCKSIZE))
        for chunk in chunks:
            self._file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        self._file.write(bytes(-size % BLOCKSIZE))
        self._file.seek(start)
        self._file.write(header_of(name, size, self._written_at))
        self._file.seek(0, SEEK_END)
        return digest.hexdigest()


@dataclass(frozen=True)
class Member:
    """One file of the archive: its name, size in bytes, and where its bytes begin."""

    name: str
    size: int
    start: int


def members(file: BinaryIO) -> Iterator[Member]:
    """Every member in its order, up to and with the list of hashes; raises NotWhole."""
    place = 0
    while True:
        file.seek(place)
        member = _member_of(_read(file, BLOCKSIZE), place + BLOCKSIZE)
        yield member
        place = member.start + member.size + -member.size % BLOCKSIZE
        if member.name == SUMS:
            break
    file.seek(place)
    if _read(file, 2 * BLOCKSIZE + 1) != bytes(2 * BLOCKSIZE):
        raise NotWhole("its end is not where it should be")


def content_of(file: BinaryIO, member: Member) -> Iterator[bytes]:
    """The member's bytes, in pieces; raises NotWhole when the archive ends before them."""
    file.seek(member.start)
    left = member.size
    while left:
        chunk = _read(file, min(CHUNK, left))
        if not chunk:
            raise NotWhole(f"it is cut off in {member.name}")
        left -= len(chunk)
        yield chunk
    filling = -member.size % BLOCKSIZE
    if _read(file, filling) != bytes(filling):
        raise NotWhole(f"it is cut off or changed after {member.name}")


def read_first(file: BinaryIO) -> bytes:
    """The manifest's bytes; raises NotWhole when the archive does not begin with one."""
    first = next(members(file))
    if first.name != MANIFEST or first.size > LARGEST_MANIFEST:
        raise NotWhole("it does not begin with a manifest")
    return b"".join(content_of(file, first))


def line_of(name: str, digest: str) -> bytes:
    """A line of the list of hashes, as `sha256sum` writes it."""
    return f"{digest}  {name}\n".encode()


def header_of(name: str, size: int, written_at: int) -> bytes:
    """A member's header, one block: a plain file that only its owner may read."""
    info = TarInfo(name)
    info.size, info.mode, info.mtime = size, 0o600, written_at
    return info.tobuf(USTAR_FORMAT if size <= LARGEST_OF_USTAR else GNU_FORMAT, "ascii", "strict")


def _read(file: BinaryIO, count: int) -> bytes:
    try:
        return file.read(count)
    except OSError as error:
        raise NotWhole(f"the disk can't read it on ({error.strerror})") from error


def _member_of(header: bytes, start: int) -> Member:
    if len(header) < BLOCKSIZE or header == bytes(BLOCKSIZE):
        raise NotWhole("it ends before its list of hashes")
    try:
        info = TarInfo.frombuf(header, "ascii", "strict")
        is_ours = header == header_of(info.name, info.size, int(info.mtime))
    except (HeaderError, ValueError):
        raise NotWhole(f"what stands at byte {start - BLOCKSIZE} is not of a backup") from None
    if not is_ours or not NAME.fullmatch(info.name):
        raise NotWhole(f"it has something that Omloop never writes: {info.name!r}")
    return Member(info.name, info.size, start)
