"""The mark in a data folder that a restore is at work in it: as long as it stands there, nothing starts."""

import os
import shutil
from pathlib import Path

from omloop.backup.refusals import NotEmpty

MARK = "restore.unfinished"
PARTS = ("keys", "files", "postgres")
"""What a restore puts into the folder."""
OF_NOBODY = {"omloop.lock", "programs", "lost+found", MARK}
"""What may be there already: it holds nothing of anybody."""


def why_unusable(data: Path) -> str:
    """A sentence as long as a restore into this folder has not come to its good end; else empty."""
    if not (data / MARK).exists():
        return ""
    return (
        f"A restore into {data} is under way, or was cut off, or found something wrong. Let it end, or start "
        "`omloop restore` again: it begins anew."
    )


def begin(data: Path, archive: Path) -> None:
    """Clear what an earlier restore left, and put up the mark; only under the folder's lock.

    Raises NotEmpty when there is anything in the folder that no restore has put there.
    """
    mark = data / MARK
    if mark.exists():
        for part in PARTS:
            shutil.rmtree(data / part, ignore_errors=True)
    left = sorted(path.name for path in data.iterdir() if path.name not in OF_NOBODY)
    if left:
        raise NotEmpty(
            f"{data} is not empty: it has {', '.join(left[:5])}. Move that folder away, or set OMLOOP_DATA "
            "to a new one, and start again."
        )
    mark.write_text(f"A restore of {archive} began here and has not ended.\n")
    sync_folder(data)


def finish(data: Path) -> None:
    """Take the mark away, once everything is on disk."""
    os.sync()
    (data / MARK).unlink()
    sync_folder(data)


def sync_folder(folder: Path) -> None:
    """Have the disk remember the names in a folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
