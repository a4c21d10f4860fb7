"""kill -9 of the worker at every stage of a move: nothing is half done, and the job goes on (rules 7.5)."""

import os
import subprocess
import sys
import time
from collections.abc import Callable

import psycopg
import pytest

from omloop.circulation.models import Assignment
from omloop.organisations.members import system_scope
from omloop.organisations.models import Organisation
from omloop.relocation.moves.plans import MovePlan
from omloop.tenancy.scope import tenant_scope
from tests.circulation.company import Company
from tests.relocation.removal import Removal

Owner = Callable[[], psycopg.Connection]
STAGES = {
    "while it counts": "audit_signature",
    "before it holds the organisation": "organisations_organisation",
    "while tasks are handed over": "circulation_assignment",
    "while memberships end": "organisations_approvallimit",
    "while places are given": "environments_environmentrole",
    "while it notes who lost sight": "tenancy_directory",
}
"""A table on which the worker is made to wait, and what it is doing then."""
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = %s::regclass"


@pytest.mark.parametrize("table", STAGES.values(), ids=STAGES.keys())
def test_a_killed_worker_leaves_nothing_half_and_the_move_is_done_in_the_end(
    removal: Removal, owner: Owner, table: str
) -> None:
    world, company = removal.world, Company(removal.world, removal.world.zwaluw)
    company.rule(("check", world.bram), ("approve", world.anna))
    removal.arrive(1)
    removal.propose()
    removal.choose(successors={world.bram: removal.yusuf, world.anna: removal.yusuf})
    removal.agree()
    kill_while_it_waits_for(table, owner)
    plan = removal.plan()
    assert (plan.state, plan.executed_at, plan.to_environment_id) == (MovePlan.State.RUNNING, None, None)
    assert holders(removal) == {world.bram.id}
    with tenant_scope(None, [world.zwaluw.id]):
        assert Organisation.objects.get(id=world.zwaluw.id).environment_id == world.noordgroep_id
    with owner() as above:
        above.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    removal.run_jobs()
    plan = removal.plan()
    assert plan.state == MovePlan.State.DONE, plan.stopped_because
    assert removal.movers()[0].differences == []
    assert holders(removal) == {removal.yusuf.id}


def kill_while_it_waits_for(table: str, owner: Owner) -> None:
    """Lock the table against writers, start a worker, and kill it once it stands before the lock."""
    with owner() as above, above.transaction():
        above.execute(f"LOCK TABLE {table} IN SHARE MODE".encode())
        worker = subprocess.Popen([sys.executable, "-m", "omloop", "worker", "--once"], env=os.environ)
        deadline = time.monotonic() + 60
        while above.execute(WAITING, [table]).fetchall() == [(0,)]:
            assert time.monotonic() < deadline, "the worker never came so far"
            assert worker.poll() is None, "the worker has ended"
            time.sleep(0.01)
        worker.kill()
        worker.wait()
    until_nobody_is_left(owner)


def until_nobody_is_left(owner: Owner) -> None:
    """The server notices that the worker is gone."""
    with owner() as above:
        query = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND usename = 'omloop_web' AND state <> 'idle'"
        )
        for _ in range(500):
            if above.execute(query).fetchall() == [(0,)]:
                return
            time.sleep(0.02)
    raise AssertionError("the killed worker's transaction is still open")


def holders(removal: Removal) -> set[object]:
    with system_scope("test", removal.world.zwaluw.id):
        return set(Assignment.objects.filter(ended_at=None).values_list("holder_id", flat=True))
