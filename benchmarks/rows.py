"""The rows that one imported invoice left, to write them again by bare SQL: one invoice, or very many."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

JSONB = 3802
"""PostgreSQL's number of the type."""
OF_INVOICE: dict[LiteralString, LiteralString] = {
    "intake_document": "id = %(document)s",
    "intake_delivery": "document_id = %(document)s",
    "invoices_invoice": "document_id = %(document)s",
    "invoices_invoiceline": "invoice_id = %(invoice)s",
    "invoices_invoicewords": "invoice_id = %(invoice)s",
    "invoices_validation": "document_id = %(document)s",
    "circulation_step": "invoice_id = %(invoice)s",
    "circulation_assignment": "invoice_id = %(invoice)s",
    "circulation_decision": "invoice_id = %(invoice)s",
    "audit_event": "subject_id IN (%(document)s, %(invoice)s)",
    "audit_unsealed": "event_id IN (SELECT id FROM audit_event"
    " WHERE subject_id IN (%(document)s, %(invoice)s))",
}
"""The tables that an import writes, parents first, and which rows of them are of one invoice."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Rows:
    """The rows of each table, and the keys that are the invoice's own."""

    tables: dict[LiteralString, list[Row]]

    @property
    def own(self) -> frozenset[UUID]:
        """The keys of these rows themselves: another invoice has others."""
        return frozenset(row["id"] for rows in self.tables.values() for row in rows if "id" in row)

    def only(self, *tables: LiteralString) -> "Rows":
        """The rows of these tables alone."""
        return Rows({table: self.tables[table] for table in tables})


def read_rows(connection: psycopg.Connection, document_id: UUID) -> Rows:
    """Everything that the import of this document wrote."""
    found = connection.execute("SELECT id FROM invoices_invoice WHERE document_id = %s", [document_id])
    names = {"document": document_id, "invoice": found.fetchall()[0][0]}
    tables = {}
    for table, which in OF_INVOICE.items():
        query = sql.SQL("SELECT * FROM {} WHERE {}").format(sql.Identifier(table), sql.SQL(which))
        tables[table] = _as_dicts(connection.execute(query, names))
    return Rows(tables)


def _as_dicts(cursor: psycopg.Cursor[Any]) -> list[Row]:
    columns = [(column.name, column.type_code == JSONB) for column in cursor.description or ()]
    return [
        {
            name: Jsonb(value) if is_json else value
            for (name, is_json), value in zip(columns, row, strict=True)
        }
        for row in cursor.fetchall()
    ]


def write_again(connection: psycopg.Connection, rows: Rows, digest: str) -> None:
    """Write the same rows under new keys for a file of this SHA-256, one INSERT a table; no commit."""
    keys = {own: uuid4() for own in rows.own}
    for table, found in rows.tables.items():
        values = [
            digest if name == "sha256" else keys.get(value, value) if isinstance(value, UUID) else value
            for row in found
            for name, value in row.items()
        ]
        if found:
            connection.execute(_insert(table, found), values)


def _insert(table: LiteralString, rows: list[Row]) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, rows[0]))
    marks = sql.SQL("({})").format(sql.SQL(", ").join([sql.Placeholder()] * len(rows[0])))
    every = sql.SQL(", ").join([marks] * len(rows))
    return sql.SQL("INSERT INTO {} ({}) VALUES {}").format(sql.Identifier(table), names, every)


def multiply(
    superuser: psycopg.Connection,
    rows: Rows,
    numbers: range,
    changes: dict[str, sql.Composable] | None = None,
) -> None:
    """Write the rows again for every number, set-wise and without looking at foreign keys.

    A key becomes what the old one and the number hash to, among those of the year 2024: keys sort by the
    moment they were made. `changes` gives SQL for `table.column`, in which `n` is the number.
    """
    superuser.execute("SET session_replication_role = replica")
    for table, found in rows.tables.items():
        for row in found:
            columns = [_column(table, name, value, rows.own, changes or {}) for name, value in row.items()]
            names = sql.SQL(", ").join(map(sql.Identifier, row))
            query = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM generate_series({}, {}) n").format(
                sql.Identifier(table), names, sql.SQL(", ").join(columns), numbers[0], numbers[-1]
            )
            superuser.execute(query)
    superuser.execute("RESET session_replication_role")
    superuser.execute("VACUUM ANALYZE")


def _column(
    table: str, name: str, value: Any, own: Collection[UUID], changes: dict[str, sql.Composable]
) -> sql.Composable:
    if change := changes.get(f"{table}.{name}"):
        return change
    if isinstance(value, UUID) and value in own:
        made = sql.SQL("'0190' || lpad(to_hex(n), 8, '0') || '7'")
        return sql.SQL("overlay(md5({}::text || n) placing {} from 1)::uuid").format(value, made)
    if name == "sha256":
        return sql.SQL("md5(n::text) || md5({}::text || n)").format(value)
    return sql.Literal(value)
