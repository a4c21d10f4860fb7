"""The job that moves, and the timer that ends plans nobody agreed to."""

from uuid import UUID

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext

from omloop.relocation.ending import tasks as ending_tasks
from omloop.relocation.moves import agreeing, executing
from omloop.relocation.moves.plans import MovePlan
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope

__all__ = ["ending_tasks", "expire", "move"]
"""What the worker finds by this module."""

RETRIES = 4
"""After 2, 4, 8 and 16 seconds; a worker that died in it counts as one."""


@app.task(
    name="relocation.move", pass_context=True, retry=RetryStrategy(max_attempts=RETRIES, exponential_wait=2)
)
def move(context: JobContext, plan_id: str, environment_id: str) -> None:
    """Go on with a plan that both sides agreed to; after a crash from where it stood.

    Before the switch it is given up in the end, and nothing happened; after it only the check is left,
    which an administrator can have done again.
    """
    if context.job.attempts > RETRIES:
        plan = executing.find_plan(UUID(plan_id), UUID(environment_id))
        executing.stop(plan, RuntimeError("the worker stopped again and again"))
        return
    executing.move(UUID(plan_id), UUID(environment_id))


@app.periodic(cron="23 * * * *")
@app.task(name="relocation.expire", queueing_lock="relocation.expire", retry=False)
def expire(timestamp: int) -> None:
    """Every hour: end plans that were not agreed in time; the next hour is the retry."""
    for environment_id in directory.everything("chain"):
        with tenant_scope(None, [], [environment_id]):
            asked = MovePlan.objects.filter(from_environment_id=environment_id, state=MovePlan.State.ASKED)
            for plan in asked.filter(expires_at__lt=timezone.now()):
                agreeing.expire(plan, actor=executing.MOVER, now=timezone.now())
