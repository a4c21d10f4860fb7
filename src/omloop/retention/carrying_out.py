"""Carrying out a confirmed list, batch by batch, so that it survives a restart (rules 2.8, 7.5)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from procrastinate.contrib.django import app

from omloop.audit.actors import Actor, system
from omloop.organisations.holding import hold
from omloop.organisations.members import system_scope
from omloop.organisations.models import Organisation
from omloop.retention.deciding import note_removal, on_list
from omloop.retention.destroying import NAME, Noting, destroy_batch, hash_of, listed, remove_files
from omloop.retention.going import Reckoning
from omloop.retention.models import Removal
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope

DESTROYER: Actor = system(NAME)
AGAIN = timedelta(minutes=5)
State = Removal.State

_waits_for: list[Callable[[UUID], bool]] = []


def wait_for(question: Callable[[UUID], bool]) -> None:
    """Ask this of an organisation before anything goes: a room above may count what is there (rules 6.3)."""
    _waits_for.append(question)


def carry_out(removal_id: UUID, organisation_id: UUID, *, now: datetime) -> None:
    """Destroy what stands on the list; twice, or after a crash, it goes on with what is left.

    While the organisation moves or stands still nothing goes, and a later job looks again.
    """
    remove_files(organisation_id, removal_id, now=now)
    while True:
        if _must_wait(organisation_id):
            job = app.configure_task(
                "retention.destroy", allow_unknown=False, schedule_in={"seconds": AGAIN.seconds}
            )
            job.defer(removal_id=str(removal_id), organisation_id=str(organisation_id))
            return
        if not _destroy_next(removal_id, organisation_id, now):
            break
        remove_files(organisation_id, removal_id, now=now)
    _finish(removal_id, organisation_id, now)


def _destroy_next(removal_id: UUID, organisation_id: UUID, now: datetime) -> int:
    with system_scope(NAME, organisation_id):
        removal = _lock(removal_id, organisation_id)
        if removal is None:
            return 0
        on = Reckoning.of(removal.organisation, now=removal.proposed_at)
        gone = destroy_batch(on_list(removal), Noting(on, removal_id, now))
        removal.done += gone
        removal.save(update_fields=["done"])
        return gone


def _finish(removal_id: UUID, organisation_id: UUID, now: datetime) -> None:
    """Done: the hash of the list stands in the sealed trail, so nobody can change the list."""
    with system_scope(NAME, organisation_id):
        removal = _lock(removal_id, organisation_id)
        if removal is None:
            return
        removal.certificate = hash_of(listed(removal_id))
        removal.state, removal.ended_at = State.DONE, now
        removal.save(update_fields=["certificate", "state", "ended_at"])
        note_removal("retention.done", removal, actor=DESTROYER, now=now, list=removal.certificate)


def _lock(removal_id: UUID, organisation_id: UUID) -> Removal | None:
    """The list while it is carried out; None once it is over, or went elsewhere with its organisation."""
    hold(organisation_id)
    found: Removal | None = (
        Removal.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .filter(organisation_id=organisation_id, id=removal_id, state=State.RUNNING)
        .first()
    )
    return found


def _must_wait(organisation_id: UUID) -> bool:
    if not directory.organisations_of("chain", organisation_id):
        return False
    with tenant_scope(None, [organisation_id]) as scope:
        if organisation_id in scope.standing_still:
            return True
        environment_id = Organisation.objects.get(id=organisation_id).environment_id
    with tenant_scope(None, [organisation_id], [environment_id]):
        return any(asks(organisation_id) for asks in _waits_for)
