"""`omloop audit verify`: are the chains whole, and are they what was signed? (rules 7.2)"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.db import connection

from omloop.audit.keys import is_signed
from omloop.audit.models import AuditChain, AuditEvent, AuditSeal, AuditSignature, AuditUnsealed
from omloop.audit.seal import EVENT_FIELDS, as_canonical, signed_text


@dataclass(frozen=True)
class Verdict:
    """What was found of one chain; `fault` is empty when it is whole."""

    chain_id: UUID
    sealed: int
    unsealed: int
    signatures: int
    fault: str


def verify_all() -> Iterator[Verdict]:
    """Verify every chain; run as the database's owner, who sees them all."""
    known = set(AuditChain.objects.values_list("chain_id", flat=True))
    waiting = set(AuditUnsealed.objects.values_list("chain_id", flat=True).distinct())
    for chain_id in sorted(known | waiting):
        yield verify(chain_id)


def verify(chain_id: UUID) -> Verdict:
    """Recompute a chain from its events, and hold the head and the signatures against it."""
    hashes, fault = _recompute(chain_id)
    head = AuditChain.objects.filter(chain_id=chain_id).first() or AuditChain(chain_id=chain_id)
    signatures = list(AuditSignature.objects.filter(chain_id=chain_id))
    if not fault and (head.number, bytes(head.hash)) != (len(hashes) - 1, hashes[-1]):
        fault = f"the head says {head.number}, the chain ends at {len(hashes) - 1}"
    for signature in signatures if not fault else ():
        fault = fault or _fault_of(signature, hashes)
    unsealed = AuditUnsealed.objects.filter(chain_id=chain_id).count()
    return Verdict(chain_id, len(hashes) - 1, unsealed, len(signatures), fault or _lost(chain_id))


def _recompute(chain_id: UUID) -> tuple[list[bytes], str]:
    hashes = [bytes(32)]
    for number, digest, text in _links(chain_id):
        if number != len(hashes):
            return hashes, f"number {len(hashes)} is missing"
        if text is None:
            return hashes, f"the event of number {number} is gone"
        if sha256(hashes[-1] + text).digest() != digest:
            return hashes, f"number {number} was changed"
        hashes.append(digest)
    return hashes, ""


LINKS = """
SELECT s.number, s.hash, e.id::text, e.chain_id::text, e.name,
       to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00', e.actor,
       coalesce(e.person_id::text, ''), coalesce(e.for_person_id::text, ''),
       coalesce(e.subject_id::text, ''), e.origin, e.detail::text
FROM audit_seal s LEFT JOIN audit_event e ON e.id = s.event_id
WHERE s.chain_id = %s AND s.number > %s ORDER BY s.number LIMIT 5000"""
"""Rows and not models: there are very many, and the whole chain is read."""


def _links(chain_id: UUID) -> Iterator[tuple[int, bytes, bytes | None]]:
    """Number, hash and canonical event of every link in order; no event where it is gone."""
    last = -1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(LINKS, [chain_id, last])
            rows = cursor.fetchall()
        for number, digest, *texts, detail in rows:
            fields = dict(zip(EVENT_FIELDS, texts, strict=True))
            event = None if detail is None else as_canonical({**fields, "detail": json.loads(detail)})
            yield number, bytes(digest), event
            last = number
        if not rows:
            return


def _fault_of(signature: AuditSignature, hashes: list[bytes]) -> str:
    number, digest = signature.number, bytes(signature.hash)
    if number >= len(hashes) or hashes[number] != digest:
        return (
            f"signed on {signature.signed_at:%Y-%m-%d} up to number {number}, which is not what stands there"
        )
    text = signed_text(signature.chain_id, number, digest)
    if not is_signed(text, bytes(signature.signature), bytes(signature.public_key)):
        return f"the signature of {signature.signed_at:%Y-%m-%d} is false"
    return ""


def _lost(chain_id: UUID) -> str:
    sealed = AuditSeal.objects.filter(chain_id=chain_id).values("event_id")
    waiting = AuditUnsealed.objects.filter(chain_id=chain_id).values("event_id")
    events = AuditEvent._base_manager.filter(chain_id=chain_id)
    lost = events.exclude(id__in=sealed).exclude(id__in=waiting).count()
    return f"{lost} events are neither sealed nor waiting" if lost else ""
