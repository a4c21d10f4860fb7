"""What the tests of retention start from."""

from collections.abc import Callable

import psycopg
import pytest

from tests.retention.keeping import Keeping
from tests.world import World


@pytest.fixture
def keeping(world: World, run_jobs: Callable[[], None], owner: Callable[[], psycopg.Connection]) -> Keeping:
    return Keeping(world, run_jobs, owner)
