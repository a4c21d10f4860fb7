"""A member: who acts, and what he may do in each of his organisations at this moment."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from omloop.audit.actors import OPERATOR, Actor
from omloop.environments.models import EnvironmentRole
from omloop.environments.refusals import NotAdministrator as NotAdministrator
from omloop.organisations.activity import acts
from omloop.organisations.doors import Door, go_through
from omloop.organisations.models import GroupMember
from omloop.organisations.rights import Right
from omloop.people.models import Person
from omloop.tenancy import directory
from omloop.tenancy.models import TenancyStandstill
from omloop.tenancy.scope import current_scope, limit_sight, narrow_scope, show_confidential, tenant_scope

WHILE_LEAVING = frozenset({Right.VIEW_OWN, Right.VIEW_ALL, Right.VIEW_CONFIDENTIAL, Right.EXPORT, Right.ADD})
"""The rights that are left in an organisation that is leaving for another installation (rules 6.4)."""
WHEN_CLOSED = WHILE_LEAVING | {Right.MANAGE_MEMBERS, Right.MOVE}
"""And in one that is closed: people can still be let in to read, and it can move along (rules 6.7)."""
LEFT: dict[str, frozenset[str]] = {
    TenancyStandstill.Reason.LEAVING: frozenset(WHILE_LEAVING),
    TenancyStandstill.Reason.CLOSED: frozenset(WHEN_CLOSED),
}


class RightMissing(PermissionError):
    """The person may see the organisation, and may not do this there."""

    def __init__(self, right: str, organisation_id: UUID) -> None:
        super().__init__(f"the right '{right}' is missing in organisation {organisation_id}")
        self.right, self.organisation_id = right, organisation_id


@dataclass(frozen=True, kw_only=True)
class Member(Actor):
    """An actor with his rights and groups, organisation by organisation, and his places in environments.

    `environments` are those that he administers, `belongs_to` those in which he has any place, `adds_to`
    those to which he may add organisations; none of them implies a right in an organisation (rules 1.3).
    `sees_until` is where he sees documents only that were imported up to a day (rules 6.6).
    `identity_id` is by what a provider opened his session, `shut` are environments that demand theirs.
    """

    rights: dict[UUID, frozenset[str]] = field(default_factory=dict)
    groups: dict[UUID, frozenset[UUID]] = field(default_factory=dict)
    sees_until: dict[UUID, date] = field(default_factory=dict)
    environments: frozenset[UUID] = frozenset()
    belongs_to: frozenset[UUID] = frozenset()
    adds_to: frozenset[UUID] = frozenset()
    identity_id: UUID | None = None
    shut: frozenset[UUID] = frozenset()

    def can(self, right: str, organisation_id: UUID) -> bool:
        """Whether he holds the right there."""
        return right in self.rights.get(organisation_id, frozenset())

    def demand(self, right: str, organisation_id: UUID) -> None:
        """Raise RightMissing unless he holds the right there."""
        if not self.can(right, organisation_id):
            raise RightMissing(right, organisation_id)

    def demand_administrator(self, environment_id: UUID) -> None:
        """Raise NotAdministrator unless he administers this environment."""
        if environment_id not in self.environments:
            raise NotAdministrator(environment_id)

    def where(self, right: str) -> frozenset[UUID]:
        """The organisations where he holds the right."""
        return frozenset(place for place, rights in self.rights.items() if right in rights)

    @property
    def group_ids(self) -> frozenset[UUID]:
        """All groups in which he stands."""
        return frozenset(group for groups in self.groups.values() for group in groups)


@contextmanager
def member_scope(
    person: Person,
    *,
    now: datetime,
    only: UUID | None = None,
    origin: str = "",
    key: str = "",
    door: Door | None = None,
) -> Iterator[Member]:
    """Open the scope of a person and read what he may do; of one organisation only for a connection key.

    A session comes by a door, which may show less (rules 1.9); raises SessionOver when that door is gone.
    """
    organisation_ids, environment_ids = directory.places_of("person", person.id)
    if only is not None:
        organisation_ids, environment_ids = organisation_ids & {only}, frozenset()
    at_door = {door.environment_id} if door and door.environment_id else set()
    with tenant_scope(person.id, organisation_ids, environment_ids | at_door):
        shut = go_through(door, person, environment_ids, now=now) if door else frozenset()
        identity_id = door.identity_id if door else None
        member = read_member(person, now=now, origin=origin, key=key, identity_id=identity_id, shut=shut)
        narrow_scope(member.groups.keys(), member.belongs_to)
        show_confidential(member.where(Right.VIEW_CONFIDENTIAL))
        yield member


def read_member(person: Person, *, now: datetime, origin: str = "", key: str = "", **session: Any) -> Member:
    """What this person may do now, in two queries; nothing where he is deactivated.

    From here on the scope shows no documents that were imported after the last day that is his (rules 6.6).
    """
    rights: dict[UUID, set[str]] = defaultdict(set)
    groups: dict[UUID, set[UUID]] = defaultdict(set)
    days: dict[UUID, set[date | None]] = defaultdict(set)
    still = current_scope().standing_still
    for organisation_id, group_id, until, right in _held(person, now):
        groups[organisation_id].add(group_id)
        days[organisation_id].add(until)
        if right:
            rights[organisation_id].add(right)
    sees_until = {place: _last(held) for place, held in days.items() if None not in held}
    limit_sight(sees_until)
    return Member(
        kind="key" if key else "person",
        label=key,
        person_id=person.id,
        origin=origin,
        rights={place: _while_still(frozenset(held), still.get(place)) for place, held in rights.items()},
        groups={place: frozenset(held) for place, held in groups.items()},
        sees_until=sees_until,
        **(session | _places(person, now)),
    )


def _while_still(rights: frozenset[str], reason: str | None) -> frozenset[str]:
    """What is left of rights where nothing may change: see, export, and bring what is handed on (6.4)."""
    if reason is None:
        return rights
    return rights & LEFT.get(reason, frozenset())


def _last(days: Iterable[date | None]) -> date:
    """The farthest that any of his groups lets him see."""
    return max(filter(None, days))


def _held(person: Person, now: datetime) -> Iterator[tuple[UUID, UUID, date | None, str]]:
    rows = GroupMember.objects.at(now).filter(acts(), person=person, group__rights__valid__contains=now)
    yield from rows.values_list("organisation_id", "group_id", "imported_until", "group__rights__right")


def _places(person: Person, now: datetime) -> dict[str, frozenset[UUID]]:
    roles = EnvironmentRole.objects.at(now).filter(person=person, is_active=True)
    held = list(roles) if person.is_active else []
    return {
        "environments": frozenset(r.environment_id for r in held if r.role == r.Role.ADMINISTRATOR),
        "belongs_to": frozenset(role.environment_id for role in held),
        "adds_to": frozenset(role.environment_id for role in held if role.adds_organisations),
    }


def system_member(label: str, organisation_id: UUID) -> Member:
    """A named part of the system, with every right in the one organisation of its job."""
    return Member(
        kind="system",
        label=label,
        rights={organisation_id: frozenset(Right.values)},
    )


def operator_member(organisation_id: UUID) -> Member:
    """The operator at the command line: he may add documents to one organisation and see none (rules 1.3)."""
    return Member(
        kind=OPERATOR.kind, origin=OPERATOR.origin, rights={organisation_id: frozenset({Right.ADD})}
    )


@contextmanager
def chain_scope(label: str, chain_id: UUID) -> Iterator[Member]:
    """The scope of a job that goes on after an event: the organisation or environment of its chain."""
    environment_ids = directory.environments_of("chain", chain_id)
    if not environment_ids:
        with system_scope(label, chain_id) as member:
            yield member
        return
    with tenant_scope(None, [], environment_ids):
        yield Member(kind="system", label=label)


@contextmanager
def system_scope(label: str, organisation_id: UUID) -> Iterator[Member]:
    """The scope of a job or timer: one organisation, confidential documents included."""
    with tenant_scope(None, [organisation_id]):
        show_confidential([organisation_id])
        yield system_member(label, organisation_id)
