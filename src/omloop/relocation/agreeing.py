"""Making a plan, choosing, asking, and consenting by both sides (rules 6.2, 6.3)."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from procrastinate.contrib.django import app

from omloop.audit.actors import Actor
from omloop.audit.services import record
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.people.models import Person
from omloop.relocation.findings import find_conflicts
from omloop.relocation.plans import Consent, MovePlan, Mover, Passenger, Successor
from omloop.relocation.refusals import (
    EnvironmentNotYours,
    NoOtherSide,
    NotAsked,
    NotHere,
    NothingToMove,
    NotYourSide,
    OpenConflicts,
    OtherVersion,
    PlanIsClosed,
    TooLateToUndo,
    UndoUnderWay,
)
from omloop.relocation.situation import Situation

CONSENT_DAYS = 14
"""How long the other side has to answer."""
UNDER_WAY = (MovePlan.State.DRAFT, MovePlan.State.ASKED, MovePlan.State.RUNNING, MovePlan.State.STOPPED)
Side, State, Choice = Consent.Side, MovePlan.State, Passenger.Choice


def propose(
    *,
    environment_id: UUID,
    organisation_ids: Collection[UUID],
    to_email: str,
    to_name: str = "",
    actor: Member,
    now: datetime,
) -> MovePlan:
    """Draw up a plan, with a first choice for each person.

    By an administrator of the environment that holds *move organisation* in each of them. The other side is
    an address: with `to_name` the first administrator of a new environment, without it an administrator of
    another one; whether anybody has that address is told to nobody. Raises NotAdministrator, RightMissing,
    NothingToMove, NotHere, NoOtherSide.
    """
    actor.demand_administrator(environment_id)
    if not organisation_ids:
        raise NothingToMove
    for organisation_id in organisation_ids:
        actor.demand(Right.MOVE, organisation_id)
    organisations = list(Organisation.objects.filter(id__in=organisation_ids, environment_id=environment_id))
    if len(organisations) != len(set(organisation_ids)):
        raise NotHere
    if not to_email.strip():
        raise NoOtherSide
    plan = MovePlan(
        from_environment_id=environment_id,
        to_email=to_email.strip().lower(),
        to_name=to_name.strip(),
    )
    return _draw_up(plan, organisations, actor, now)


def propose_undo(*, plan: MovePlan, actor: Member, now: datetime) -> MovePlan:
    """Draw up the move back of everything, with all that is newer (rules 6.3); by either side.

    Raises NotYourSide, TooLateToUndo, UndoUnderWay.
    """
    if not actor.environments & {plan.from_environment_id, plan.to_environment_id}:
        raise NotYourSide
    if not plan.can_be_undone(now):
        raise TooLateToUndo
    if MovePlan.objects.filter(undoes=plan, state__in=UNDER_WAY).exists():
        raise UndoUnderWay
    places = Mover.objects.filter(plan=plan).values("of_organisation_id")
    assert plan.to_environment_id  # noqa: S101 - it moved there
    back = MovePlan(
        from_environment_id=plan.to_environment_id, to_environment_id=plan.from_environment_id, undoes=plan
    )
    return _draw_up(back, list(Organisation.objects.filter(id__in=places)), actor, now)


def _draw_up(
    plan: MovePlan, organisations: Collection[Organisation], actor: Member, now: datetime
) -> MovePlan:
    assert actor.person_id  # noqa: S101 - an administrator is a person
    plan.proposed_by_id, plan.created_at = actor.person_id, now
    plan.save(force_insert=True)
    Mover.objects.bulk_create(
        Mover(plan=plan, of_organisation=place, name=place.name) for place in organisations
    )
    situation = Situation(plan, now)
    Passenger.objects.bulk_create(
        Passenger(plan=plan, person_id=person, choice=_suggest(situation, person))
        for person in sorted(situation.people)
    )
    _record(plan, "move.planned", actor, now)
    return plan


def _suggest(situation: Situation, person: UUID) -> str:
    """A first choice, to be looked at: who has work only here comes along; who left by a move returns."""
    undone = situation.plan.undoes
    if any(person in people for people in situation.returning.values()):
        return Choice.RETURNS
    if undone is not None:
        here_before = Passenger.objects.filter(plan=undone, person_id=person).exclude(choice=Choice.LEAVES)
        if not here_before.exists():
            return Choice.LEAVES
        stays = person in situation.administrators or person in situation.elsewhere
        return Choice.BOTH if stays else Choice.ALONG
    has_more = person in situation.administrators or person in situation.elsewhere
    return Choice.LEAVES if has_more else Choice.ALONG


def choose(
    *,
    plan: MovePlan,
    choices: Mapping[UUID, str],
    successors: Mapping[tuple[UUID, UUID], UUID],
    actor: Member,
    now: datetime,
) -> None:
    """Say what becomes of people and who takes over: `successors` by organisation and who leaves.

    By the side that is left. A change voids consents that were given. Raises NotAdministrator, PlanIsClosed.
    """
    plan = lock_plan(plan.id)
    actor.demand_administrator(plan.from_environment_id)
    if not plan.is_open:
        raise PlanIsClosed
    before = version_of(plan)
    places = set(Mover.objects.filter(plan=plan).values_list("of_organisation_id", flat=True))
    Passenger.objects.filter(plan=plan).delete()
    Passenger.objects.bulk_create(
        Passenger(plan=plan, person_id=person, choice=choice) for person, choice in choices.items()
    )
    Successor.objects.filter(plan=plan).delete()
    Successor.objects.bulk_create(
        Successor(plan=plan, of_organisation_id=place, person_id=person, successor_id=successor)
        for (place, person), successor in successors.items()
        if place in places and person != successor
    )
    if version_of(plan) != before:
        _void(plan, now)
        _record(plan, "move.changed", actor, now)


def ask(*, plan: MovePlan, actor: Member, now: datetime) -> None:
    """Send the plan to both sides, without open conflicts. Raises OpenConflicts, PlanIsClosed."""
    plan = lock_plan(plan.id)
    actor.demand_administrator(plan.from_environment_id)
    if plan.state not in (State.DRAFT, State.STOPPED):
        raise PlanIsClosed
    conflicts = find_conflicts(Situation(plan, now))
    if conflicts:
        raise OpenConflicts(conflicts)
    plan.become(State.ASKED)
    plan.expires_at, plan.stopped_because = now + timedelta(days=CONSENT_DAYS), []
    plan.save(update_fields=["state", "expires_at", "stopped_because"])
    _record(plan, "move.asked", actor, now)


def consent(
    *,
    plan: MovePlan,
    side: str,
    version: str,
    to_environment_id: UUID | None = None,
    actor: Member,
    now: datetime,
) -> MovePlan:
    """Agree to exactly this version, for one side; when both have, the move starts.

    For the side that is joined, whoever has the address of the plan names the environment, unless it is
    known already. Raises NotYourSide, NotAsked, OtherVersion, EnvironmentNotYours, OpenConflicts.
    """
    plan = lock_plan(plan.id)
    _refuse_other_side(plan, side, actor)
    if plan.state != State.ASKED or (plan.expires_at and plan.expires_at < now):
        raise NotAsked
    if version != version_of(plan):
        raise OtherVersion
    if side == Side.TO and not plan.to_name and plan.to_environment_id is None:
        if to_environment_id not in actor.environments - {plan.from_environment_id}:
            raise EnvironmentNotYours
        plan.to_environment_id = to_environment_id
        plan.save(update_fields=["to_environment"])
    conflicts = find_conflicts(Situation(plan, now))
    if conflicts:
        raise OpenConflicts(conflicts)
    held = Consent.objects.filter(plan=plan, side=side, withdrawn_at=None)
    if not held.exists():
        Consent.objects.create(plan=plan, side=side, person_id=actor.person_id, version=version, given_at=now)
        _record(plan, "move.consented", actor, now, {"side": side, "version": version})
    if consenting_sides(plan) == {Side.FROM, Side.TO}:
        _start(plan, actor, now)
    return plan


def withdraw_consent(*, plan: MovePlan, side: str, actor: Member, now: datetime) -> None:
    """Take a consent back, as long as nothing moves. Raises NotYourSide, NotAsked."""
    plan = lock_plan(plan.id)
    _refuse_other_side(plan, side, actor)
    if plan.state != State.ASKED:
        raise NotAsked
    if Consent.objects.filter(plan=plan, side=side, withdrawn_at=None).update(withdrawn_at=now):
        _record(plan, "move.consent_withdrawn", actor, now, {"side": side})


def decline(*, plan: MovePlan, side: str, actor: Member, now: datetime) -> None:
    """Say no for a side; the plan ends. Raises NotYourSide, NotAsked."""
    plan = lock_plan(plan.id)
    _refuse_other_side(plan, side, actor)
    if plan.state != State.ASKED:
        raise NotAsked
    _end(plan, State.DECLINED, "move.declined", actor, now)


def withdraw(*, plan: MovePlan, actor: Member, now: datetime) -> None:
    """Drop the plan; by the side that made it. Raises NotAdministrator, PlanIsClosed."""
    plan = lock_plan(plan.id)
    actor.demand_administrator(plan.from_environment_id)
    if not plan.is_open:
        raise PlanIsClosed
    _end(plan, State.WITHDRAWN, "move.withdrawn", actor, now)


def expire(plan: MovePlan, *, actor: Actor, now: datetime) -> bool:
    """End a plan that was not agreed in time; whether it was so."""
    plan = lock_plan(plan.id)
    if plan.state != State.ASKED or plan.expires_at is None or plan.expires_at >= now:
        return False
    _end(plan, State.EXPIRED, "move.expired", actor, now)
    return True


def lock_plan(plan_id: UUID) -> MovePlan:
    """The plan as it stands now, locked until the transaction ends."""
    locked: MovePlan = MovePlan.objects.select_for_update(of=("self",)).get(id=plan_id)
    return locked


def version_of(plan: MovePlan) -> str:
    """SHA-256 (hex) of all that is agreed: which organisations, where to, and what becomes of whom."""
    movers = Mover.objects.filter(plan=plan).order_by("of_organisation_id")
    passengers = Passenger.objects.filter(plan=plan).order_by("person_id")
    rows = Successor.objects.filter(plan=plan).order_by("of_organisation_id", "person_id")
    agreed = [
        [str(plan.from_environment_id), plan.to_email, plan.to_name, str(plan.undoes_id or "")],
        [str(place) for place in movers.values_list("of_organisation_id", flat=True)],
        [[str(person), choice] for person, choice in passengers.values_list("person_id", "choice")],
        [list(map(str, row)) for row in rows.values_list("of_organisation_id", "person_id", "successor_id")],
    ]
    return sha256(json.dumps(agreed, separators=(",", ":")).encode()).hexdigest()


def consenting_sides(plan: MovePlan) -> set[str]:
    """The sides that agree to the plan as it is."""
    consents = Consent.objects.filter(plan=plan, withdrawn_at=None, version=version_of(plan))
    return set(consents.values_list("side", flat=True))


def sides_of(plan: MovePlan, actor: Member, email: str) -> set[str]:
    """For which sides this person speaks: as an administrator, or because the plan has his address."""
    sides = set()
    if plan.from_environment_id in actor.environments:
        sides.add(Side.FROM.value)
    is_named = plan.to_environment_id is None and bool(plan.to_email) and plan.to_email == email.lower()
    if is_named or plan.to_environment_id in actor.environments:
        sides.add(Side.TO.value)
    return sides


def _refuse_other_side(plan: MovePlan, side: str, actor: Member) -> None:
    """For the environment that is left also *move organisation* in each (rules 1.4)."""
    assert actor.person_id  # noqa: S101 - an administrator is a person
    email = Person.objects.get(id=actor.person_id).email
    if side not in sides_of(plan, actor, email):
        raise NotYourSide
    if side == Side.FROM and plan.undoes_id is None:
        for place in Mover.objects.filter(plan=plan).values_list("of_organisation_id", flat=True):
            actor.demand(Right.MOVE, place)


def _start(plan: MovePlan, actor: Member, now: datetime) -> None:
    plan.become(State.RUNNING)
    plan.phase, plan.done, plan.total = MovePlan.Phase.COUNTING, 0, 0
    plan.save(update_fields=["state", "phase", "done", "total"])
    _record(plan, "move.started", actor, now)
    app.configure_task("relocation.move", allow_unknown=False).defer(
        plan_id=str(plan.id), environment_id=str(plan.from_environment_id)
    )


def _void(plan: MovePlan, now: datetime) -> None:
    Consent.objects.filter(plan=plan, withdrawn_at=None).update(withdrawn_at=now)


def _end(plan: MovePlan, state: str, event: str, actor: Actor, now: datetime) -> None:
    plan.become(state)
    plan.save(update_fields=["state"])
    _void(plan, now)
    _record(plan, event, actor, now)


def _record(
    plan: MovePlan, name: str, actor: Actor, now: datetime, detail: Mapping[str, str] | None = None
) -> None:
    """On the chains of both sides, as far as the other one is known and shown."""
    for chain in filter(None, (plan.from_environment_id, plan.to_environment_id)):
        record(name, actor=actor, chain_id=chain, subject_id=plan.id, at=now, detail=detail)
