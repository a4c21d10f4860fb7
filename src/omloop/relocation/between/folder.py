"""A folder that goes from one installation to another: written whole, read with suspicion."""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

BLOCK = 1024 * 1024
"""Bytes read or written at once."""
UNFINISHED = ".writing-"


class Spoiled(ValueError):
    """A file of the folder is missing, is no plain file, or does not have the bytes that were signed."""


def write(path: Path, blocks: Iterable[bytes]) -> None:
    """A file that is there whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(UNFINISHED + path.name)
    with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        for block in blocks:
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def open_plain(folder: Path, *names: str) -> Iterator[BinaryIO]:
    """Open a file below the folder, following no link at any step; raises Spoiled.

    The names come from us and never from the archive, so they hold no path; what lies there may be anything.
    """
    descriptors = [os.open(folder, os.O_RDONLY | os.O_DIRECTORY)]
    try:
        for name in names[:-1]:
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
            descriptors.append(os.open(name, flags, dir_fd=descriptors[-1]))
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        descriptors.append(os.open(names[-1], flags, dir_fd=descriptors[-1]))
        if not stat.S_ISREG(os.fstat(descriptors[-1]).st_mode):
            raise Spoiled(f"{'/'.join(names)} is no plain file.")
        with os.fdopen(descriptors.pop(), "rb") as file:
            yield file
    except FileNotFoundError:
        raise Spoiled(f"{'/'.join(names)} is missing.") from None
    except (NotADirectoryError, OSError) as error:
        raise Spoiled(f"{'/'.join(names)} can't be read: {error.strerror}.") from None
    finally:
        for descriptor in reversed(descriptors):
            os.close(descriptor)


def read_small(folder: Path, name: str, *, limit: int) -> bytes:
    """A whole file of at most so many bytes; raises Spoiled."""
    with open_plain(folder, name) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise Spoiled(f"{name} is larger than the {limit // BLOCK} MB that such a file may have.")
    return data


def read_exactly(folder: Path, *names: str, size: int, digest: str) -> Iterator[bytes]:
    """The blocks of a file of which size and SHA-256 (hex) are known; raises Spoiled, at its end at last."""
    found = sha256()
    with open_plain(folder, *names) as file:
        if os.fstat(file.fileno()).st_size != size:
            raise Spoiled(f"{'/'.join(names)} does not have the {size} bytes that were signed.")
        while block := file.read(BLOCK):
            found.update(block)
            yield block
    if found.hexdigest() != digest:
        raise Spoiled(f"{'/'.join(names)} does not have the bytes that were signed.")
