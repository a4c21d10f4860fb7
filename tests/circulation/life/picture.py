"""What is stored of a company, read as a whole: to see that a crash changed nothing of it."""

import os
from uuid import UUID

import psycopg

from omloop.relocation.tables import tables


def everything(organisation_id: UUID) -> dict[str, str]:
    """By table of organisations, a hash of all rows that this one has there; read over all walls."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        return {
            table.name: owner.execute(
                f"SELECT coalesce(md5(string_agg(it::text, '|' ORDER BY it::text)), '') FROM {table.name} it "
                f"WHERE {table.owner} = %s".encode(),
                [organisation_id],
            ).fetchone()[0]  # type: ignore[index]
            for table in tables()
        }
