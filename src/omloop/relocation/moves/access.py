"""Who gets to see a plan: the administrators of both sides, and whom it names (rules 6.3)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from omloop.organisations.doors import Door
from omloop.organisations.members import Member, NotAdministrator, member_scope
from omloop.organisations.rights import Right
from omloop.people.models import Person
from omloop.relocation.moves.agreeing import sides_of
from omloop.relocation.moves.plans import MovePlan, Mover
from omloop.tenancy.scope import current_scope, show_confidential, tenant_scope


class UnknownPlan(LookupError):
    """No such plan, or not for this person to know of."""


@dataclass(frozen=True)
class Party:
    """A person at a plan: who he is, and for which sides he speaks."""

    member: Member
    plan: MovePlan
    sides: frozenset[str]


@contextmanager
def party_scope(
    person: Person,
    *,
    environment_id: UUID,
    plan_id: UUID,
    now: datetime,
    origin: str = "",
    door: Door | None = None,
) -> Iterator[Party]:
    """Open the person's own scope with the plan's organisations and environments in it as well.

    He sees the plan and who has to do with these organisations, and none of their documents: what shows
    those asks his rights. He speaks for a side only as far as the session's door leads there (rules 1.9).
    Raises UnknownPlan, NotAdministrator for others of the environment, and SessionOver.
    """
    plan, places = _look(environment_id, plan_id)
    with member_scope(person, now=now, origin=origin, door=door) as member:
        own = current_scope()
    sides = _sides(plan, member, person, door)
    if not sides:
        belongs = environment_id in member.belongs_to
        raise NotAdministrator(environment_id) if belongs else UnknownPlan(str(plan_id))
    environments = {*own.environment_ids, plan.from_environment_id}
    environments |= {plan.to_environment_id} if plan.to_environment_id else set()
    with tenant_scope(person.id, {*own.organisation_ids, *places}, environments):
        show_confidential(member.where(Right.VIEW_CONFIDENTIAL))
        yield Party(member, plan, frozenset(sides))


def _sides(plan: MovePlan, member: Member, person: Person, door: Door | None) -> set[str]:
    """Who came in by the provider of an environment speaks for that one, and by his address for no other."""
    of_plan = {plan.from_environment_id, plan.to_environment_id}
    if door is not None and door.environment_id is not None and door.environment_id not in of_plan:
        return set()
    return sides_of(plan, member, person.email)


def _look(environment_id: UUID, plan_id: UUID) -> tuple[MovePlan, list[UUID]]:
    """The plan and its organisations."""
    with tenant_scope(None, [], [environment_id]):
        plan = MovePlan.objects.filter(id=plan_id).first()
        if plan is None:
            raise UnknownPlan(str(plan_id))
        movers = Mover.objects.filter(plan=plan)
        return plan, list(movers.values_list("of_organisation_id", flat=True))
