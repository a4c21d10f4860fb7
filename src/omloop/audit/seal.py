"""The sealer: puts events into the chain of their organisation or environment, and signs heads."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from omloop.audit.keys import public_key, sign
from omloop.audit.models import AuditChain, AuditEvent, AuditSeal, AuditSignature, AuditUnsealed

BATCH = 5_000
"""Events sealed in one transaction, so that the head is never held for long."""


EVENT_FIELDS = ("id", "chain", "name", "at", "actor", "person", "for", "subject", "origin")
"""What is said of an event beside its detail."""


def canonical(event: AuditEvent) -> bytes:
    """The event as bytes that are the same whoever makes them: sorted keys, UTC, no spaces."""
    row = {
        "id": str(event.id),
        "chain": str(event.chain_id),
        "name": event.name,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": event.actor,
        "person": str(event.person_id or ""),
        "for": str(event.for_person_id or ""),
        "subject": str(event.subject_id or ""),
        "origin": event.origin,
        "detail": event.detail,
    }
    return as_canonical(row)


def as_canonical(row: Mapping[str, Any]) -> bytes:
    """The bytes of an event whose fields are texts, but `detail`."""
    return json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def next_hash(previous: bytes, event: AuditEvent) -> bytes:
    """`sha256(previous + canonical JSON)`."""
    return sha256(previous + canonical(event)).digest()


def seal(chain_id: UUID) -> int:
    """Append the waiting events of a chain; how many. Needs a scope that shows the chain.

    The head is locked, so two sealers never give the same number; numbers have no gaps.
    """
    with transaction.atomic():
        AuditChain.objects.bulk_create([AuditChain(chain_id=chain_id)], ignore_conflicts=True)
        head = AuditChain.objects.select_for_update().get(chain_id=chain_id)
        waiting = AuditUnsealed.objects.filter(chain_id=chain_id).order_by("event_id")[:BATCH]
        event_ids = list(waiting.values_list("event_id", flat=True))
        events = AuditEvent.objects.filter(chain_id=chain_id, id__in=event_ids).order_by("id")
        seals = []
        for event in events:
            head.number, head.hash = head.number + 1, next_hash(bytes(head.hash), event)
            seals.append(AuditSeal(event_id=event.id, chain_id=chain_id, number=head.number, hash=head.hash))
        AuditSeal.objects.bulk_create(seals)
        AuditUnsealed.objects.filter(event_id__in=event_ids).delete()
        head.save()
    return len(seals)


def sign_head(chain_id: UUID, *, now: datetime) -> AuditSignature | None:
    """Sign how far the chain goes; nothing when it is empty or already signed there."""
    head = AuditChain.objects.filter(chain_id=chain_id, number__gt=0).first()
    if head is None or AuditSignature.objects.filter(chain_id=chain_id, number=head.number).exists():
        return None
    return AuditSignature.objects.create(
        chain_id=chain_id,
        number=head.number,
        hash=bytes(head.hash),
        signed_at=now,
        public_key=public_key(),
        signature=sign(signed_text(chain_id, head.number, bytes(head.hash))),
    )


def signed_text(chain_id: UUID, number: int, digest: bytes) -> bytes:
    """What a signature stands under: chain, number and hash."""
    return f"{chain_id} {number} ".encode() + digest


def waiting_chains() -> list[UUID]:
    """The chains that have events to seal."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT chain_id FROM audit_unsealed")
        return [row[0] for row in cursor.fetchall()]
