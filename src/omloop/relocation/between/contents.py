"""What an archive holds, as its signed text says it: typed, bounded, and nothing beside it (rules 6.4)."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from omloop.relocation import signed
from omloop.relocation.between import folder
from omloop.relocation.between.folder import BLOCK
from omloop.relocation.manifest import Manifest, from_dict
from omloop.relocation.signed import NotAuthentic

ARCHIVE, FAREWELL, RECEIPT = "archive.signed", "farewell.signed", "receipt.signed"
LARGEST = 256 * BLOCK
"""Bytes of a signed text: some three million files."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0)]


class Strict(BaseModel):
    """Nothing beside what is named here is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


T = TypeVar("T", bound="Strict")


class Stream(Strict):
    """The rows of one table, in PostgreSQL's text format for COPY, with the columns as first line."""

    table: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
    columns: Annotated[list[str], Field(min_length=1, max_length=200)]
    rows: Count
    size: Count
    sha256: Sha256


class Someone(Strict):
    """Somebody whom rows name; `address` only if he had verified it."""

    id: UUID
    name: Annotated[str, StringConstraints(max_length=120)]
    address: Annotated[str, StringConstraints(max_length=254)]
    language: Annotated[str, StringConstraints(pattern=r"^(nl|en)$")]


class Waiting(Strict):
    """An event after which the story still has to go on."""

    event_id: UUID


class Contents(Strict):
    """The signed text of an archive."""

    organisation: UUID
    name: Annotated[str, StringConstraints(max_length=200)]
    kvk: Annotated[str, StringConstraints(pattern=r"^([0-9]{8})?$")]
    made_at: datetime
    migrations: Annotated[list[str], Field(max_length=10_000)]
    streams: Annotated[list[Stream], Field(max_length=1_000)]
    people: Annotated[list[Someone], Field(max_length=1_000_000)]
    same_humans: Annotated[list[Annotated[list[UUID], Field(min_length=2)]], Field(max_length=1_000_000)]
    waiting: Annotated[list[Waiting], Field(max_length=10_000_000)]
    manifest: dict[str, Any]

    @property
    def counted(self) -> Manifest:
        """The manifest that was taken at the source; raises NotAuthentic where it is none."""
        try:
            return from_dict(self.manifest)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise NotAuthentic(f"The manifest in this archive can't be read: {error}.") from None


class Late(Strict):
    """A file that came while its organisation was leaving."""

    sha256: Sha256
    size: Count
    filename: str
    channel: str
    arrived_at: datetime
    confidential: bool
    message_id: str


class Farewell(Strict):
    """The signed text with which the source says that it has closed, and hands on what came meanwhile."""

    organisation: UUID
    archive: Sha256
    gone_at: datetime
    late: Annotated[list[Late], Field(max_length=1_000_000)]


class Receipt(Strict):
    """The signed text with which the target says that it has everything."""

    organisation: UUID
    archive: Sha256
    number: Count
    hash: Sha256
    address: Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$", max_length=200)]
    arrived_at: datetime


def read_text(model: type[T], kind: str, data: bytes) -> tuple[T, signed.SignedText]:
    """A signed text and what it says; raises NotAuthentic."""
    text = signed.read(kind, data)
    try:
        return model.model_validate_json(text.said), text
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise NotAuthentic(
            f"This {kind} is not complete or not correct at '{where}': {first['msg']}."
        ) from None


def read_archive(place: Path) -> tuple[Contents, signed.SignedText]:
    """The signed text of the archive in this folder; raises Spoiled and NotAuthentic."""
    return read_text(Contents, "archive", folder.read_small(place, ARCHIVE, limit=LARGEST))


def migrations_here() -> list[str]:
    """What makes the tables what they are at this moment: `room.name` of every migration."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{room}.{name}" for room, name in applied)
