"""What the tests of booking start from."""

import pytest

from tests.booking.ledger import Ledger
from tests.circulation.company import Company
from tests.world import World


@pytest.fixture
def ledger(world: World) -> Ledger:
    return Ledger.of(Company(world, world.zwaluw))
