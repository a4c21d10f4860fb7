"""Elders and Noordgroep, who may become partners."""

import pytest

from omloop.audit.actors import OPERATOR
from omloop.environments.services import give_role
from omloop.tenancy.scope import tenant_scope
from tests.joining.partners import make_administrator
from tests.joining.people import (
    clear_mails,
    forget_visits,
)
from tests.world import BEGINNING, World, make_person


@pytest.fixture(autouse=True)
def fresh() -> None:
    forget_visits()
    clear_mails()


@pytest.fixture
def elsewhere(world: World) -> World:
    """Otto administers Elders, an accountant's office, where Eva works; Marit administers Noordgroep."""
    make_administrator(world.otto, world.elsewhere_id)
    eva = make_person("Eva Smit")
    with tenant_scope(None, [], [world.elsewhere_id]):
        give_role(environment_id=world.elsewhere_id, person_id=eva.id, actor=OPERATOR, now=BEGINNING)
    return world
