"""What comes for an organisation that is closed: kept, listed, and added by its successor (rules 6.7)."""

from datetime import datetime
from uuid import UUID

from omloop.audit.services import record
from omloop.intake import files
from omloop.intake.models import LateArrival
from omloop.intake.services import Accepted, accept
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.relocation.ending.services import SUCCESSOR
from omloop.tenancy import directory
from omloop.tenancy.scope import act_in, confidential_shown


class NothingLate(LookupError):
    """No such file, or not for this organisation to have."""


def late_of(organisation_id: UUID, *, confidential: bool) -> list[LateArrival]:
    """What came since it closed, the oldest first; what was added already stays on the list."""
    with confidential_shown([organisation_id] if confidential else []):
        late = LateArrival.objects.filter(organisation_id=organisation_id)
        return list(late.order_by("arrived_at", "id"))


def closed_for(organisation_id: UUID) -> list[Organisation]:
    """The closed organisations that name this one as their successor; the scope shows them from here on."""
    closed = directory.organisations_of(SUCCESSOR, organisation_id)
    for place in closed:
        act_in(place)
    return list(Organisation.objects.filter(id__in=closed).order_by("name", "id"))


def add_late(successor: Organisation, *, late_id: UUID, actor: Member, now: datetime) -> Accepted:
    """Take a file that came late for a closed organisation into its successor.

    It comes in today, and the trails of both say where from. Raises RightMissing, NothingLate, FileDamaged.
    """
    actor.demand(Right.ADD, successor.id)
    sees = actor.can(Right.VIEW_CONFIDENTIAL, successor.id)
    places = [place.id for place in closed_for(successor.id)]
    hold([successor.id, *places])
    with confidential_shown(places if sees else []):
        late = LateArrival.objects.select_for_update().filter(id=late_id, organisation_id__in=places).first()
        if late is None or late.added_at:
            raise NothingLate(str(late_id))
        LateArrival.objects.filter(id=late.id).update(added_at=now)
    accepted = accept(
        organisation_id=successor.id,
        data=files.read(late.organisation_id, late.sha256),
        filename=late.filename,
        channel=late.channel,
        actor=actor,
        now=now,
        confidential=late.confidential,
        message_id=late.message_id,
    )
    for chain in (successor.id, late.organisation_id):
        said = {"from": str(late.organisation_id), "to": str(successor.id)}
        record("late_arrival.added", actor=actor, chain_id=chain, subject_id=late.id, at=now, detail=said)
    return accepted
