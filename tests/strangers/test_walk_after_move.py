"""After a move the people of the old environment are strangers to it, by every route (rules 6.2)."""

from collections.abc import Callable

import psycopg
import pytest

from tests.relocation.removal import Choice, Removal
from tests.strangers import test_walk
from tests.strangers.entries import ENTRIES
from tests.strangers.test_walk import WALKERS, walk_all, watch_over
from tests.strangers.victim import Victim, key_for, make_victim
from tests.strangers.walk import routes
from tests.world import World

PLANS = {name for name in ENTRIES if name.endswith("_move") or name in ("moves", "move", "move_manifest")}
PLANS |= {"choose_people", "ask_consent"}
"""Pages of the plan that the old environment's administrator made herself, and where she belongs."""


@pytest.fixture
def moved(world: World, run_jobs: Callable[[], None]) -> Victim:
    """Zwaluw, with a key of Sanne, has gone to an environment of its own; all that it had is the victim."""
    victim, removal = make_victim(world, of_environment="staying"), Removal(world, run_jobs)
    key = key_for(world.sanne, world.zwaluw.id)
    removal.propose()
    removal.choose(sanne=Choice.LEAVES, successors={world.anna: removal.yusuf, world.bram: removal.yusuf})
    assert removal.move().state == "done", removal.plan().stopped_because
    test_walk.KEYS.clear()
    test_walk.KEYS["key of one who stayed behind"] = key
    return victim


def test_nobody_of_the_old_environment_sees_or_changes_anything_by_any_route(
    world: World, moved: Victim, owner: Callable[[], psycopg.Connection]
) -> None:
    """What they may still change is theirs, and none of it speaks of Zwaluw."""
    there = {"who approved there": world.anna, "who did the books there": world.sanne}
    administers = {"who administers the old environment": world.marit}
    plans = [route for route in routes() if route.name in PLANS]
    others = [route for route in routes() if route.name not in PLANS]
    with owner() as above:
        watch = watch_over(moved, above, everywhere=str(world.zwaluw.id))
        for walked, walkers in ((plans, there), (others, there | administers)):
            WALKERS.clear()
            WALKERS.update(walkers)
            assert walk_all(walked, moved, watch) == set()
