"""Drawing up a plan: of a move, and of a move back (rules 6.2, 6.3)."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.relocation.moves.agreeing import record_on_both
from omloop.relocation.moves.plans import MovePlan, Mover, Passenger
from omloop.relocation.moves.refusals import (
    NoOtherSide,
    NotHere,
    NothingToMove,
    NotYourSide,
    TooLateToUndo,
    UndoUnderWay,
)
from omloop.relocation.moves.situation import GOES, Situation

UNDER_WAY = (MovePlan.State.DRAFT, MovePlan.State.ASKED, MovePlan.State.RUNNING, MovePlan.State.STOPPED)
Choice = Passenger.Choice


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
    record_on_both(plan, "move.planned", actor, now)
    return plan


def _suggest(situation: Situation, person: UUID) -> str:
    """A first choice, to be looked at: who has work only here comes along; who left by a move returns."""
    undone = situation.plan.undoes
    if any(person in people for people in situation.returning.values()):
        return Choice.RETURNS
    if undone is not None:
        here_before = Passenger.objects.filter(plan=undone, person_id=person).exclude(choice__in=GOES)
        if not here_before.exists():
            return Choice.LEAVES
        stays = person in situation.administrators or person in situation.elsewhere
        return Choice.BOTH if stays else Choice.ALONG
    has_more = person in situation.administrators or person in situation.elsewhere
    return Choice.LEAVES if has_more else Choice.ALONG
