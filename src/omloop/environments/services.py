"""Making environments and giving people a place in them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from omloop.audit.actors import Actor
from omloop.audit.services import record
from omloop.environments.models import Environment, EnvironmentRole
from omloop.kernel.ids import uuid7
from omloop.tenancy import directory
from omloop.tenancy.history import since
from omloop.tenancy.scope import tenant_scope


def create_environment(*, name: str, administrator_id: UUID, actor: Actor, now: datetime) -> Environment:
    """Make an environment with its first administrator (rules 1.2); opens its own scope."""
    environment = Environment(id=uuid7(), name=name, created_at=now)
    with tenant_scope(actor.person_id, [], [environment.id]):
        environment.save(force_insert=True)
        directory.enter("chain", environment.id, environment_id=environment.id)
        record("environment.created", actor=actor, chain_id=environment.id, subject_id=environment.id, at=now)
        give_role(
            environment_id=environment.id,
            person_id=administrator_id,
            role=EnvironmentRole.Role.ADMINISTRATOR,
            adds_organisations=True,
            actor=actor,
            now=now,
        )
    return environment


def give_role(
    *,
    environment_id: UUID,
    person_id: UUID,
    role: str = EnvironmentRole.Role.BASIC,
    adds_organisations: bool = False,
    actor: Actor,
    now: datetime,
) -> EnvironmentRole:
    """Give a person his place in an environment, ending the one he had; inside a scope that shows it.

    Who was deactivated there stays so.
    """
    held = EnvironmentRole.objects.filter(environment_id=environment_id, person_id=person_id)
    is_active = not held.at(now).filter(is_active=False).exists()
    held.end(now)
    given: EnvironmentRole = EnvironmentRole.objects.create(
        environment_id=environment_id,
        person_id=person_id,
        role=role,
        adds_organisations=adds_organisations,
        is_active=is_active,
        valid=since(now),
    )
    directory.enter("person", person_id, environment_id=environment_id)
    record(
        "environment.role_given",
        actor=actor,
        chain_id=environment_id,
        subject_id=person_id,
        at=now,
        detail={"role": role, "adds_organisations": adds_organisations},
    )
    return given


def lock_roles(environment_id: UUID) -> None:
    """Wait until nobody else changes roles in this environment, and hold that until the commit."""
    Environment.objects.select_for_update(no_key=True).get(id=environment_id)


def administrators_of(environment_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """By environment, who administers it and is active."""
    rows = EnvironmentRole.objects.filter(
        environment_id__in=environment_ids,
        valid__upper_inf=True,
        role=EnvironmentRole.Role.ADMINISTRATOR,
        is_active=True,
        person__is_active=True,
    )
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for environment_id, person_id in rows.values_list("environment_id", "person_id"):
        found[environment_id].add(person_id)
    return found


def switch_role(*, environment_id: UUID, person_id: UUID, is_active: bool, now: datetime) -> bool:
    """Deactivate a person's place or make it active again; False when it stood so, or he has none."""
    rows = EnvironmentRole.objects.filter(environment_id=environment_id, person_id=person_id)
    held = rows.filter(valid__upper_inf=True).exclude(is_active=is_active).first()
    if held is None:
        return False
    rows.end(now)
    EnvironmentRole.objects.create(
        environment_id=environment_id,
        person_id=person_id,
        role=held.role,
        adds_organisations=held.adds_organisations,
        is_active=is_active,
        valid=since(now),
    )
    return True
