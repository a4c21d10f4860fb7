"""The job that destroys what two people decided on (rules 2.8)."""

from uuid import UUID

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from omloop.retention.carrying_out import carry_out


@app.task(name="retention.destroy", retry=RetryStrategy(max_attempts=6, exponential_wait=4))
def destroy(removal_id: str, organisation_id: str) -> None:
    """Destroy what stands on a confirmed list; after a crash from where it stood."""
    carry_out(UUID(removal_id), UUID(organisation_id), now=timezone.now())
