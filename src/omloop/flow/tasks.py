"""The job that goes on with the story."""

from uuid import UUID

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext

from omloop.audit.models import AuditEvent
from omloop.flow import services
from omloop.organisations.members import chain_scope

RETRIES = 4
"""After 2, 4, 8 and 16 seconds; then it is put on a list."""


@app.task(
    name="flow.advance", pass_context=True, retry=RetryStrategy(max_attempts=RETRIES, exponential_wait=2)
)
def advance(context: JobContext, event_id: str, organisation_id: str) -> None:
    """Go on after an event of an organisation or environment, in one transaction; twice does no harm.

    A job whose worker died in it counts as tried, so that a document that kills workers is given up too.
    """
    attempts = context.job.attempts
    if attempts > RETRIES:
        give_up(event_id, organisation_id, "the worker stopped")
        return
    try:
        with chain_scope(services.STORYTELLER, UUID(organisation_id)):
            services.go_on(AuditEvent.objects.get(id=event_id), now=timezone.now())
    except Exception as error:
        if attempts >= RETRIES:
            give_up(event_id, organisation_id, type(error).__name__)
        raise


def give_up(event_id: str, organisation_id: str, cause: str) -> None:
    """In a transaction of its own, for the one that failed is rolled back."""
    with chain_scope(services.STORYTELLER, UUID(organisation_id)):
        services.give_up(AuditEvent.objects.get(id=event_id), cause, now=timezone.now())
