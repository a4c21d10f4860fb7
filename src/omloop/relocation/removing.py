"""Taking rows and files of an organisation away: at its source, or where it could not stay (rules 6.6)."""

from collections.abc import Callable
from uuid import UUID

from django.db import connection, models

from omloop.intake import files
from omloop.intake.models import LateArrival
from omloop.organisations.models import Organisation
from omloop.relocation.tables import Table, tables
from omloop.tenancy.models import TenancyDirectory
from omloop.tenancy.scope import tenant_scope

BATCH = 5_000
"""Rows of one transaction."""
Told = Callable[[str, int, int], None]


def remove_rows(organisation_id: UUID, told: Told, *, keep: tuple[type[models.Model], ...] = ()) -> None:
    """Remove everything that the organisation has, children first, in batches that are committed one by one.

    As the owner; may be interrupted and run again. The organisation's own row stays, and what is to be kept.
    """
    going = [table for table in reversed(tables()) if table.model not in (Organisation, *keep)]
    for number, table in enumerate(going, start=1):
        while _remove_batch(table, organisation_id):
            continue
        told("remove tables", number, len(going))


def _remove_batch(table: Table, organisation_id: UUID) -> int:
    """Rows that point to rows of the same table go at once: half of them would be refused."""
    points_to_itself = any(
        isinstance(field, models.ForeignKey) and field.remote_field.model is table.model
        for field in table.model._meta.concrete_fields
    )
    limit = "" if points_to_itself else f"LIMIT {BATCH}"
    name, owner = connection.ops.quote_name(table.name), connection.ops.quote_name(table.owner)
    with tenant_scope(None, [organisation_id]), connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {name} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {name} "  # noqa: S608
            f"WHERE {owner} = %s {limit}))",
            [organisation_id],
        )
        return int(cursor.rowcount)


def remove_files(organisation_id: UUID) -> None:
    """Remove the organisation's files, but those of late arrivals."""
    with tenant_scope(None, [organisation_id]):
        late = LateArrival.objects.filter(organisation_id=organisation_id)
        keep = frozenset(late.values_list("sha256", flat=True))
    files.remove_all(organisation_id, keep=keep)


def forget_places(organisation_id: UUID, *kinds: str) -> None:
    """Let nothing lead to the organisation any more; of these kinds only, if any are named."""
    leading = TenancyDirectory.objects.filter(organisation_id=organisation_id)
    (leading.filter(kind__in=kinds) if kinds else leading).delete()
