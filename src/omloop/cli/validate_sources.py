"""What `omloop validate` reads: files, folders and ZIP files, one e-invoice at a time."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile, is_zipfile

from omloop.einvoice.refusals import MAX_BYTES

MAX_MEMBERS = 100_000
"""Most files that are looked at in one ZIP file."""


class Source(NamedTuple):
    """A file, or a file inside a ZIP file."""

    file: Path
    member: str | None = None

    def __str__(self) -> str:
        return str(self.file if self.member is None else self.file / self.member)

    def read(self) -> bytes:
        """Its bytes, never more than one byte above `MAX_BYTES`; raises `OSError`."""
        if self.member is None:
            with self.file.open("rb") as opened:
                return opened.read(MAX_BYTES + 1)
        try:
            with ZipFile(self.file) as archive, archive.open(self.member) as opened:
                return opened.read(MAX_BYTES + 1)
        except (BadZipFile, RuntimeError, KeyError) as error:
            raise OSError(str(error)) from error  # damaged, packed in an unknown way, or with a password


def sources(paths: list[Path]) -> Iterator[Source]:
    """Everything below the paths, folders and ZIP files by name; what is not there is a source too."""
    for path in paths:
        if not path.is_dir():
            yield from _of_file(path)
            continue
        for folder, folders, names in os.walk(path):
            folders.sort()
            for name in sorted(names):
                yield from _of_file(Path(folder, name))


def _of_file(file: Path) -> Iterator[Source]:
    if file.suffix.lower() != ".zip" or not file.is_file() or not is_zipfile(file):
        yield Source(file)
        return
    try:
        with ZipFile(file) as archive:
            members = sorted(each.filename for each in archive.infolist()[:MAX_MEMBERS] if not each.is_dir())
    except BadZipFile:
        yield Source(file)
        return
    yield from (Source(file, member) for member in members)
