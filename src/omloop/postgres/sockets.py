"""Where the server's Unix socket is: a path that fits in an address, closed to others."""

import os
import shutil
import tempfile
from pathlib import Path

from omloop.postgres.errors import CannotStart

# The kernel allows 107 bytes; the margin is for a lock file beside it and for other systems.
LONGEST_PATH = 90
PORT = 5432
PREFIX = "omloop-"


def socket_file(folder: Path) -> Path:
    """The socket's name as PostgreSQL makes it."""
    return folder / f".s.PGSQL.{PORT}"


def is_short(folder: Path) -> bool:
    """Whether the socket's path fits, in bytes."""
    return len(os.fsencode(socket_file(folder))) <= LONGEST_PATH


def choose_sockets(preferred: Path) -> Path:
    """The preferred folder (made, 0700), or a short new one in the temporary folder; raises CannotStart."""
    if is_short(preferred):
        preferred.mkdir(mode=0o700, exist_ok=True)
        return preferred
    for place in (tempfile.gettempdir(), "/tmp"):  # noqa: S108  (mkdtemp makes a new name, 0700)
        if is_short(Path(place, PREFIX + "12345678")):
            return Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    raise CannotStart(
        f"The path {preferred} is too long for a socket. Set TMPDIR to a folder with a short path."
    )


def discard_sockets(folder: Path | None, preferred: Path) -> None:
    """Remove a short folder that is no longer used; never one that we did not make."""
    if folder is not None and folder != preferred and folder.name.startswith(PREFIX):
        shutil.rmtree(folder, ignore_errors=True)
