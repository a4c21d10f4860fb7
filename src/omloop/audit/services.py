"""Recording what happened, in the transaction of the change."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from procrastinate.contrib.django import app

from omloop.audit.actors import Actor
from omloop.audit.models import AuditEvent
from omloop.tenancy.scope import current_scope

WRITE = """
WITH written AS (
    INSERT INTO audit_event SELECT * FROM jsonb_populate_recordset(NULL::audit_event, %s)
    RETURNING id, chain_id)
INSERT INTO audit_unsealed (event_id, chain_id) SELECT id, chain_id FROM written"""
"""One statement, for every change of everything writes an event."""

_followed: frozenset[str] = frozenset()
_gathered: ContextVar[list[AuditEvent] | None] = ContextVar("gathered_events", default=None)


def follow(names: frozenset[str]) -> None:
    """Name the events after which the story goes on; called once, at start-up, by `flow`."""
    global _followed
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
    """Add many events, each to the sealer's table too, in one statement; and defer what follows them."""
    current_scope()
    columns = [field.attname for field in AuditEvent._meta.concrete_fields]
    rows = [{column: getattr(event, column) for column in columns} for event in events]
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [json.dumps(rows, default=str)])
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
    """Collect followed events instead of deferring them: who asks goes on with them in this transaction."""
    events: list[AuditEvent] = []
    token = _gathered.set(events)
    try:
        yield events
    finally:
        _gathered.reset(token)
