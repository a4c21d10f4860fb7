"""kill -9 of the worker in the middle of a deletion: nothing half, done in the end (rules 6.5, 7.5)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest

from omloop.intake.models import Document
from omloop.invoices.models import Invoice
from omloop.organisations.members import system_scope
from omloop.relocation.ending.tasks import see_to_due
from omloop.retention.models import Destroyed
from tests.relocation.farewell import Farewell
from tests.relocation.test_kill9 import kill_while_it_waits_for
from tests.world import World

OLD = datetime(2018, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize("table", ["circulation_decision", "intake_document", "audit_event"])
def test_a_killed_worker_leaves_no_document_half_deleted(
    world: World, run_jobs: Callable[[], None], owner: Callable[[], psycopg.Connection], table: str
) -> None:
    farewell = Farewell(world, run_jobs)
    for number in (1, 2, 3):
        farewell.decided(number, OLD)
    farewell.date_back(date(2018, 2, 1))
    farewell.close()
    agreed = farewell.agree_to_delete()
    run_jobs()
    assert agreed.due_at
    see_to_due(agreed.due_at + timedelta(minutes=1))
    kill_while_it_waits_for(table, owner)
    with system_scope("test", world.zwaluw.id):
        left, noted = Document.objects.count(), Destroyed.objects.count()
        assert (left, noted) in {(3, 0), (0, 3)}
        assert Invoice.objects.count() == left
    with owner() as above:
        above.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    run_jobs()
    done = farewell.ending(agreed)
    assert (done.state, done.done) == ("done", 3)
    with system_scope("test", world.zwaluw.id):
        assert Document.objects.count() == 0
        assert Destroyed.objects.filter(file_gone_at=None).count() == 0
