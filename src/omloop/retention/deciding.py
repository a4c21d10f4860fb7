"""Two people decide on the list of what may go (rules 2.8, 1.11)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app

from omloop.audit.actors import Actor
from omloop.audit.services import record
from omloop.organisations.holding import hold_alone
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.people.humans import accounts_of
from omloop.retention.going import Kind, Reckoning, chosen_from, digest_of, groups_of, may_go, pick
from omloop.retention.models import Removal
from omloop.retention.policies import demand_deciding, who_confirms
from omloop.retention.refusals import (
    AlreadyProposed,
    IsClosed,
    ListChanged,
    NothingChosen,
    NotProposed,
    OnlyPeopleDecide,
    SecondPersonNeeded,
)
from omloop.retention.terms import Rows
from omloop.tenancy.scope import current_scope

State = Removal.State
UNDER_WAY = (State.PROPOSED, State.RUNNING)


def propose_removal(
    organisation: Organisation,
    *,
    keys: Collection[str],
    confidential: bool = False,
    actor: Member,
    now: datetime,
) -> Removal:
    """Put lines of what may go (`Group.key`) on a list; nothing goes before somebody else confirms it.

    Confidential things make a list of their own. Raises RightMissing, OnlyPeopleDecide, IsClosed,
    AlreadyProposed and NothingChosen.
    """
    _demand(organisation.id, confidential, actor)
    hold_alone([organisation.id])
    _refuse_standstill(organisation.id)
    if removals_of(organisation.id, confidential).filter(state__in=UNDER_WAY).exists():
        raise AlreadyProposed
    found = may_go(Reckoning.of(organisation, now=now), confidential=confidential)
    chosen = chosen_from(keys, groups_of(found))
    if not chosen:
        raise NothingChosen
    total, listed = digest_of(pick(found, chosen))
    removal: Removal = Removal.objects.create(
        organisation=organisation,
        confidential=confidential,
        chosen=chosen,
        total=total,
        listed=listed,
        proposed_by_id=actor.person_id,
        proposed_at=now,
    )
    told = list(map(str, who_confirms(removal, now=now)))
    note_removal("retention.proposed", removal, actor=actor, now=now, told=told)
    return removal


def confirm_removal(removal: Removal, *, actor: Member, now: datetime) -> None:
    """Confirm a list that somebody else proposed: a job destroys what stands on it.

    Raises RightMissing, OnlyPeopleDecide, IsClosed, NotProposed, SecondPersonNeeded (two accounts of one
    human are one), and ListChanged.
    """
    removal = _lock(removal, actor)
    if actor.person_id in accounts_of([removal.proposed_by_id]):
        raise SecondPersonNeeded
    if digest_of(on_list(removal)) != (removal.total, removal.listed):
        raise ListChanged
    removal.state, removal.confirmed_by_id, removal.confirmed_at = State.RUNNING, actor.person_id, now
    removal.save(update_fields=["state", "confirmed_by", "confirmed_at"])
    note_removal("retention.confirmed", removal, actor=actor, now=now)
    job = app.configure_task("retention.destroy", allow_unknown=False)
    job.defer(removal_id=str(removal.id), organisation_id=str(removal.organisation_id))


def withdraw_removal(removal: Removal, *, actor: Member, now: datetime) -> None:
    """Let a list lapse that waits, by either. Raises RightMissing, OnlyPeopleDecide and NotProposed."""
    removal = _lock(removal, actor)
    removal.state, removal.withdrawn_by_id, removal.ended_at = State.WITHDRAWN, actor.person_id, now
    removal.save(update_fields=["state", "withdrawn_by", "ended_at"])
    note_removal("retention.withdrawn", removal, actor=actor, now=now)


def on_list(removal: Removal) -> dict[Kind, Rows]:
    """What stands on the list and may go still, as reckoned on the day on which it was proposed."""
    on = Reckoning.of(removal.organisation, now=removal.proposed_at)
    chosen = [(str(kind), int(year)) for kind, year in removal.chosen]
    return pick(may_go(on, confidential=removal.confidential), chosen)


def removals_of(organisation_id: UUID, confidential: bool) -> Any:
    """The lists of an organisation of one of the two sorts."""
    return Removal.objects.filter(organisation_id=organisation_id, confidential=confidential)


def note_removal(name: str, removal: Removal, *, actor: Actor, now: datetime, **said: object) -> None:
    """In the trail: of confidential things that it was, and not how many."""
    detail = {"listed": removal.listed, **said} | ({} if removal.confidential else {"total": removal.total})
    record(
        name,
        actor=actor,
        chain_id=removal.organisation_id,
        subject_id=removal.id,
        at=now,
        detail=detail,
    )


def _lock(removal: Removal, actor: Member) -> Removal:
    _demand(removal.organisation_id, removal.confidential, actor)
    hold_alone([removal.organisation_id])
    _refuse_standstill(removal.organisation_id)
    found: Removal = Removal.objects.select_related("organisation").get(id=removal.id)
    if found.state != State.PROPOSED:
        raise NotProposed
    return found


def _demand(organisation_id: UUID, confidential: bool, actor: Member) -> None:
    demand_deciding(actor, organisation_id)
    if confidential:
        actor.demand(Right.VIEW_CONFIDENTIAL, organisation_id)
    if actor.kind != "person":
        raise OnlyPeopleDecide


def _refuse_standstill(organisation_id: UUID) -> None:
    if organisation_id in current_scope().standing_still:
        raise IsClosed
