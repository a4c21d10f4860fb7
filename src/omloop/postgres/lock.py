"""One Omloop on one data folder: an flock that the kernel drops with the process that held it."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from omloop.postgres.errors import AlreadyRunning, CannotStart

# As root the server runs under another account, which has to pass through the folder (not look into it).
FOLDER_MODE_AS_ROOT = 0o711
FOLDER_MODE = 0o700


class FolderLock:
    """The right to be the one Omloop on a data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._descriptor: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether this object holds the lock."""
        return self._descriptor is not None

    def acquire(self) -> None:
        """Take the lock, unless it is held here; makes the folder. Raises AlreadyRunning or CannotStart."""
        if self.is_held:
            return
        descriptor = self._open()
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise AlreadyRunning(self._tell_holder()) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the lock back; harmless when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _open(self) -> int:
        mode = FOLDER_MODE_AS_ROOT if os.geteuid() == 0 else FOLDER_MODE
        try:
            self.data.mkdir(mode=mode, parents=True, exist_ok=True)
            return os.open(lock_file(self.data), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise CannotStart(
                f"Omloop cannot write in its data folder {self.data} ({error.strerror}). Make that folder "
                "yours, or set OMLOOP_DATA to a folder of yours."
            ) from error

    def _tell_holder(self) -> str:
        return (
            f"Omloop already runs on {self.data} (process {read_holder(self.data) or 'unknown'}). "
            "Use that one, stop it first, or set OMLOOP_DATA to another folder."
        )


def lock_file(data: Path) -> Path:
    """The file that is locked."""
    return data / "omloop.lock"


def read_holder(data: Path) -> int | None:
    """The process that took the lock last, whether it still runs or not."""
    try:
        return int(lock_file(data).read_text())
    except (OSError, ValueError):
        return None
