"""Taking rows and files of an organisation away: at its source, or where it could not stay (rules 6.6)."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import connection, models

from omloop.intake import files
from omloop.intake.models import LateArrival
from omloop.joining.models import Invitation
from omloop.organisations.models import Organisation, RightsChange
from omloop.relocation.moves.links import end_parted
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


def forget_places(organisation_id: UUID, *, keep: tuple[str, ...] = ()) -> None:
    """Let nothing lead to the organisation any more, but keys of these kinds."""
    TenancyDirectory.objects.filter(organisation_id=organisation_id).exclude(kind__in=keep).delete()


def part_from_environment(organisation_id: UUID, *, now: datetime) -> None:
    """End what is the environment's and names the organisation: shares in others, invitations that are open,
    and changes of rights, of which the trail of the organisation has told. As the owner, inside a scope."""
    end_parted([organisation_id], now=now)
    RightsChange.objects.filter(organisation_id=organisation_id).delete()
    asked = Invitation.objects.filter(organisation_id=organisation_id, accepted_at=None, withdrawn_at=None)
    asked.update(withdrawn_at=now)


def leave_stub(organisation_id: UUID, *, moved_to: str) -> None:
    """What stays of the organisation's own row: its name, and where it is now. Old plans name it."""
    kept = {"id", "environment_id", "name", "kvk", "created_at"}
    plain = {
        field.attname: field.get_default()
        for field in Organisation._meta.concrete_fields
        if field.attname not in kept
    }
    Organisation.objects.filter(id=organisation_id).update(**{**plain, "moved_to": moved_to})
