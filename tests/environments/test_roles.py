"""Roles in an environment (rules 1.3, 1.5, 1.11): given by others, and one administrator always stays."""

import threading
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.utils import timezone

from omloop.audit.actors import OPERATOR, Actor
from omloop.environments.models import EnvironmentDomain, EnvironmentRole
from omloop.environments.refusals import (
    DomainNotProven,
    DomainTaken,
    LastAdministrator,
    NoPlace,
    NotAdministrator,
    OwnRole,
)
from omloop.environments.services import add_domain, change_role, end_role, give_role, remove_domain
from omloop.organisations.members import member_scope
from omloop.people.models import Person
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope
from tests.world import BEGINNING, World

BASIC, ADMINISTRATOR = EnvironmentRole.Role.BASIC, EnvironmentRole.Role.ADMINISTRATOR


def by(person: Person) -> Actor:
    return Actor(kind="person", person_id=person.id)


def promote(world: World, person: Person) -> None:
    with tenant_scope(None, [], [world.noordgroep_id]):
        give_role(
            environment_id=world.noordgroep_id,
            person_id=person.id,
            role=ADMINISTRATOR,
            actor=OPERATOR,
            now=BEGINNING,
        )


def make(world: World, person: Person, role: str, actor: Actor, *, adds: bool = False) -> None:
    with tenant_scope(actor.person_id, [], [world.noordgroep_id]):
        change_role(
            environment_id=world.noordgroep_id,
            person_id=person.id,
            role=role,
            adds_organisations=adds,
            actor=actor,
            now=timezone.now(),
        )


def end(world: World, person: Person, actor: Actor) -> None:
    with tenant_scope(actor.person_id, [], [world.noordgroep_id]):
        end_role(environment_id=world.noordgroep_id, person_id=person.id, actor=actor, now=timezone.now())


def environments(person: Person) -> tuple[frozenset[UUID], frozenset[UUID], frozenset[UUID]]:
    with member_scope(person, now=timezone.now()) as member:
        return member.environments, member.belongs_to, member.adds_to


def test_an_administrator_makes_another_one_and_the_role_before_stays_known(world: World) -> None:
    make(world, world.anna, ADMINISTRATOR, by(world.marit), adds=True)
    here = frozenset({world.noordgroep_id})
    assert environments(world.anna) == (here, here, here)
    with tenant_scope(None, [], [world.noordgroep_id]):
        held = EnvironmentRole.objects.filter(person=world.anna)
        assert [role.role for role in held.at(BEGINNING)] == [BASIC]


def test_the_right_to_add_organisations_is_apart_from_the_role(world: World) -> None:
    make(world, world.anna, BASIC, by(world.marit), adds=True)
    assert environments(world.anna) == (
        frozenset(),
        frozenset({world.noordgroep_id}),
        frozenset({world.noordgroep_id}),
    )


def test_nobody_changes_his_own_role_and_only_administrators_change_any(world: World) -> None:
    with pytest.raises(OwnRole):
        make(world, world.marit, BASIC, by(world.marit))
    with pytest.raises(NotAdministrator):
        make(world, world.bram, ADMINISTRATOR, by(world.anna))
    with pytest.raises(NotAdministrator):
        end(world, world.bram, by(world.anna))
    with pytest.raises(NoPlace):
        make(world, world.otto, ADMINISTRATOR, by(world.marit))


def test_the_last_administrator_cannot_leave_and_the_others_can(world: World) -> None:
    with pytest.raises(LastAdministrator):
        end(world, world.marit, by(world.marit))
    end(world, world.anna, by(world.anna))
    assert environments(world.anna)[1] == frozenset()
    promote(world, world.bram)
    end(world, world.marit, by(world.marit))
    assert environments(world.marit)[1] == frozenset()
    assert environments(world.bram)[0] == {world.noordgroep_id}


def test_an_administrator_who_cannot_sign_in_does_not_count(world: World) -> None:
    promote(world, world.bram)
    Person.objects.filter(id=world.bram.id).update(is_active=False)
    with pytest.raises(LastAdministrator):
        end(world, world.marit, by(world.marit))
    end(world, world.bram, by(world.marit))


def test_basic_people_leave_also_where_nobody_administers(world: World) -> None:
    with tenant_scope(world.otto.id, [], [world.elsewhere_id]):
        end_role(
            environment_id=world.elsewhere_id,
            person_id=world.otto.id,
            actor=by(world.otto),
            now=timezone.now(),
        )
    assert environments(world.otto)[1] == frozenset()


@pytest.mark.parametrize("how", ["demoted", "ended"])
def test_two_administrators_who_turn_on_each_other_at_once_leave_one(world: World, how: str) -> None:
    promote(world, world.sanne)
    start, ended = threading.Barrier(2), []

    def turn_on(other: Person, actor: Person) -> None:
        start.wait()
        try:
            if how == "demoted":
                make(world, other, BASIC, by(actor))
            else:
                end(world, other, by(actor))
            ended.append("done")
        except NotAdministrator:
            ended.append("refused")
        finally:
            connections.close_all()

    pairs = ((world.sanne, world.marit), (world.marit, world.sanne))
    threads = [threading.Thread(target=turn_on, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["done", "refused"]
    held = [environments(person)[0] for person in (world.sanne, world.marit)]
    assert sorted(map(len, held)) == [0, 1]


def test_two_last_administrators_who_leave_at_once_leave_one(world: World) -> None:
    promote(world, world.sanne)
    start, ended = threading.Barrier(2), []

    def leave(person: Person) -> None:
        start.wait()
        try:
            end(world, person, by(person))
            ended.append("left")
        except LastAdministrator:
            ended.append("stays")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=leave, args=(person,)) for person in (world.sanne, world.marit)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["left", "stays"]


def hold(world: World, environment_id: UUID, person: Person, domain: str, proven: list[str]) -> None:
    with tenant_scope(person.id, [], [environment_id]):
        add_domain(
            environment_id=environment_id,
            domain=domain,
            proven=proven,
            person_id=person.id,
            actor=by(person),
            now=timezone.now(),
        )


def test_a_domain_belongs_to_one_environment_at_a_time(world: World) -> None:
    with tenant_scope(None, [], [world.elsewhere_id]):
        give_role(
            environment_id=world.elsewhere_id,
            person_id=world.otto.id,
            role=ADMINISTRATOR,
            actor=OPERATOR,
            now=BEGINNING,
        )
    there: Any = ("noord.example", ["noord.example"])
    hold(world, world.noordgroep_id, world.marit, *there)
    hold(world, world.noordgroep_id, world.marit, "tweede.example", ["tweede.example"])
    with pytest.raises(DomainTaken):
        hold(world, world.elsewhere_id, world.otto, *there)
    assert directory.environments_of("domain", "noord.example") == [world.noordgroep_id]
    with tenant_scope(world.marit.id, [], [world.noordgroep_id]):
        found = EnvironmentDomain.objects.get(domain="noord.example")
        remove_domain(
            environment_id=world.noordgroep_id,
            domain_id=found.id,
            actor=by(world.marit),
            now=timezone.now(),
        )
    hold(world, world.elsewhere_id, world.otto, *there)
    assert directory.environments_of("domain", "noord.example") == [world.elsewhere_id]
    assert directory.environments_of("domain", "tweede.example") == [world.noordgroep_id]


def test_a_domain_is_added_by_who_has_a_verified_address_in_it_and_never_a_shared_one(world: World) -> None:
    with pytest.raises(DomainNotProven):
        hold(world, world.noordgroep_id, world.marit, "vreemd.example", ["noord.example"])
    with pytest.raises(DomainNotProven):
        hold(world, world.noordgroep_id, world.marit, "ziggo.nl", ["ziggo.nl"])
    with pytest.raises(NotAdministrator):
        hold(world, world.noordgroep_id, world.anna, "noord.example", ["noord.example"])
