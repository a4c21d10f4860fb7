"""How far somebody reaches in the matrix: which organisations he sees there, and which he can change."""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from omloop.environments.models import Environment
from omloop.organisations.members import Member, NotAdministrator
from omloop.organisations.models import Organisation, RightsChange
from omloop.organisations.rights import Right
from omloop.organisations.structure import show_structure_of


class EnvironmentUnknown(LookupError):
    """No such environment, or nobody of it looks."""


@dataclass(frozen=True)
class Reach:
    """An environment as one person may arrange it. The environment's administrator sees all organisations;
    each can be changed only by who manages its members (rules 1.3)."""

    actor: Member
    environment: Environment
    organisations: tuple[Organisation, ...]

    @property
    def administers(self) -> bool:
        """Whether he administers the environment: then roles are his to give."""
        return self.environment.id in self.actor.environments

    @cached_property
    def _by_id(self) -> dict[UUID, Organisation]:
        return {each.id: each for each in self.organisations}

    def knows(self, organisation_id: UUID | None) -> bool:
        """Whether he sees who may do what there; None is the environment itself."""
        return organisation_id is None or organisation_id in self._by_id

    def organisation(self, organisation_id: UUID) -> Organisation:
        """The organisation of this id; KeyError when he does not see it."""
        return self._by_id[organisation_id]

    def is_editable(self, organisation_id: UUID | None) -> bool:
        """Whether he may change who may do what there; None is the environment itself."""
        if organisation_id is None:
            return self.administers
        return self.knows(organisation_id) and self.actor.can(Right.MANAGE_MEMBERS, organisation_id)

    def is_own(self, change: RightsChange) -> bool:
        """Whether a change is about himself, where that needs another administrator (rules 1.11)."""
        if change.person_id != self.actor.person_id:
            return False
        if change.organisation_id is None:
            return True
        return bool(self.organisation(change.organisation_id).checks_segregation)


def reach_of(actor: Member, environment_id: UUID) -> Reach:
    """How far he reaches there. Raises EnvironmentUnknown; NotAdministrator for who only belongs there."""
    manages = actor.where(Right.MANAGE_MEMBERS)
    if environment_id not in actor.belongs_to:
        raise EnvironmentUnknown(str(environment_id))
    rows = Organisation.objects.filter(environment_id=environment_id)
    if environment_id in actor.environments:
        show_structure_of(environment_id, actor)
    else:
        rows = rows.filter(id__in=manages)
    organisations = tuple(rows.order_by("name", "id"))
    if environment_id not in actor.environments and not organisations:
        raise NotAdministrator(environment_id)
    return Reach(actor, Environment.objects.get(id=environment_id), organisations)
