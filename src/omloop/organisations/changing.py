"""Changing what is known of an organisation: name, address, kind, time zone, currency."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from omloop.audit.services import record
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right

SETTINGS = ("name", "kind", "street", "postal_code", "city", "time_zone", "currency")


def change_organisation(
    *, organisation_id: UUID, settings: Mapping[str, str], actor: Member, now: datetime
) -> None:
    """Change these of `SETTINGS`; the trail keeps what each was and is. Raises RightMissing."""
    actor.demand(Right.MANAGE_SETTINGS, organisation_id)
    organisation = Organisation.objects.select_for_update().get(id=organisation_id)
    was = {name: getattr(organisation, name) for name in SETTINGS}
    changes = {name: settings[name] for name in SETTINGS if name in settings and settings[name] != was[name]}
    if not changes:
        return
    for name, value in changes.items():
        setattr(organisation, name, value)
    organisation.save(update_fields=list(changes))
    record(
        "organisation.changed",
        actor=actor,
        chain_id=organisation_id,
        subject_id=organisation_id,
        at=now,
        detail={name: [was[name], value] for name, value in changes.items()},
    )
