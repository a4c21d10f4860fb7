"""Agreeing that an organisation closes, opens again, or loses what may go (rules 6.5, 6.7).

Two people agree: an administrator of the organisation and one of its environment. Who asks agrees by that.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app

from omloop.audit.actors import Actor
from omloop.audit.services import record
from omloop.organisations.activity import acts
from omloop.organisations.holding import hold, hold_alone
from omloop.organisations.members import Member
from omloop.organisations.models import GroupMember, Organisation
from omloop.organisations.rights import Right
from omloop.relocation.ending.models import Ending, EndingConsent
from omloop.relocation.ending.open_work import is_moving, read_open_work
from omloop.relocation.ending.refusals import (
    AlreadyEnding,
    ExportMissing,
    IsMoving,
    NotAdministratorHere,
    NotClosed,
    NothingMayGo,
    NotOpen,
    StillOpenWork,
    TooLateToCallOff,
)
from omloop.relocation.ending.retention import how_many_may_go
from omloop.retention.going import Reckoning
from omloop.tenancy import directory
from omloop.tenancy.models import TenancyStandstill
from omloop.tenancy.scope import (
    confidential_shown,
    current_scope,
    show_confidential,
    tenant_scope,
    write_closed,
)

WAITING_DAYS = 30
"""Between the second consent to deleting and its day (rules 6.5)."""
SUCCESSOR, DUE = "successor", "ending"
"""In the directory: which closed organisations name this one; and in which something goes on a day."""
Kind, State = Ending.Kind, Ending.State


def ask_ending(
    organisation: Organisation,
    *,
    kind: str,
    successor: Organisation | None = None,
    successor_name: str = "",
    actor: Member,
    now: datetime,
) -> Ending:
    """Ask for a second person's consent to this, and give one's own.

    Raises NotAdministratorHere, AlreadyEnding, and what stands in the way: StillOpenWork, NotOpen, NotClosed,
    IsMoving, NothingMayGo.
    """
    _speak(organisation, actor)
    hold_alone([organisation.id])
    if open_ending(organisation.id):
        raise AlreadyEnding
    _refuse_obstacle(organisation, kind, now)
    assert actor.person_id  # noqa: S101 - an administrator is a person
    ending: Ending = Ending.objects.create(
        organisation=organisation,
        kind=kind,
        asked_by_id=actor.person_id,
        asked_at=now,
        successor_id=successor.id if successor else None,
        successor_name=successor.name if successor else successor_name.strip(),
    )
    _consent(ending, organisation, actor, now)
    note(ending, "ending.asked", organisation, actor, now)
    if kind == Kind.DELETE:
        defer("relocation.export_for_deleting", ending)
    return ending


def consent_to_ending(organisation: Organisation, *, ending_id: UUID, actor: Member, now: datetime) -> Ending:
    """Agree to what somebody else asked; with both sides it happens, or the waiting time begins.

    Raises NotAdministratorHere, NotOpen, ExportMissing, StillOpenWork.
    """
    _speak(organisation, actor)
    hold_alone([organisation.id])
    ending = lock_ending(organisation.id, ending_id)
    if ending.state != State.ASKED:
        raise NotOpen
    if ending.kind == Kind.DELETE and not ending.export_sha256:
        raise ExportMissing
    _refuse_obstacle(organisation, ending.kind, now)
    _consent(ending, organisation, actor, now)
    if is_agreed(ending):
        _CARRY_OUT[ending.kind](ending, organisation, actor, now)
    return ending


def call_off(organisation: Organisation, *, ending_id: UUID, actor: Member, now: datetime) -> Ending:
    """Call it off, by either side, until it is being done. Raises NotAdministratorHere, TooLateToCallOff."""
    _speak(organisation, actor)
    ending = lock_ending(organisation.id, ending_id)
    if not ending.can_be_called_off:
        raise TooLateToCallOff
    ending.state, ending.ended_at = State.WITHDRAWN, now
    ending.save(update_fields=["state", "ended_at"])
    directory.leave(DUE, DUE, organisation_id=organisation.id)
    note(ending, "ending.called_off", organisation, actor, now)
    if ending.kind == Kind.DELETE:
        defer("relocation.forget_export", ending)
    return ending


def speaks_for(organisation: Organisation, actor: Member) -> tuple[bool, bool]:
    """Whether he may speak for the organisation, and for its environment.

    Of the organisation speaks who may move it: that right is its administrators' (rules 1.4).
    """
    return actor.can(Right.MOVE, organisation.id), organisation.environment_id in actor.environments


def open_ending(organisation_id: UUID) -> Ending | None:
    """What is under way there."""
    found: Ending | None = Ending.objects.filter(
        organisation_id=organisation_id, state__in=Ending.OPEN
    ).first()
    return found


@contextmanager
def ending_scope(organisation_id: UUID) -> Iterator[Organisation]:
    """The scope of a job about an ending: the organisation, and the environment whose people it tells."""
    with tenant_scope(None, [organisation_id]):
        environment_id = Organisation.objects.get(id=organisation_id).environment_id
    with tenant_scope(None, [organisation_id], [environment_id]):
        show_confidential([organisation_id])
        yield Organisation.objects.get(id=organisation_id)


def lock_ending(organisation_id: UUID, ending_id: UUID) -> Ending:
    """As it stands now, held and locked until the transaction ends; raises NotOpen when there is none."""
    hold(organisation_id)
    found: Ending | None = (
        Ending.objects.select_for_update(of=("self",))
        .filter(organisation_id=organisation_id, id=ending_id)
        .first()
    )
    if found is None:
        raise NotOpen
    return found


def is_agreed(ending: Ending) -> bool:
    """Whether two different people agree, one for each side."""
    consents = EndingConsent.objects.filter(ending=ending)
    return any(one.for_organisation and other.for_environment for one, other in permutations(consents, 2))


def note(
    ending: Ending,
    name: str,
    organisation: Organisation,
    actor: Actor,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """On the chain of the organisation, and of its environment where the scope shows that.

    `told` are the organisation's administrators: who also administers the environment gets one mail.
    """
    said = {"kind": ending.kind, **(detail or {}), "told": list(map(str, _movers(organisation.id, now)))}
    if ending.due_at:
        said["due_on"] = ending.due_at.astimezone(organisation.zone).date().isoformat()
    shown = {organisation.environment_id} & current_scope().environment_ids
    for chain in (organisation.id, *shown):
        record(name, actor=actor, chain_id=chain, subject_id=organisation.id, at=now, detail=said)


def _movers(organisation_id: UUID, now: datetime) -> list[UUID]:
    held = GroupMember.objects.at(now).filter(
        acts(),
        organisation_id=organisation_id,
        group__rights__right=Right.MOVE,
        group__rights__valid__contains=now,
    )
    return sorted(set(held.values_list("person_id", flat=True)))


def defer(task: str, ending: Ending) -> None:
    """Queue a job about this ending, in the open transaction."""
    app.configure_task(task, allow_unknown=False).defer(
        ending_id=str(ending.id), organisation_id=str(ending.organisation_id)
    )


def _speak(organisation: Organisation, actor: Member) -> None:
    if not any(speaks_for(organisation, actor)):
        raise NotAdministratorHere(str(organisation.id))


def _refuse_obstacle(organisation: Organisation, kind: str, now: datetime) -> None:
    reason = current_scope().standing_still.get(organisation.id)
    if kind == Kind.CLOSE:
        if reason is not None:
            raise NotOpen
        if work := read_open_work(organisation.id):
            raise StillOpenWork(work)
        return
    if reason != TenancyStandstill.Reason.CLOSED:
        raise NotClosed
    if is_moving(organisation.id):
        raise IsMoving
    with confidential_shown([organisation.id]):
        if kind == Kind.DELETE and not how_many_may_go(Reckoning.of(organisation, now=now)):
            raise NothingMayGo


def _consent(ending: Ending, organisation: Organisation, actor: Member, now: datetime) -> None:
    for_organisation, for_environment = speaks_for(organisation, actor)
    EndingConsent.objects.get_or_create(
        organisation=organisation,
        ending=ending,
        person_id=actor.person_id,
        defaults={
            "for_organisation": for_organisation,
            "for_environment": for_environment,
            "given_at": now,
        },
    )


def _close(ending: Ending, organisation: Organisation, actor: Member, now: datetime) -> None:
    """Read-only from the commit on. Who waits to write here finds the new `closed_at` and stops (`hold`)."""
    note(ending, "organisation.closed", organisation, actor, now)
    Organisation.objects.filter(id=organisation.id).update(closed_at=now)
    TenancyStandstill.objects.create(organisation_id=organisation.id, reason=TenancyStandstill.Reason.CLOSED)
    if ending.successor_id:
        directory.enter(SUCCESSOR, ending.successor_id, organisation_id=organisation.id)
    _done(ending, now)


def _reopen(ending: Ending, organisation: Organisation, actor: Member, now: datetime) -> None:
    write_closed()
    TenancyStandstill.objects.filter(organisation_id=organisation.id).delete()
    Organisation.objects.filter(id=organisation.id).update(closed_at=None)
    if closing := last_closing(organisation.id):
        directory.leave(SUCCESSOR, str(closing.successor_id), organisation_id=organisation.id)
    note(ending, "organisation.reopened", organisation, actor, now)
    _done(ending, now)


def _wait(ending: Ending, organisation: Organisation, actor: Member, now: datetime) -> None:
    ending.state, ending.due_at = State.AGREED, now + timedelta(days=WAITING_DAYS)
    ending.save(update_fields=["state", "due_at"])
    directory.enter(DUE, DUE, organisation_id=organisation.id)
    note(ending, "ending.agreed", organisation, actor, now)


def last_closing(organisation_id: UUID) -> Ending | None:
    """The closing that holds, or held last."""
    done = Ending.objects.filter(organisation_id=organisation_id, kind=Kind.CLOSE, state=State.DONE)
    found: Ending | None = done.order_by("-ended_at").first()
    return found


def _done(ending: Ending, now: datetime) -> None:
    ending.state, ending.ended_at = State.DONE, now
    ending.save(update_fields=["state", "ended_at"])


_CARRY_OUT: dict[str, Callable[[Ending, Organisation, Member, datetime], None]] = {
    Kind.CLOSE: _close,
    Kind.REOPEN: _reopen,
    Kind.DELETE: _wait,
}
