"""The audit trail (rules 7.2): events append-only, sealed into a chain by hash, heads signed.

Ids only and no foreign keys, so that an event outlives what it speaks of.
"""

from typing import ClassVar
from uuid import UUID

from django.db import models

from omloop.kernel.ids import uuid7
from omloop.tenancy.scope import current_scope
from omloop.tenancy.walls import either, ids

INSTALLATION = UUID(int=0)
"""The chain of what concerns no environment: the installation itself."""

OWN_CHAINS = (
    f"chain_id = ANY ({either(ids('app.organisation_ids'), ids('app.structure_ids'))})"
    f" OR chain_id = ANY ({ids('app.environment_ids')})"
)


class ScopedEvents(models.Manager["AuditEvent"]):
    """Refuses outside a scope, as every table behind a wall."""

    def get_queryset(self) -> models.QuerySet["AuditEvent"]:
        current_scope()
        return super().get_queryset()


class AuditEvent(models.Model):
    """One thing that happened: who, for whom, what, to what, when, from where."""

    wall: ClassVar[str] = OWN_CHAINS
    stands_still_by: ClassVar[str] = "chain_id"
    goes_on_when_closed: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    chain_id = models.UUIDField()
    name = models.TextField()
    at = models.DateTimeField()
    actor = models.TextField()
    person_id = models.UUIDField(null=True)
    for_person_id = models.UUIDField(null=True)
    subject_id = models.UUIDField(null=True)
    origin = models.TextField(default="")
    detail = models.JSONField(default=dict)

    objects: ClassVar[ScopedEvents] = ScopedEvents()

    class Meta:
        db_table = "audit_event"
        indexes = [
            models.Index(fields=["chain_id", "id"], name="audit_event_of_chain"),
            models.Index(fields=["chain_id", "subject_id", "at"], name="audit_event_about"),
        ]


class AuditUnsealed(models.Model):
    """An event that waits for the sealer; without a wall, so that the sealer finds its chains."""

    event_id = models.UUIDField(primary_key=True)
    chain_id = models.UUIDField(db_index=True)

    class Meta:
        db_table = "audit_unsealed"


class AuditChain(models.Model):
    """The head of a chain: how far it goes, and its last hash."""

    wall: ClassVar[str] = OWN_CHAINS
    stands_still_by: ClassVar[str] = "chain_id"
    goes_on_when_closed: ClassVar[bool] = True

    chain_id = models.UUIDField(primary_key=True)
    number = models.BigIntegerField(default=0)
    hash = models.BinaryField(max_length=32, default=bytes(32))

    class Meta:
        db_table = "audit_chain"


class AuditSeal(models.Model):
    """The place of an event in its chain: `hash = sha256(previous hash + canonical JSON of the event)`."""

    wall: ClassVar[str] = OWN_CHAINS
    stands_still_by: ClassVar[str] = "chain_id"
    goes_on_when_closed: ClassVar[bool] = True

    event_id = models.UUIDField(primary_key=True)
    chain_id = models.UUIDField()
    number = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        db_table = "audit_seal"
        constraints = [
            models.UniqueConstraint(fields=["chain_id", "number"], name="audit_seals_have_no_double")
        ]


class AuditSignature(models.Model):
    """A chain's head signed with the installation's key (Ed25519): who rewrites the chain can't sign it."""

    wall: ClassVar[str] = OWN_CHAINS
    stands_still_by: ClassVar[str] = "chain_id"
    goes_on_when_closed: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    chain_id = models.UUIDField()
    number = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)
    signed_at = models.DateTimeField()
    public_key = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64)

    class Meta:
        db_table = "audit_signature"
        indexes = [models.Index(fields=["chain_id", "number"], name="audit_signature_of_chain")]
