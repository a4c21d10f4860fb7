"""The files of a ZIP: counted and measured before they are unpacked, never written to disk."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

STARTS = (b"PK\x03\x04", b"PK\x05\x06")
END = b"PK\x05\x06"
LARGEST_DIRECTORY = 1_000_000
"""Bytes of the list of files; `zipfile` reads it whole before it says how many there are."""
MOST_ENTRIES = 1_000
OFFICE = frozenset({"[Content_Types].xml", "mimetype"})
FURNITURE = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
"""What systems put into a ZIP for themselves."""
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)
"""What `zipfile` raises of a damaged file, or of a compression that it does not know."""

Entry = tuple[str, bytes, str]
"""A name, its bytes, and why there are none."""


def is_zip(data: bytes) -> bool:
    """Whether the bytes begin as a ZIP does."""
    return data.startswith(STARTS)


def is_office_document(data: bytes) -> bool:
    """Whether it is a Word, Excel or OpenDocument file, by what such files hold."""
    try:
        with _opened(data) as archive:
            return any(name in OFFICE for name in archive.namelist()[:MOST_ENTRIES])
    except DAMAGE:
        return False


def entries(data: bytes, allowed: Callable[[], int]) -> Iterator[Entry]:
    """Each file with its bytes; `allowed` says before each how many bytes it may have."""
    try:
        with _opened(data) as archive:
            for info in archive.infolist():
                if not info.is_dir() and not _is_furniture(info.filename):
                    yield _entry(archive, info, allowed())
    except DAMAGE:
        yield "", b"", "broken"


def _opened(data: bytes) -> zipfile.ZipFile:
    """Raises BadZipFile for one whose list of files is too long, before the list is read."""
    end = data.rfind(END, max(0, len(data) - 65_557))
    if end < 0 or len(data) < end + 22:
        raise zipfile.BadZipFile("no end")
    count, size = struct.unpack("<HI", data[end + 10 : end + 16])
    if count > MOST_ENTRIES or size > LARGEST_DIRECTORY:
        raise zipfile.BadZipFile("too many files")
    return zipfile.ZipFile(io.BytesIO(data))


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, allowed: int) -> Entry:
    name = PurePosixPath(info.filename.replace("\\", "/")).name
    if info.flag_bits & 0x1:
        return name, b"", "encrypted"
    try:
        with archive.open(info) as file:
            content = file.read(allowed + 1)
    except DAMAGE:
        return name, b"", "broken"
    return (name, b"", "too_large") if len(content) > allowed else (name, content, "")


def _is_furniture(path: str) -> bool:
    return path.startswith(FURNITURE) or path.rpartition("/")[2] in FURNITURE
