"""The original bytes on disk: `<data>/files/<organisation>/<first two of sha256>/<sha256>`.

A file is durable before anything speaks of it: written beside its place, synced, renamed, the folder
synced. Bytes are never shared between organisations.
"""

import os
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from django.conf import settings

from omloop.kernel.ids import uuid7

ARRIVING = ".arriving-"
LEFT_OVER_AFTER = 24 * 3600
"""Seconds after which an unfinished file counts as left by a process that died."""

_durable_folders: set[Path] = set()


class FileDamaged(RuntimeError):
    """The stored bytes are gone, or are not what they were when they came in."""

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(f"{path} {fault}: put the file back from a backup.")


def keep(organisation_id: UUID, data: bytes) -> str:
    """Store bytes durably and return their SHA-256 (hex); those that are there already are checked."""
    digest = sha256(data).hexdigest()
    path = _path_of(organisation_id, digest)
    _make_durable(path.parent)
    if not _holds(path, digest):
        _write(path, data)
    _sync_folder(path.parent)
    return digest


def read(organisation_id: UUID, digest: str) -> bytes:
    """The bytes with this SHA-256 (hex); raises FileDamaged when they are missing or differ."""
    path = _path_of(organisation_id, digest)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise FileDamaged(path, "is missing") from None
    if sha256(data).hexdigest() != digest:
        raise FileDamaged(path, "does not have the bytes that were stored")
    return data


def sweep(now: datetime) -> int:
    """Remove what processes that died left half written, a day after; how many files."""
    left = [path for path in _root().glob(f"*/*/{ARRIVING}*") if _age(path, now) > LEFT_OVER_AFTER]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def remove(organisation_id: UUID, digest: str) -> None:
    """Remove one file whose row is gone, durably; twice does no harm."""
    path = _path_of(organisation_id, digest)
    path.unlink(missing_ok=True)
    if path.parent.is_dir():
        _sync_folder(path.parent)


def remove_all(organisation_id: UUID, *, keep: frozenset[str] = frozenset()) -> None:
    """Remove the files of an organisation that has gone, but those with these SHA-256 (hex)."""
    folder = _root() / str(organisation_id)
    for path in sorted(folder.rglob("*"), reverse=True) if folder.is_dir() else ():
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.name not in keep:
            path.unlink()
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _root() -> Path:
    return Path(settings.DATA) / "files"


def place_of(organisation_id: UUID, digest: str) -> str:
    """Where these bytes are in the data folder, with slashes: the same in every installation."""
    return f"files/{organisation_id}/{digest[:2]}/{digest}"


def _path_of(organisation_id: UUID, digest: str) -> Path:
    return Path(settings.DATA) / place_of(organisation_id, digest)


def _holds(path: Path, digest: str) -> bool:
    try:
        return sha256(path.read_bytes()).hexdigest() == digest
    except FileNotFoundError:
        return False


def _write(path: Path, data: bytes) -> None:
    arriving = path.parent / f"{ARRIVING}{uuid7()}"
    descriptor = os.open(arriving, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        arriving.rename(path)
    except BaseException:
        arriving.unlink(missing_ok=True)
        raise


def _make_durable(folder: Path) -> None:
    """Make the folder, and sync the one above once a process: another may have made it a moment ago."""
    if folder in _durable_folders and folder.is_dir():
        return
    if folder != _root():
        _make_durable(folder.parent)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sync_folder(folder.parent)
    _durable_folders.add(folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _age(path: Path, now: datetime) -> float:
    try:
        return now.timestamp() - path.stat().st_mtime
    except FileNotFoundError:
        return 0
