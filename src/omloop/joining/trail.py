"""What happened about coming in, in the trail of the environment."""

from datetime import datetime
from uuid import UUID

from omloop.audit.actors import Actor
from omloop.audit.services import record


def remember(
    name: str,
    environment_id: UUID,
    subject_id: UUID,
    actor: Actor,
    now: datetime,
    *,
    person: UUID | None = None,
) -> None:
    """Record an event about a request or an invitation, and whom it concerns."""
    detail = {"person": str(person)} if person else {}
    record(name, actor=actor, chain_id=environment_id, subject_id=subject_id, at=now, detail=detail)
