"""Files that other programs put in a folder: which are whole, reading one, and moving it away (rules 2.1).

Where they are moved to lies in the folder itself, so that moving is one step of the file system.
"""

import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from omloop.mailbox.refusals import NoFolder

DONE, REFUSED = "done", "refused"
QUIET_FOR = 10.0
"""Seconds without a change after which a file counts as whole."""
PAUSE = 0.5
"""Seconds between two looks, for who writes with an old date."""
AT_ONCE = 500
"""Files of one visit."""


def whole_files(place: Path) -> Iterator[Path]:
    """Plain files that have not changed for a while; links, folders and hidden files are none of ours."""
    first = {path: _state(path) for path in sorted(place.iterdir())[:AT_ONCE] if path.name[0] != "."}
    quiet = [path for path, state in first.items() if state and time.time() - state[1] > QUIET_FOR]
    if quiet:
        time.sleep(PAUSE)
    yield from (path for path in quiet if _state(path) == first[path])


def _state(path: Path) -> tuple[int, float] | None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    return (found.st_size, found.st_mtime) if stat.S_ISREG(found.st_mode) else None


def read_file(path: Path, most: int) -> bytes | None:
    """At most a byte more than `most`; None where it is gone, or may not be read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read(most + 1)


def move(path: Path, where: str) -> Path:
    """Move it away; a file of that name there keeps its own."""
    target, number = path.parent / where / path.name, 1
    while target.exists() or (where == REFUSED and Path(f"{target}.txt").exists()):
        number += 1
        target = path.parent / where / f"{path.stem}-{number}{path.suffix}"
    path.rename(target)
    return target


def make_places(place: Path) -> None:
    """The folder with the two in it. Raises NoFolder."""
    try:
        for folder in (place, place / DONE, place / REFUSED):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NoFolder(f"{place} can't be made: {error.strerror}") from error
