"""Making environments and giving people a place in them."""

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
    environment_id = uuid7()
    with tenant_scope(actor.person_id, [], [environment_id]):
        return establish(environment_id, name=name, administrator_id=administrator_id, actor=actor, now=now)


def establish(
    environment_id: UUID, *, name: str, administrator_id: UUID, actor: Actor, now: datetime
) -> Environment:
    """The same inside a scope that shows this id already."""
    environment = Environment(id=environment_id, name=name, created_at=now)
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
    """Give a person his place in an environment, ending the one he had; inside a scope that shows it."""
    held = EnvironmentRole.objects.filter(environment_id=environment_id, person_id=person_id)
    held.end(now)
    given: EnvironmentRole = EnvironmentRole.objects.create(
        environment_id=environment_id,
        person_id=person_id,
        role=role,
        adds_organisations=adds_organisations,
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
