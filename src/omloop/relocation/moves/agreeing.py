"""Choosing what becomes of people, asking, and consenting by both sides (rules 6.2, 6.3)."""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from procrastinate.contrib.django import app

from omloop.audit.actors import Actor
from omloop.audit.services import record
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.people.models import Person
from omloop.relocation.moves.findings import find_conflicts
from omloop.relocation.moves.plans import Consent, MovePlan, Mover, Passenger, Successor
from omloop.relocation.moves.refusals import (
    EnvironmentNotYours,
    NotAsked,
    NotYourSide,
    OpenConflicts,
    OtherVersion,
    PlanIsClosed,
)
from omloop.relocation.moves.situation import Situation

CONSENT_DAYS = 14
"""How long the other side has to answer."""
Side, State, Choice = Consent.Side, MovePlan.State, Passenger.Choice


def choose(
    *,
    plan: MovePlan,
    choices: Mapping[UUID, str],
    successors: Mapping[tuple[UUID, UUID], UUID],
    closing_on: date | None = None,
    read_until: date | None = None,
    actor: Member,
    now: datetime,
) -> None:
    """Say what becomes of people and who takes over: `successors` by organisation and who leaves.

    At a sale also the closing date, and until when who reads on may do so (rules 6.6).
    By the side that is left. A change voids consents that were given. Raises NotAdministrator, PlanIsClosed.
    """
    plan = lock_plan(plan.id)
    actor.demand_administrator(plan.from_environment_id)
    if not plan.is_open:
        raise PlanIsClosed
    before = version_of(plan)
    places = set(Mover.objects.filter(plan=plan).values_list("of_organisation_id", flat=True))
    plan.closing_on, plan.read_until = closing_on, read_until
    plan.save(update_fields=["closing_on", "read_until"])
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
        record_on_both(plan, "move.changed", actor, now)


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
    record_on_both(plan, "move.asked", actor, now)


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
        record_on_both(plan, "move.consented", actor, now, {"side": side, "version": version})
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
        record_on_both(plan, "move.consent_withdrawn", actor, now, {"side": side})


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
    """SHA-256 (hex) of all that is agreed: which organisations, where to, what becomes of whom, and what the
    old side may read on until when."""
    movers = Mover.objects.filter(plan=plan).order_by("of_organisation_id")
    passengers = Passenger.objects.filter(plan=plan).order_by("person_id")
    rows = Successor.objects.filter(plan=plan).order_by("of_organisation_id", "person_id")
    agreed = [
        [str(plan.from_environment_id), plan.to_email, plan.to_name, str(plan.undoes_id or "")],
        [str(plan.closing_on or ""), str(plan.read_until or "")],
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
    record_on_both(plan, "move.started", actor, now)
    app.configure_task("relocation.move", allow_unknown=False).defer(
        plan_id=str(plan.id), environment_id=str(plan.from_environment_id)
    )


def _void(plan: MovePlan, now: datetime) -> None:
    Consent.objects.filter(plan=plan, withdrawn_at=None).update(withdrawn_at=now)


def _end(plan: MovePlan, state: str, event: str, actor: Actor, now: datetime) -> None:
    plan.become(state)
    plan.save(update_fields=["state"])
    _void(plan, now)
    record_on_both(plan, event, actor, now)


def record_on_both(
    plan: MovePlan, name: str, actor: Actor, now: datetime, detail: Mapping[str, str] | None = None
) -> None:
    """On the chains of both sides, as far as the other one is known and shown."""
    for chain in filter(None, (plan.from_environment_id, plan.to_environment_id)):
        record(name, actor=actor, chain_id=chain, subject_id=plan.id, at=now, detail=detail)
