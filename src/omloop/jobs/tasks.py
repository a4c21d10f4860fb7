"""The queue's own upkeep: jobs whose worker died go back to the queue (architecture 1, Jobs)."""

from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.job_context import JobContext
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

STALLED_AFTER = 30
"""Seconds without a heartbeat after which a worker counts as dead; it beats every 10."""


async def give_back_stalled(manager: JobManager) -> int:
    """Give jobs of dead workers back, else a lock that one of them held blocks the rest; how many.

    Where the timetable has put the same job in the queue meanwhile, that one does the work.
    """
    stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER))
    for job in stalled:
        try:
            await manager.retry_job(job)
        except UniqueViolation:  # Its queueing lock: only one such job may wait.
            await manager.finish_job(job, status=Status.ABORTED, delete_job=False)
    return len(stalled)


@app.periodic(cron="* * * * *")
@app.task(name="jobs.requeue_stalled", queueing_lock="jobs.requeue_stalled", pass_context=True)
async def requeue_stalled(context: JobContext, timestamp: int) -> None:
    """Every minute; a failure needs no retry, the next minute is one."""
    await give_back_stalled(context.app.job_manager)


@app.periodic(cron="17 3 * * *")
@app.task(name="jobs.forget_done", queueing_lock="jobs.forget_done", pass_context=True)
async def forget_done(context: JobContext, timestamp: int) -> None:
    """Every night: jobs that succeeded a week ago are of no use to anybody."""
    await context.app.job_manager.delete_old_jobs(nb_hours=7 * 24)
