"""Filling an empty database from a backup, and comparing what came out with what the manifest says."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import psycopg

from omloop.backup.archive import Member, Tell, content_of
from omloop.backup.database import count_rows, kept_files
from omloop.backup.manifest import Manifest
from omloop.intake.files import place_of
from omloop.postgres.dump import restoring


def fill_database(file: BinaryIO, database: Member, owner_url: str, tell: Tell) -> None:
    """Put the database of the archive into an empty one, all or nothing; raises what `restoring` raises."""
    with psycopg.connect(owner_url) as connection:
        major = connection.info.server_version // 10_000
    with restoring(owner_url, major=major) as entrance:
        done = 0
        for chunk in content_of(file, database):
            entrance.write(chunk)
            done += len(chunk)
            tell("database", done, database.size)


def differences(manifest: Manifest, *, data: Path, owner_url: str) -> list[str]:
    """What is not as the manifest says: a count of rows, or a row without its file."""
    with psycopg.connect(owner_url) as connection:
        found = count_rows(connection)
        counts = [
            f"{table} has {found.get(table, 0)} rows, and had {manifest.rows.get(table, 0)}"
            for table in sorted(found.keys() | manifest.rows.keys())
            if found.get(table, 0) != manifest.rows.get(table, 0)
        ]
        return [*counts, *missing_files(connection, data)]


def missing_files(connection: psycopg.Connection, data: Path) -> Iterator[str]:
    """Rows whose file is not there, or has another size."""
    with kept_files(connection) as rows:
        for organisation_id, digest, size in rows:
            path = data / place_of(organisation_id, digest)
            if not path.is_file() or path.stat().st_size != size:
                yield f"{path} is missing, or has not the {size} bytes that its row says"
