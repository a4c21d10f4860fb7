"""The story goes on by itself: once, in the transaction of what it follows, and never into a loop."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from procrastinate.contrib.django import app

import omloop
from omloop.audit.models import AuditEvent
from omloop.audit.services import record
from omloop.circulation.models import Assignment
from omloop.flow.story import STORY
from omloop.intake.models import Channel, Document
from omloop.intake.services import Accepted, accept, read_again
from omloop.invoices.models import Invoice, Validation
from omloop.invoices.services import let_pass
from omloop.organisations.members import member_scope, operator_member, system_scope
from tests.paper import broken_file, file
from tests.world import World

NOW = datetime(2026, 4, 3, 9, tzinfo=UTC)
RunJobs = Callable[[], None]
Owner = Callable[[], psycopg.Connection]


def arrive(world: World, data: bytes) -> Accepted:
    """As by web or API: accepted, and a job for what follows."""
    with system_scope("test", world.zwaluw.id):
        return accept(
            organisation_id=world.zwaluw.id,
            data=data,
            filename="a.xml",
            channel=Channel.API,
            actor=operator_member(world.zwaluw.id),
            now=NOW,
        )


def state_of(world: World, document_id: UUID | None) -> str:
    with system_scope("test", world.zwaluw.id):
        return str(Document.objects.get(id=document_id).state)


def jobs(owner: Owner) -> list[tuple[str, str]]:
    """Of the story: what became of each job."""
    with owner() as connection:
        return connection.execute(
            "SELECT task_name, status::text FROM procrastinate_jobs WHERE task_name LIKE 'flow.%' "
            "OR task_name LIKE 'test.%' ORDER BY id"
        ).fetchall()


def test_a_document_that_came_in_reaches_somebody(world: World, run_jobs: RunJobs, owner: Owner) -> None:
    arrive(world, file())
    run_jobs()
    with system_scope("test", world.zwaluw.id):
        assert Invoice.objects.get().state == Invoice.State.CIRCULATING
        assert Assignment.objects.count() == 1
        names = list(AuditEvent.objects.filter(name__in=STORY).order_by("id").values_list("name", flat=True))
        assert names == ["document.received", "invoice.read", "step.opened"]
    assert jobs(owner) == [("flow.advance", "succeeded")], "reading, circulating and telling take one job"


def test_a_held_invoice_waits_until_somebody_lets_it_pass(world: World, run_jobs: RunJobs) -> None:
    arrive(world, broken_file())
    run_jobs()
    with member_scope(world.sanne, now=NOW) as sanne:
        assert not Assignment.objects.exists()
        let_pass(Invoice.objects.get(), reason="Telefonisch bevestigd", actor=sanne, now=NOW)
    run_jobs()
    with system_scope("test", world.zwaluw.id):
        assert Invoice.objects.get().state == Invoice.State.CIRCULATING
        assert Assignment.objects.count() == 1


def test_a_job_that_runs_twice_does_its_work_once(world: World, run_jobs: RunJobs) -> None:
    arrive(world, file())
    with system_scope("test", world.zwaluw.id):
        event = AuditEvent.objects.get(name="document.received")
    advance = app.configure_task("flow.advance")
    for _ in range(2):
        advance.defer(event_id=str(event.id), organisation_id=str(world.zwaluw.id))
    run_jobs()
    with system_scope("test", world.zwaluw.id):
        counts = (Invoice.objects.count(), Validation.objects.count(), Assignment.objects.count())
    assert counts == (1, 1, 1)


def test_what_a_rolled_back_job_deferred_never_runs(world: World, run_jobs: RunJobs, owner: Owner) -> None:
    accepted = arrive(world, file())

    @app.task(name="test.rolls_back", retry=False)
    def roll_back(organisation_id: str) -> None:
        with system_scope("test", UUID(organisation_id)) as actor:
            record(
                "document.read_again",
                actor=actor,
                chain_id=UUID(organisation_id),
                subject_id=accepted.document_id,
                at=NOW,
            )
            raise RuntimeError("rolled back on purpose")

    with owner() as connection:
        connection.execute("DELETE FROM procrastinate_jobs")
    roll_back.defer(organisation_id=str(world.zwaluw.id))
    run_jobs()
    assert jobs(owner) == [("test.rolls_back", "failed")]
    assert state_of(world, accepted.document_id) == Document.State.RECEIVED


def test_a_job_whose_worker_died_midway_is_run_again(world: World, run_jobs: RunJobs, owner: Owner) -> None:
    accepted = arrive(world, file())
    with owner() as connection:
        connection.execute(
            "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat) "
            "VALUES (now() - interval '5 minutes') RETURNING id) "
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM dead)"
        )
    run_jobs()
    assert state_of(world, accepted.document_id) == Document.State.READ


def test_a_document_that_keeps_failing_ends_on_the_list_and_can_be_read_again(
    world: World, run_jobs: RunJobs, owner: Owner
) -> None:
    accepted = arrive(world, file())
    lose_the_file(world)
    for attempt in range(5):
        assert state_of(world, accepted.document_id) == Document.State.RECEIVED, f"attempt {attempt}"
        run_at_once(run_jobs, owner)
    assert state_of(world, accepted.document_id) == Document.State.UNREADABLE
    with system_scope("test", world.zwaluw.id):
        (finding,) = Validation.objects.get().findings
        assert (finding["rule"], "FileDamaged" in finding["en"]) == ("OML-FLOW-01", True)
    run_at_once(run_jobs, owner)
    assert jobs(owner) == [("flow.advance", "failed")], "it is not tried for ever"

    assert arrive(world, file()).outcome == "known"  # which puts the file back
    with member_scope(world.sanne, now=NOW) as sanne:
        read_again(Document.objects.get(), actor=sanne, now=NOW)
    run_at_once(run_jobs, owner)
    assert state_of(world, accepted.document_id) == Document.State.READ


def test_a_document_that_kills_workers_ends_on_the_list(
    world: World, run_jobs: RunJobs, owner: Owner
) -> None:
    accepted = arrive(world, file())
    with owner() as connection:
        connection.execute("UPDATE procrastinate_jobs SET attempts = 5 WHERE task_name = 'flow.advance'")
    run_jobs()
    assert state_of(world, accepted.document_id) == Document.State.UNREADABLE
    assert jobs(owner) == [("flow.advance", "succeeded")]


def lose_the_file(world: World) -> None:
    for path in (settings.DATA / "files" / str(world.zwaluw.id)).glob("*/*"):
        path.unlink()


def run_at_once(run_jobs: RunJobs, owner: Owner) -> None:
    """Without the wait before a retry."""
    with owner() as connection:
        connection.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
    run_jobs()


@pytest.mark.parametrize("name", sorted(STORY))
def test_every_line_of_the_story_is_an_event_that_somebody_records(name: str) -> None:
    tellers = {"flow", "notifications"}
    house = Path(omloop.__file__).parent
    rooms = [path for path in house.rglob("*.py") if path.relative_to(house).parts[0] not in tellers]
    rooms = [path for path in rooms if "letters" not in path.stem]
    assert any(f'"{name}"' in path.read_text() for path in rooms)
