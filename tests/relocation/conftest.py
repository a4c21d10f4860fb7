"""What the tests of moving start from."""

from collections.abc import Callable

import pytest

from tests.relocation.removal import Removal
from tests.world import World


@pytest.fixture
def removal(world: World, run_jobs: Callable[[], None]) -> Removal:
    return Removal(world, run_jobs)
