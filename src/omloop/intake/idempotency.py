"""Answering a repeated POST as the first time (the HTTP header Idempotency-Key)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from omloop.intake.models import IdempotencyKey
from omloop.organisations.holding import hold

Answer = tuple[int, dict[str, Any]]


class KeyUsedOtherwise(ValueError):
    """The idempotency key was used before, for something else."""


def answer_once(
    *, organisation_id: UUID, key: str, request_hash: str, now: datetime, answer: Callable[[], Answer]
) -> Answer:
    """What `answer` gives (a status and a body), or what it gave when this key was used first.

    Two that use it at the same moment wait for each other in the database. Raises KeyUsedOtherwise when
    the request hash is another one.
    """
    used = IdempotencyKey(
        organisation_id=organisation_id, key=key, request_hash=request_hash, status=0, answer={}, used_at=now
    )
    hold(organisation_id)
    IdempotencyKey.objects.bulk_create([used], ignore_conflicts=True)
    first = IdempotencyKey.objects.get(organisation_id=organisation_id, key=key)
    if first.request_hash != request_hash:
        raise KeyUsedOtherwise(key)
    if first.id != used.id:
        return first.status, first.answer
    status, body = answer()
    IdempotencyKey.objects.filter(id=used.id).update(status=status, answer=body)
    return status, body
