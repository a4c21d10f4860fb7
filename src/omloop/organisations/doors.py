"""What a session may see by the door that it came through (rules 1.9).

Opened by the provider of an environment it sees that one only; opened otherwise it does not see those that
demand their provider. A connection key is no session: an administrator made it for a machine, which no
provider can ask who it is, and he can revoke it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q

from omloop.environments.models import Identity
from omloop.environments.providers import DEMANDS
from omloop.organisations.models import Organisation
from omloop.people.adapters import OPENED_BY
from omloop.people.models import Person
from omloop.tenancy.models import TenancyDirectory
from omloop.tenancy.scope import current_scope, narrow_scope


class SessionOver(PermissionError):
    """The provider that opened this session, or the link to it, is not there any more."""

    def __init__(self, environment_id: UUID) -> None:
        super().__init__(f"the session that the provider of {environment_id} opened is over")
        self.environment_id = environment_id


@dataclass(frozen=True)
class Door:
    """By what a session was opened: the provider of an environment and an identity there, or else."""

    environment_id: UUID | None = None
    identity_id: UUID | None = None


def door_of(session: Mapping[str, Any]) -> Door:
    """The door of this session."""
    opened_by = session.get(OPENED_BY)
    if not opened_by:
        return Door()
    return Door(UUID(opened_by["environment"]), UUID(opened_by["identity"]))


def go_through(
    door: Door, person: Person, environment_ids: frozenset[UUID], *, now: datetime
) -> frozenset[UUID]:
    """Narrow the scope to what this door leads to; the environments that stay shut. One query, or two.

    `environment_ids` are those of the person himself. Raises SessionOver.
    """
    scope = current_scope()
    if door.environment_id is not None:
        narrow_scope(_inside(door, person, now), environment_ids & {door.environment_id})
        return frozenset()
    shut = _shut(scope.organisation_ids, environment_ids)
    hidden = {organisation_id for inside in shut.values() for organisation_id in inside}
    narrow_scope(scope.organisation_ids - hidden, environment_ids - shut.keys())
    return frozenset(shut)


def behind_a_provider(organisation_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of these organisations whose environment demands its provider."""
    shut = _shut(frozenset(organisation_ids), frozenset())
    return frozenset(place for inside in shut.values() for place in inside)


def _inside(door: Door, person: Person, now: datetime) -> list[UUID]:
    """The person's organisations in the environment whose provider opened the session."""
    inside = Organisation.objects.filter(
        environment_id=door.environment_id, id__in=current_scope().organisation_ids
    )
    held = Identity.objects.at(now).filter(
        id=door.identity_id,
        environment_id=door.environment_id,
        person=person,
        issuer=F("environment__provider__issuer"),
    )
    found = held.values_list(ArraySubquery(inside.values("id")), flat=True).first()
    if found is None:
        raise SessionOver(door.environment_id or UUID(int=0))
    return list(found)


def _shut(organisation_ids: frozenset[UUID], environment_ids: frozenset[UUID]) -> dict[UUID, list[UUID]]:
    """Which of a person's environments demand their provider, with his organisations in them."""
    mine = Organisation.objects.filter(id__in=organisation_ids)
    demanding = TenancyDirectory.objects.filter(
        Q(environment_id__in=environment_ids) | Q(environment_id__in=mine.values("environment_id")),
        kind=DEMANDS,
    )
    inside = ArraySubquery(mine.filter(environment_id=OuterRef("environment_id")).values("id"))
    return dict(demanding.values_list("environment_id", inside))
