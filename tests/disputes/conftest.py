"""What the tests of disputes start from."""

import pytest

from tests.circulation.company import Company
from tests.world import World


@pytest.fixture
def company(world: World) -> Company:
    return Company(world, world.zwaluw)
