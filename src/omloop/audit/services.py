"""Recording what happened, in the transaction of the change."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app

from omloop.audit.actors import Actor
from omloop.audit.models import AuditEvent, AuditUnsealed

_followed: frozenset[str] = frozenset()
_gathered: ContextVar[list[AuditEvent] | None] = ContextVar("gathered_events", default=None)


def follow(names: frozenset[str]) -> None:
    """Name the events after which the story goes on; called once, at start-up, by `flow`."""
    global _followed  # noqa: PLW0603 - set once, before anything runs
    _followed = names


def record(
    name: str,
    *,
    actor: Actor,
    chain_id: UUID,
    at: datetime,
    subject_id: UUID | None = None,
    for_person_id: UUID | None = None,
    detail: Mapping[str, Any] | None = None,
) -> AuditEvent:
    """Add an event to the trail of an organisation or environment and, if the story goes on, defer that.

    `detail` holds ids, names of states and dates; no amounts and no remarks, for confidential
    documents stand in the same trail (rules 2.12).
    """
    event = AuditEvent(
        chain_id=chain_id,
        name=name,
        at=at,
        actor=actor.signature,
        person_id=actor.person_id,
        for_person_id=for_person_id,
        subject_id=subject_id,
        origin=actor.origin,
        detail=dict(detail or {}),
    )
    record_all([event])
    return event


def record_all(events: list[AuditEvent]) -> None:
    """Add many events, two statements in all, and defer what follows them."""
    AuditEvent.objects.bulk_create(events)
    AuditUnsealed.objects.bulk_create([AuditUnsealed(event_id=e.id, chain_id=e.chain_id) for e in events])
    for event in events:
        if event.name in _followed:
            _go_on(event)


def _go_on(event: AuditEvent) -> None:
    gathered = _gathered.get()
    if gathered is not None:
        gathered.append(event)
    else:
        defer(event)


def defer(event: AuditEvent) -> None:
    """Have a job go on after this event, once the transaction commits."""
    app.configure_task("flow.advance", allow_unknown=False).defer(
        event_id=str(event.id), organisation_id=str(event.chain_id)
    )


@contextmanager
def gather() -> Iterator[list[AuditEvent]]:
    """Collect followed events instead of deferring them: who asks must go on with them in this transaction."""
    events: list[AuditEvent] = []
    token = _gathered.set(events)
    try:
        yield events
    finally:
        _gathered.reset(token)
