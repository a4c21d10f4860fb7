"""What the tests of transfers start from."""

import pytest

from tests.circulation.company import Company
from tests.transfers.handing import Handing
from tests.world import World


@pytest.fixture
def handing(world: World) -> Handing:
    return Handing(Company(world, world.zwaluw))
