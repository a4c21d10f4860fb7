"""Who gets to see a plan: the administrators of both sides, and whom it names (rules 6.3)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from omloop.environments.models import EnvironmentRole
from omloop.organisations.members import Member, NotAdministrator, read_member
from omloop.organisations.rights import Right
from omloop.people.models import Person
from omloop.relocation.agreeing import sides_of
from omloop.relocation.plans import MovePlan, Mover
from omloop.tenancy import directory
from omloop.tenancy.scope import show_confidential, tenant_scope


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
    person: Person, *, environment_id: UUID, plan_id: UUID, now: datetime, origin: str = ""
) -> Iterator[Party]:
    """Open the person's own scope with the plan's organisations and environments in it as well.

    He sees the plan and who has to do with these organisations, and none of their documents: what shows
    those asks his rights. Raises UnknownPlan, and NotAdministrator for others of the environment.
    """
    plan, places, belongs = _look(person, environment_id, plan_id, now)
    own = directory.organisations_of("person", person.id)
    environments = {*directory.environments_of("person", person.id), plan.from_environment_id}
    environments |= {plan.to_environment_id} if plan.to_environment_id else set()
    with tenant_scope(person.id, {*own, *places}, environments):
        member = read_member(person, now=now, origin=origin)
        sides = sides_of(plan, member, person.email)
        if not sides:
            raise NotAdministrator(environment_id) if belongs else UnknownPlan(str(plan_id))
        show_confidential(member.where(Right.VIEW_CONFIDENTIAL))
        yield Party(member, plan, frozenset(sides))


def _look(
    person: Person, environment_id: UUID, plan_id: UUID, now: datetime
) -> tuple[MovePlan, list[UUID], bool]:
    """The plan, its organisations, and whether the person has a place in the environment he comes from."""
    with tenant_scope(None, [], [environment_id]):
        plan = MovePlan.objects.filter(id=plan_id).first()
        if plan is None:
            raise UnknownPlan(str(plan_id))
        movers = Mover.objects.filter(plan=plan).values_list("of_organisation_id", flat=True)
        roles = EnvironmentRole.objects.at(now).filter(environment_id=environment_id, person=person)
        return plan, list(movers), roles.exists()
