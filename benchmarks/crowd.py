"""Very many invoices of one organisation with their files: some under way, most of them approved."""

from hashlib import sha256
from pathlib import Path
from uuid import UUID

import psycopg
from psycopg import sql

from benchmarks.rows import multiply, read_rows

CONTENT = "invoice {}"


def multiply_documents(
    superuser: psycopg.Connection, files: Path, organisation_id: UUID, document_id: UUID, numbers: range
) -> None:
    """Write the rows of this document again for every number, each with a file of its own on the disk."""
    changes: dict[str, sql.Composable] = {
        "intake_document.sha256": sql.SQL("encode(sha256(convert_to('invoice ' || n, 'UTF8')), 'hex')"),
        "intake_document.size": sql.SQL("length('invoice ' || n)"),
    }
    for number in numbers:
        data = CONTENT.format(number).encode()
        digest = sha256(data).hexdigest()
        folder = files / str(organisation_id) / digest[:2]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / digest).write_bytes(data)
    multiply(superuser, read_rows(superuser, document_id), numbers, changes)
