"""Who writes for an organisation holds it first (decision 22); every test with a database watches that."""

import threading
from collections.abc import Callable

import psycopg
import pytest
from django.db import ProgrammingError, connection
from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.audit.services import record
from omloop.organisations.holding import hold, hold_alone
from omloop.organisations.models import Group
from omloop.organisations.rights import DefaultGroup
from omloop.organisations.segregation import is_segregated, switch_segregation
from omloop.organisations.services import grant
from omloop.people.models import Person
from omloop.tenancy.scope import tenant_scope
from tests.holds import watched
from tests.world import BEGINNING, World, make_person

FORGOTTEN = "nobody called hold"


def test_a_write_without_holding_is_refused_in_tests(world: World) -> None:
    for write in (
        lambda: Group.objects.create(organisation=world.zwaluw, name="new"),
        lambda: Group.objects.filter(default=DefaultGroup.READER).update(name="other"),
        lambda: record("test.happened", actor=OPERATOR, chain_id=world.zwaluw.id, at=BEGINNING),
    ):
        with pytest.raises(ProgrammingError, match=FORGOTTEN), tenant_scope(None, [world.zwaluw.id]):
            write()


def test_holding_another_organisation_does_not_help(world: World) -> None:
    with (
        pytest.raises(ProgrammingError, match=f"group is written.*{world.zwaluw.id}"),
        tenant_scope(None, [world.zwaluw.id, world.beheer.id]),
    ):
        hold(world.beheer.id)
        Group.objects.create(organisation=world.zwaluw, name="new")


def test_what_somebody_else_holds_does_not_help(world: World) -> None:
    with tenant_scope(None, [world.zwaluw.id]):
        hold(world.zwaluw.id)
        seen: list[str] = []

        def write() -> None:
            try:
                with tenant_scope(None, [world.zwaluw.id]):
                    Group.objects.create(organisation=world.zwaluw, name="new")
            except ProgrammingError as error:
                seen.append(str(error))
            connection.close()

        other = threading.Thread(target=write)
        other.start()
        other.join()
    assert len(seen) == 1
    assert FORGOTTEN in seen[0]


def test_several_may_hold_an_organisation_and_write(world: World) -> None:
    together, failed = threading.Barrier(3, timeout=20), []

    def write(name: str) -> None:
        try:
            with tenant_scope(None, [world.zwaluw.id]):
                hold(world.zwaluw.id)
                together.wait()
                Group.objects.create(organisation=world.zwaluw, name=name)
                together.wait()
        except Exception as error:
            failed.append(error)
        connection.close()

    writers = [threading.Thread(target=write, args=[name]) for name in ("one", "two", "three")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failed == []


def test_every_table_of_organisations_is_watched(
    world: World, owner: Callable[[], psycopg.Connection]
) -> None:
    with owner() as database:
        rows = database.execute(
            "SELECT tgrelid::regclass::text, count(*) FROM pg_trigger "
            "WHERE tgname LIKE 'held_at_%' GROUP BY 1"
        ).fetchall()
    assert dict(rows) == {table.name: 3 for table in watched()}


def test_two_who_switch_segregation_on_at_once_do_not_wait_for_each_other(world: World) -> None:
    """Each names a second administrator, which writes the organisation's own row (rules 1.11)."""
    with tenant_scope(None, [world.zwaluw.id]):
        hold_alone([world.zwaluw.id])
        switch_segregation(world.zwaluw.id, is_on=False, actor=OPERATOR, now=BEGINNING)
    start, failed = threading.Barrier(4, timeout=20), []

    def name(person: Person) -> None:
        try:
            start.wait()
            with tenant_scope(None, [world.zwaluw.id]):
                grant(
                    organisation_id=world.zwaluw.id,
                    person_id=person.id,
                    group=DefaultGroup.ADMINISTRATOR,
                    actor=OPERATOR,
                    now=timezone.now(),
                )
        except Exception as error:
            failed.append(error)
        connection.close()

    people = [make_person(f"Nieuw{n} Beheerder") for n in range(4)]
    namers = [threading.Thread(target=name, args=[person]) for person in people]
    for namer in namers:
        namer.start()
    for namer in namers:
        namer.join()
    assert failed == []
    with tenant_scope(None, [world.zwaluw.id]):
        assert is_segregated(world.zwaluw.id)
