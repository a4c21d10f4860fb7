"""What a backup says of itself: who made it, when, of what, and how much there is of it."""

import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from omloop.backup.refusals import FromNewer, NotWhole

FORMAT = 1
"""Raised when an older Omloop could no longer read what is written."""

ROOMS = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Manifest:
    """`made_at` is the instant of the database that all of it speaks of; `postgresql` its major version."""

    omloop: str
    made_at: datetime
    postgresql: int
    migrations: tuple[str, ...]
    rows: dict[str, int]
    files: int
    file_bytes: int

    @property
    def all_rows(self) -> int:
        """Rows in all tables together."""
        return sum(self.rows.values())

    def as_json(self) -> bytes:
        """For the archive, and for people to read."""
        fields = {"format": FORMAT} | asdict(self) | {"made_at": self.made_at.isoformat()}
        return json.dumps(fields, indent=2).encode() + b"\n"


def read_manifest(text: bytes) -> Manifest:
    """Read it back; raises NotWhole for anything else, FromNewer for a form that is not known here."""
    try:
        fields = dict(json.loads(text))
        if fields.pop("format") > FORMAT:
            raise FromNewer(_advise_newer(str(fields.get("omloop"))))
        return _manifest_of(fields)
    except (KeyError, TypeError, ValueError):
        raise NotWhole("its manifest can't be understood") from None


def refuse_newer(manifest: Manifest) -> None:
    """Raise FromNewer for a backup of a later version than this, or of this one with later tables."""
    made, here = _order(manifest.omloop), _order(omloop_version())
    if made > here or (made == here and not known_migrations() >= _of_rooms(manifest.migrations)):
        raise FromNewer(_advise_newer(manifest.omloop))


def omloop_version() -> str:
    """The version that runs here."""
    return version("omloop")


def known_migrations() -> set[str]:
    """The migrations of Omloop's own rooms, `intake.0001_initial`, read from the installed files."""
    return {f"{path.parents[1].name}.{path.stem}" for path in ROOMS.glob("*/migrations/[0-9]*.py")}


def _of_rooms(migrations: tuple[str, ...]) -> set[str]:
    return {name for name in migrations if (ROOMS / name.partition(".")[0]).is_dir()}


def _order(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", text)[:3]))


def _manifest_of(fields: dict[str, Any]) -> Manifest:
    return Manifest(
        omloop=str(fields["omloop"]),
        made_at=datetime.fromisoformat(fields["made_at"]),
        postgresql=int(fields["postgresql"]),
        migrations=tuple(map(str, fields["migrations"])),
        rows={str(table): int(count) for table, count in fields["rows"].items()},
        files=int(fields["files"]),
        file_bytes=int(fields["file_bytes"]),
    )


def _advise_newer(made_by: str) -> str:
    return (
        f"Omloop {made_by} made this backup, and this is {omloop_version()}, which may not know all that is "
        f"in it. Install Omloop {made_by} or newer, and restore with that."
    )
