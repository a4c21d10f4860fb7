"""The database's side of a backup: one instant of it, held still while it is read, and counts to compare."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

import psycopg
from psycopg import Connection, sql
from psycopg.rows import TupleRow

from omloop.backup.manifest import Manifest, omloop_version
from omloop.backup.refusals import FromNewer, NotEmpty

KEPT_FILES = (
    "SELECT organisation_id, sha256, size FROM intake_document "
    "UNION SELECT organisation_id, sha256, size FROM intake_latearrival "
    "UNION SELECT organisation_id, sha256, size FROM intake_container WHERE sha256 <> '' "
    "UNION SELECT organisation_id, sha256, size FROM invoices_addedattachment "
    "UNION SELECT organisation_id, sha256, size FROM papers_pdflook WHERE sha256 <> '' "
    "UNION SELECT organisation_id, sha256, size FROM sending_salesattachment "
    "UNION SELECT organisation_id, sha256, size FROM sending_salesinvoice WHERE sha256 <> ''"
)
"""Which files the rows speak of; a room that keeps files of its own adds its table here."""
SIZE_OF_KEPT_FILES = f"SELECT count(*), coalesce(sum(size), 0) FROM ({KEPT_FILES}) f"  # noqa: S608

NO_TIME_LIMITS = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0"

TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
ORDER BY relname"""

OBJECTS = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"


@dataclass(frozen=True)
class Instant:
    """The database at one instant, and a connection that still sees it so."""

    connection: Connection[TupleRow]
    snapshot: str
    manifest: Manifest

    def release(self) -> None:
        """Let the server go on cleaning up; the files of `kept_files` can be read on."""
        self.connection.commit()
        self.connection.autocommit = True


@contextmanager
def held_still(owner_url: str) -> Iterator[Instant]:
    """One instant of the whole database; nobody waits for it, and nobody has to stop writing."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute(NO_TIME_LIMITS)
        connection.autocommit = False
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        snapshot = str(value_of(connection, "SELECT pg_export_snapshot()"))
        yield Instant(connection, snapshot, describe(connection))


def describe(connection: Connection[TupleRow]) -> Manifest:
    """The manifest of the instant that this connection sees."""
    migrations = connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
    (files,) = connection.execute(SIZE_OF_KEPT_FILES).fetchall()
    return Manifest(
        omloop=omloop_version(),
        made_at=value_of(connection, "SELECT transaction_timestamp()"),  # type: ignore[arg-type]
        postgresql=connection.info.server_version // 10_000,
        migrations=tuple(f"{app}.{name}" for app, name in migrations),
        rows=count_rows(connection),
        files=int(files[0]),
        file_bytes=int(files[1]),
    )


def count_rows(connection: Connection[TupleRow]) -> dict[str, int]:
    """How many rows each table has."""
    tables = [str(name) for (name,) in connection.execute(TABLES)]
    count = sql.SQL("SELECT count(*) FROM {}")
    return {
        table: int(connection.execute(count.format(sql.Identifier("public", table))).fetchall()[0][0])
        for table in tables
    }


@contextmanager
def kept_files(connection: Connection[TupleRow]) -> Iterator[Iterator[tuple[UUID, str, int]]]:
    """Organisation, SHA-256 (hex) and size of every file of this instant; may be read after it is over."""
    with connection.cursor("kept_files", withhold=True) as cursor:
        cursor.itersize = 10_000
        cursor.execute(f"{KEPT_FILES} ORDER BY 1, 2")
        yield iter(cursor)


def require_empty_database(owner_url: str, manifest: Manifest) -> None:
    """Raise NotEmpty for a database with anything in it, FromNewer for a server older than the backup's."""
    with psycopg.connect(owner_url) as connection:
        is_empty = value_of(connection, OBJECTS) == 0
        major = connection.info.server_version // 10_000
        name = connection.info.dbname
    if major < manifest.postgresql:
        raise FromNewer(
            f"The backup's database comes from PostgreSQL {manifest.postgresql}, and this server is {major}. "
            f"Restore it on a server of version {manifest.postgresql} or newer."
        )
    if not is_empty:
        raise NotEmpty(
            f"The database {name} is not empty. Name an empty one in DATABASE_URL and DATABASE_OWNER_URL, or "
            "drop this one and create it anew as the README says, if nobody needs what is in it."
        )


def value_of(connection: Connection[TupleRow], query: str) -> object:
    """The one value that a query of ours gives."""
    (row,) = connection.execute(query.encode()).fetchall()
    return row[0]
