"""What the tests of circulation start from."""

from collections.abc import Callable

import pytest

from omloop.people.models import Person
from tests.circulation.company import Company
from tests.world import World


@pytest.fixture
def company(world: World) -> Company:
    return Company(world, world.zwaluw)


@pytest.fixture
def newcomer(company: Company) -> Callable[[str, str], Person]:
    """Makes one more member: `newcomer("Carla Prins", "approver")`."""

    def make(name: str, group: str) -> Person:
        person = Person.objects.create_user(f"{name.split()[0].lower()}@noordgroep.example", name=name)
        company.grant(person, group)
        return person

    return make
