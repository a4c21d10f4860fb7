"""One file of many: a ZIP that is the same byte for byte when its contents are, with a list of hashes."""

import io
import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

HASHES = "SHA256SUMS"
STYLE = ("style.css", (Path(__file__).parent / "static" / "reports" / "paper.css").read_bytes())
"""How the pages inside look."""

File = tuple[str, bytes]


class _Outlet(io.RawIOBase):
    """Takes what the ZIP writes and hands it on; it can't seek, so nothing is kept."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.waiting += data
        return len(data)

    def take(self) -> bytes:
        """What was written since the last time."""
        taken, self.waiting = bytes(self.waiting), bytearray()
        return taken


def pack(files: Iterable[File]) -> Iterator[bytes]:
    """A ZIP of these files as they come, one in memory at a time; last the SHA-256 of each.

    Stored and dated 1980, so that no version of a compressor and no clock shows in it. The list is read by
    `sha256sum --check SHA256SUMS`.
    """
    outlet, hashes = _Outlet(), []
    with ZipFile(outlet, "w", ZIP_STORED) as target:
        for name, data in files:
            target.writestr(_entry(name), data)
            hashes.append(f"{sha256(data).hexdigest()}  {name}\n")
            yield outlet.take()
        target.writestr(_entry(HASHES), "".join(hashes))
    yield outlet.take()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name)
    entry.external_attr = 0o644 << 16
    entry.create_system = 3
    return entry


def as_download(files: Iterable[File], filename: str) -> StreamingHttpResponse:
    """The ZIP as an answer that is sent while it is made."""
    response = StreamingHttpResponse(pack(files), content_type="application/zip")
    response.headers["Content-Disposition"] = content_disposition_header(True, filename) or ""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def suffix_of(filename: str) -> str:
    """The suffix of a file's name where it is harmless, else `bin`: names come from outside."""
    suffix = filename.rpartition(".")[2].lower()
    return suffix if re.fullmatch(r"[a-z0-9]{1,5}", suffix) and "." in filename else "bin"
