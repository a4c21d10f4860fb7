"""Rows of an organisation as streams, out and in, with PostgreSQL's COPY (rules 6.4).

Text format, first line the names of the columns, first column the organisation's id: so a reader can tell
without understanding a row that none is of another organisation, and an older archive that lacks a column
can still be read.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db import connection, models
from psycopg import sql

from omloop.booking.models import ExportFolder
from omloop.mailbox.models import Mailbox, WatchedFolder
from omloop.organisations.models import ConnectionKey, Membership, Organisation, Share
from omloop.relocation.between.contents import Stream
from omloop.relocation.between.folder import Spoiled
from omloop.relocation.manifest import Mark, parameters
from omloop.relocation.tables import Table

LONGEST_ROW = 64 * 1024 * 1024
"""Bytes; what a row holds besides is files, and those travel by themselves."""
STAYS: dict[type[models.Model], frozenset[str]] = {Organisation: frozenset({"environment_id"})}
"""Columns that say something of this installation alone."""
AS_IT_LEAVES: dict[type[models.Model], dict[str, str]] = {
    ConnectionKey: {
        "key_hash": "sha256(convert_to(id::text, 'UTF8'))",
        "revoked_at": "coalesce(revoked_at, now())",
    },
    Membership: {"partnership_id": "NULL::uuid"},
    Mailbox: {"password": "''", "address_secret": "''", "is_on": "false"},
    WatchedFolder: {"path": "''", "is_on": "false"},
    ExportFolder: {"path": "''", "is_on": "false", "trouble": "''"},
    Share: {
        "parent_id": "NULL::uuid",
        "parent_name": "coalesce((SELECT p.name FROM organisations_organisation p WHERE p.id = parent_id), "
        "parent_name)",
        "valid": "CASE WHEN parent_id IS NULL OR NOT upper_inf(valid) THEN valid "
        "ELSE tstzrange(lower(valid), greatest(now(), lower(valid) + interval '1 microsecond')) END",
    },
}
"""Keys end with the move: that they were there goes along, what they are known by does not. Partners are the
environment's and stay behind: whoever was a member by one comes along as anybody else. A share that an
organisation holds which stays here ends, as in a move inside, and names it as one from outside. Secrets
of a mailbox are sealed by this installation's key, and a folder is one of its machine: both are set anew at
the target."""
WRONG_ESCAPE = re.compile(rb"\\[^bfnrtvN]")
SETTINGS = (
    "SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres'; SET LOCAL TimeZone = 'UTC'; "
    "SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1"
)
"""So that text means the same on every server."""


def columns_of(table: Table) -> list[str]:
    """What goes along of a table, the organisation's id first."""
    stays = STAYS.get(table.model, frozenset())
    rest = [name for name in table.columns if name != table.owner and name not in stays]
    return [table.owner, *rest]


def copy_out(table: Table, mark: Mark) -> Iterator[bytes]:
    """The rows up to the mark, inside a scope, in the order in which they were made: so they meet indexes and
    parents at the target in the order of the keys, so that indexes grow at their end."""
    changed = AS_IT_LEAVES.get(table.model, {})
    chosen = ", ".join(f"{changed.get(name, _quote(name))} AS {_quote(name)}" for name in columns_of(table))
    query = f"SELECT {chosen} FROM {_quote(table.name)} WHERE {table.up_to} "  # noqa: S608
    query += f"ORDER BY {_quote(table.name)}.{_quote(table.key)}"
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS)
        copying = sql.SQL(f"COPY ({query}) TO STDOUT (HEADER)")
        with cursor.copy(copying, parameters(mark)) as copy:
            for block in copy:
                yield bytes(block)


def copy_in(table: Table, stream: Stream, blocks: Iterable[bytes], given: Mapping[str, Any]) -> None:
    """Write the rows, inside a scope of the owner. Columns that the archive lacks get what is given or the
    model's default; raises Spoiled where there is none."""
    missing = [name for name in table.columns if name not in stream.columns]
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS)
        if not missing:
            _copy(cursor, table.name, stream.columns, blocks)
            return
        columns, values = _quoted(stream.columns), [_value(table, name, given) for name in missing]
        cursor.execute(
            f"CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS "  # noqa: S608
            f"SELECT {columns} FROM {_quote(table.name)} WITH NO DATA"
        )
        _copy(cursor, "incoming", stream.columns, blocks)
        places = ", ".join(["%s"] * len(missing))
        cursor.execute(
            f"INSERT INTO {_quote(table.name)} ({columns}, {_quoted(missing)}) "  # noqa: S608
            f"SELECT {columns}, {places} FROM incoming {_in_place_of_stub(table, stream)}",
            values,
        )


def _in_place_of_stub(table: Table, stream: Stream) -> str:
    """An organisation that returns takes the place of what stayed of it, to which old plans point."""
    if table.model is not Organisation:
        return ""
    names = [*stream.columns[1:], *STAYS[Organisation]]
    return "ON CONFLICT (id) DO UPDATE SET " + ", ".join(f"{_quote(n)} = excluded.{_quote(n)}" for n in names)


def _copy(cursor: Any, name: str, columns: list[str], blocks: Iterable[bytes]) -> None:
    copying = f"COPY {_quote(name)} ({_quoted(columns)}) FROM STDIN (HEADER MATCH)"
    with cursor.copy(copying) as copy:
        for block in blocks:
            copy.write(block)


def _value(table: Table, name: str, given: Mapping[str, Any]) -> Any:
    if name in given:
        return given[name]
    field = next(field for field in table.model._meta.concrete_fields if field.column == name)
    if not (field.has_default() or field.null or field.empty_strings_allowed):
        raise Spoiled(
            f"This archive says nothing of {table.name}.{name}, and nothing can be assumed: "
            "bring the source up to date and export again."
        )
    return field.get_db_prep_save(field.get_default(), connection)


def whole_rows(stream: Stream, blocks: Iterable[bytes], organisation_id: UUID) -> Iterator[bytes]:
    """The same bytes, whole rows at a time, each seen to be one row of this organisation; raises Spoiled."""
    header = ("\t".join(stream.columns) + "\n").encode()
    start, begun, rows = b"\n" + str(organisation_id).encode() + b"\t", False, 0
    for lines in _whole_lines(stream, blocks):
        body = lines
        if not begun:
            if not lines.startswith(header):
                raise Spoiled(f"The rows of {stream.table} do not begin with the names of their columns.")
            body, begun = lines[len(header) :], True
        count = body.count(b"\n")
        if (b"\n" + body).count(start) != count:
            raise Spoiled(f"The rows of {stream.table} are not all of this organisation.")
        if WRONG_ESCAPE.search(body.replace(b"\\\\", b"")):
            raise Spoiled(f"The rows of {stream.table} are not written as COPY writes them.")
        rows += count
        yield lines
    if rows != stream.rows or not begun:
        raise Spoiled(f"{stream.table} has {rows} rows, and not the {stream.rows} that were signed.")


def _whole_lines(stream: Stream, blocks: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for block in blocks:
        end = block.rfind(b"\n") + 1
        if end:
            yield rest + block[:end]
            rest = block[end:]
        else:
            rest += block
        if len(rest) > LONGEST_ROW:
            raise Spoiled(f"{stream.table} has a row of more than {LONGEST_ROW // 1024**2} MB.")
    if rest:
        raise Spoiled(f"The rows of {stream.table} end in the middle of one.")


def _quote(name: str) -> str:
    return connection.ops.quote_name(name)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(map(_quote, names))
