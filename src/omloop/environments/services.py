"""Making environments, giving people a place in them, and their mail domains (rules 1.2, 1.5)."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from omloop.audit.actors import Actor
from omloop.audit.services import record
from omloop.environments.mail_domains import is_shared
from omloop.environments.models import Environment, EnvironmentDomain, EnvironmentRole, Partnership
from omloop.environments.refusals import (
    DomainNotProven,
    DomainTaken,
    LastAdministrator,
    NoPlace,
    NotAdministrator,
    OwnRole,
)
from omloop.kernel.ids import uuid7
from omloop.tenancy import directory
from omloop.tenancy.history import since
from omloop.tenancy.scope import tenant_scope

STILL = {"valid__upper_inf": True}


def create_environment(
    *, name: str, administrator_id: UUID, domain: str = "", actor: Actor, now: datetime
) -> Environment:
    """Make an environment with its first administrator (rules 1.2); opens its own scope.

    With a domain, which its administrator has proven, all or nothing: raises DomainTaken.
    """
    environment_id = uuid7()
    with tenant_scope(actor.person_id, [], [environment_id]):
        made = establish(environment_id, name=name, administrator_id=administrator_id, actor=actor, now=now)
        if domain:
            _hold_domain(made.id, domain, administrator_id, actor, now)
    return made


def establish(
    environment_id: UUID, *, name: str, administrator_id: UUID, actor: Actor, now: datetime
) -> Environment:
    """The same inside a scope that shows this id already, without a domain."""
    environment = Environment(id=environment_id, name=name, created_at=now)
    environment.save(force_insert=True)
    directory.enter("chain", environment.id, environment_id=environment.id)
    _record("environment.created", environment.id, environment.id, {}, actor, now)
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

    For who comes in; whoever changes the role of somebody who is there uses `change_role`, which protects
    the last administrator. Who was deactivated there stays so.
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
    _record("environment.role_given", environment_id, person_id, _said(given), actor, now)
    return given


def lock_roles(environment_id: UUID) -> None:
    """Wait until nobody else changes roles in this environment, and hold that until the commit."""
    Environment.objects.select_for_update(no_key=True).get(id=environment_id)


def locked_administrators(environment_id: UUID, actor: Actor | None) -> set[UUID]:
    """Who administers it, with the roles locked until the commit; raises NotAdministrator unless the actor
    does."""
    lock_roles(environment_id)
    people = administrators_of([environment_id])[environment_id]
    if actor is not None and actor.person_id not in people:
        raise NotAdministrator(environment_id)
    return people


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
    rows = EnvironmentRole.objects.filter(environment_id=environment_id, person_id=person_id, **STILL)
    held = rows.exclude(is_active=is_active).first()
    if held is None:
        return False
    _replace(held, now, is_active=is_active)
    return True


def change_role(
    *,
    environment_id: UUID,
    person_id: UUID,
    role: str,
    adds_organisations: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """Make of somebody else's place another one: basic or administrator, may add organisations or not.

    Raises NotAdministrator, OwnRole, NoPlace, LastAdministrator. The administrators' rows are locked and
    asked whether they still hold, so two who demote each other at the same instant leave one.
    """
    if actor.person_id == person_id:
        raise OwnRole(str(person_id))
    administrators = locked_administrators(environment_id, actor)
    held = _place_of(environment_id, person_id)
    if (held.role, held.adds_organisations) == (role, adds_organisations):
        return
    if role != EnvironmentRole.Role.ADMINISTRATOR:
        _keep_one(administrators, held)
    given = _replace(held, now, role=role, adds_organisations=adds_organisations)
    _record("environment.role_changed", environment_id, person_id, _said(given), actor, given.valid.lower)


def end_role(*, environment_id: UUID, person_id: UUID, actor: Actor, now: datetime) -> None:
    """Take away somebody's place in an environment, or leave it oneself; the last administrator stays.

    Memberships of organisations are other rows and stay (rules 1.3). Raises NotAdministrator, NoPlace,
    LastAdministrator.
    """
    is_leaving = actor.person_id == person_id
    administrators = locked_administrators(environment_id, None if is_leaving else actor)
    held = _place_of(environment_id, person_id)
    _keep_one(administrators, held)
    now = _end(held, now)
    directory.leave("person", person_id, environment_id=environment_id)
    name = "environment.left" if is_leaving else "environment.role_ended"
    _record(name, environment_id, person_id, {}, actor, now)


def rename_environment(*, environment_id: UUID, name: str, actor: Actor, now: datetime) -> None:
    """Give an environment another name; raises NotAdministrator."""
    locked_administrators(environment_id, actor)
    Environment.objects.filter(id=environment_id).update(name=name)
    Partnership.objects.filter(asking_id=environment_id).update(asking_name=name)
    Partnership.objects.filter(asked_id=environment_id).update(asked_name=name)
    _record("environment.renamed", environment_id, environment_id, {}, actor, now)


def set_joining(*, environment_id: UUID, joins_by_domain: bool, actor: Actor, now: datetime) -> None:
    """Whether people of a verified domain join at once, or ask (rules 1.2); raises NotAdministrator."""
    locked_administrators(environment_id, actor)
    Environment.objects.filter(id=environment_id).update(joins_by_domain=joins_by_domain)
    detail = {"joins_by_domain": joins_by_domain}
    _record("environment.joining_set", environment_id, environment_id, detail, actor, now)


def add_domain(
    *, environment_id: UUID, domain: str, proven: Iterable[str], person_id: UUID, actor: Actor, now: datetime
) -> None:
    """Add a mail domain of which the administrator has a verified address; `proven` are his domains.

    Raises NotAdministrator, DomainNotProven, DomainTaken.
    """
    locked_administrators(environment_id, actor)
    if domain not in proven or is_shared(domain):
        raise DomainNotProven(domain)
    _hold_domain(environment_id, domain, person_id, actor, now)


def remove_domain(*, environment_id: UUID, domain_id: UUID, actor: Actor, now: datetime) -> None:
    """Give a domain up: who is in stays, who comes later is a stranger. Raises NotAdministrator."""
    locked_administrators(environment_id, actor)
    held = EnvironmentDomain.objects.filter(id=domain_id, environment_id=environment_id, **STILL)
    for found in held.select_for_update():
        held.end(now)
        directory.leave("domain", found.domain, environment_id=environment_id)
        _record("environment.domain_removed", environment_id, found.id, {"domain": found.domain}, actor, now)


def _hold_domain(environment_id: UUID, domain: str, person_id: UUID, actor: Actor, now: datetime) -> None:
    """The database lets one environment have it: of two at the same instant the second waits, then fails."""
    try:
        with transaction.atomic():
            held = EnvironmentDomain.objects.create(
                environment_id=environment_id, domain=domain, added_by_id=person_id, valid=since(now)
            )
    except IntegrityError as taken:
        raise DomainTaken(domain) from taken
    directory.enter("domain", domain, environment_id=environment_id)
    _record("environment.domain_added", environment_id, held.id, {"domain": domain}, actor, now)


def _keep_one(administrators: set[UUID], held: EnvironmentRole) -> None:
    """Somebody else who can sign in must remain, when an administrator goes."""
    if held.role == EnvironmentRole.Role.ADMINISTRATOR and not administrators - {held.person_id}:
        raise LastAdministrator(str(held.environment_id))


def _place_of(environment_id: UUID, person_id: UUID) -> EnvironmentRole:
    held = EnvironmentRole.objects.select_for_update(of=("self",)).filter(
        environment_id=environment_id, person_id=person_id, **STILL
    )
    found: EnvironmentRole | None = held.first()
    if found is None:
        raise NoPlace(str(person_id))
    return found


def _replace(held: EnvironmentRole, now: datetime, **changes: Any) -> EnvironmentRole:
    """End a row and let another one follow it that differs in this."""
    kept = {name: getattr(held, name) for name in ("role", "adds_organisations", "is_active")}
    moment = _end(held, now)
    place = {"environment_id": held.environment_id, "person_id": held.person_id, "valid": since(moment)}
    following: EnvironmentRole = EnvironmentRole.objects.create(**{**place, **kept, **changes})
    return following


def _end(held: EnvironmentRole, now: datetime) -> datetime:
    """End a locked row; when it began after `now`, for this waited meanwhile, then at its beginning."""
    moment: datetime = max(now, held.valid.lower)
    EnvironmentRole.objects.filter(id=held.id).end(moment)
    return moment


def _said(held: EnvironmentRole) -> dict[str, Any]:
    return {"role": held.role, "adds_organisations": held.adds_organisations}


def _record(
    name: str, environment_id: UUID, subject_id: UUID, detail: dict[str, Any], actor: Actor, now: datetime
) -> None:
    record(name, actor=actor, chain_id=environment_id, subject_id=subject_id, at=now, detail=detail)
