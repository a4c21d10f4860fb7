"""`omloop audit verify`: are the chains whole, and are they what was signed? (rules 7.2)"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import models

from omloop.audit.keys import is_signed
from omloop.audit.models import AuditChain, AuditEvent, AuditSeal, AuditSignature, AuditUnsealed
from omloop.audit.seal import next_hash, signed_text


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
    seals = AuditSeal.objects.filter(chain_id=chain_id).order_by("number")
    for batch in _batches(seals):
        events = AuditEvent._base_manager.in_bulk([seal.event_id for seal in batch])
        for seal in batch:
            event = events.get(seal.event_id)
            if seal.number != len(hashes):
                return hashes, f"number {len(hashes)} is missing"
            if event is None:
                return hashes, f"the event of number {seal.number} is gone"
            if next_hash(hashes[-1], event) != bytes(seal.hash):
                return hashes, f"number {seal.number} was changed"
            hashes.append(bytes(seal.hash))
    return hashes, ""


def _batches(seals: "models.QuerySet[AuditSeal]", size: int = 5_000) -> Iterator[list[AuditSeal]]:
    batch: list[AuditSeal] = []
    for seal in seals.iterator(chunk_size=size):
        batch.append(seal)
        if len(batch) == size:
            yield batch
            batch = []
    yield batch


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
