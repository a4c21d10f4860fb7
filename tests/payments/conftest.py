"""What the tests of payments start from."""

import pytest

from tests.booking.ledger import Ledger
from tests.circulation.company import Company
from tests.payees.desk import Desk
from tests.payments.bank import Bank
from tests.world import World


@pytest.fixture
def bank(world: World) -> Bank:
    return Bank(Desk.of(Ledger.of(Company(world, world.zwaluw))))
