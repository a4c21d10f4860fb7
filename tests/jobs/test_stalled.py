"""Jobs whose worker was killed: the next worker gives them back before it does anything else."""

from collections.abc import Callable

import psycopg
from procrastinate.contrib.django import app

SEALER = "audit.seal_waiting"
"""A job with a lock (one at a time) and a queueing lock (only one waits)."""


def defer_sealer() -> int:
    return app.configure_task(SEALER).defer(timestamp=0)


def leave_with_dead_worker(connection: psycopg.Connection, job: int, seconds: int) -> None:
    """As kill -9 leaves it: the job is being done by a worker that was last heard of so long ago."""
    connection.execute(
        "WITH worker AS (INSERT INTO procrastinate_workers (last_heartbeat)"
        " VALUES (now() - make_interval(secs => %s)) RETURNING id) "
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = worker.id FROM worker "
        "WHERE procrastinate_jobs.id = %s",
        [seconds, job],
    )


def states(connection: psycopg.Connection) -> list[tuple[str, int]]:
    return connection.execute("SELECT status::text, attempts FROM procrastinate_jobs ORDER BY id").fetchall()


def test_job_of_a_dead_worker_is_done_by_the_next(
    database: str, owner: Callable[[], psycopg.Connection], run_jobs: Callable[[], None]
) -> None:
    with owner() as connection:
        leave_with_dead_worker(connection, defer_sealer(), seconds=40)
        run_jobs()
        assert states(connection)[0] == ("succeeded", 2)


def test_job_of_a_worker_that_was_heard_of_lately_is_left_alone(
    database: str, owner: Callable[[], psycopg.Connection], run_jobs: Callable[[], None]
) -> None:
    with owner() as connection:
        leave_with_dead_worker(connection, defer_sealer(), seconds=20)
        run_jobs()
        assert states(connection)[0] == ("doing", 0)


def test_job_of_a_dead_worker_makes_room_for_its_twin_that_waits(
    database: str, owner: Callable[[], psycopg.Connection], run_jobs: Callable[[], None]
) -> None:
    with owner() as connection:
        leave_with_dead_worker(connection, defer_sealer(), seconds=40)
        defer_sealer()
        run_jobs()
        assert states(connection)[:2] == [("aborted", 1), ("succeeded", 1)]
