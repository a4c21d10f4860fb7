"""A source with Zwaluw at work and an empty target, as two installations."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from omloop.audit.actors import OPERATOR
from omloop.circulation.deciding.gate import decide
from omloop.circulation.models import Assignment
from omloop.environments.services import create_environment
from omloop.flow.command_line import take_in
from omloop.organisations.members import member_scope
from omloop.people.services import add_person
from omloop.relocation.between.agreement import agree_to_leave
from tests.conftest import Databases
from tests.relocation.installations import Installation, Journey
from tests.strangers.victim import CANARY, NOW, arguments, file, make_victim
from tests.world import BEGINNING, World


@pytest.fixture(scope="session")
def at_work(
    databases: Databases, world_template: tuple[str, World], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Installation, World]:
    """A source whose administrator agrees that Zwaluw leaves: documents, decisions, an absence, a key."""
    template, world = world_template
    source = Installation(databases, databases.create(template), tmp_path_factory.mktemp("source"))
    with source.here():
        make_victim(world, of_environment="staying")
        approve_one(world)
        take_in(**arguments(world, file(2, CANARY), "second.xml"))
        with member_scope(world.marit, now=NOW) as marit:
            agree_to_leave(world.zwaluw.id, actor=marit, now=NOW)
    return source, world


def approve_one(world: World) -> None:
    """Anna approves what waits for her: a decision with her name."""
    with member_scope(world.anna, now=NOW) as anna:
        waiting = Assignment.objects.filter(holder=world.anna, ended_at=None).first()
        assert waiting
        decide(assignment_id=waiting.id, action="approve", actor=anna, now=NOW)


@pytest.fixture(scope="session")
def empty(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A target with an environment, its administrator Olga, and an account of Anna's own."""
    target = Installation(databases, databases.create(databases.migrated), tmp_path_factory.mktemp("target"))
    with target.here():
        olga = add_person(email="olga@nieuw.example", name="Olga Smit")
        add_person(email="anna@noordgroep.example", name="Anna de Vries-Jansen")
        create_environment(name="Nieuwe groep", administrator_id=olga.id, actor=OPERATOR, now=BEGINNING)
    return target


@pytest.fixture
def journey(at_work: tuple[Installation, World], empty: Installation, tmp_path: Path) -> Iterator[Journey]:
    """Copies of both, for one test."""
    source, world = at_work
    here = Journey(source.copy(tmp_path / "from"), empty.copy(tmp_path / "to"), tmp_path, world)
    yield here
    here.source.drop()
    here.target.drop()
