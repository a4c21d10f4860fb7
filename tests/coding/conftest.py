"""What the tests of coding start from."""

import pytest

from tests.circulation.company import Company
from tests.coding.books import Books
from tests.world import World


@pytest.fixture
def books(world: World) -> Books:
    return Books.of(Company(world, world.zwaluw))
