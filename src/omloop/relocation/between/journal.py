"""What is known here of organisations that go to, or come from, another installation (rules 6.4).

Each row says how far it got, so that a command that was interrupted goes on where it stopped.
"""

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.db import models

from omloop.kernel.ids import uuid7
from omloop.tenancy.models import OfOrganisation, ScopedManager
from omloop.tenancy.walls import ids

OF_BOTH = (
    f"organisation_id = ANY ({ids('app.organisation_ids')}) "
    f"OR environment_id = ANY ({ids('app.environment_ids')})"
)
"""Seen by the organisation's members and by the environment's administrators."""
IN_ENVIRONMENT = (
    "organisation_id IN (SELECT o.id FROM organisations_organisation o "  # noqa: S608
    f"WHERE o.environment_id = ANY ({ids('app.environment_ids')}))"
)
AGREED_FOR = timedelta(days=30)
"""How long an administrator's agreement to leave holds."""


class LeavingAgreement(OfOrganisation):
    """An administrator of the organisation agrees that it goes to another installation."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    organisation_id: UUID
    person_id: UUID

    class Meta(OfOrganisation.Meta):
        indexes = [models.Index(fields=["organisation", "given_at"], name="leaving_agreements_in_order")]

    @property
    def ends_at(self) -> datetime:
        """From when on it counts no more."""
        return self.given_at + AGREED_FOR


class Departure(models.Model):
    """An organisation on its way to another installation, or gone there.

    `waiting` are jobs that were due and go along; `manifest` is what was counted; `archive` is the SHA-256
    (hex) of the signed `archive.json`. Once `gone_at` is set there is no way back.
    """

    wall: ClassVar[str] = OF_BOTH

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation_id = models.UUIDField()
    environment = models.ForeignKey("environments.Environment", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    begun_at = models.DateTimeField()
    waiting = models.JSONField(default=list)
    manifest = models.JSONField(null=True)
    archive = models.CharField(max_length=64, blank=True)
    exported_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    receipt = models.JSONField(null=True)
    gone_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    environment_id: UUID
    objects: ClassVar[ScopedManager] = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id"],
                condition=models.Q(cancelled_at=None, removed_at=None),
                name="organisation_leaves_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(gone_at=None) | models.Q(cancelled_at=None),
                name="organisation_that_is_gone_does_not_stay",
            ),
        ]

    @property
    def went_to(self) -> str:
        """The address at the target, as its receipt says; empty before."""
        return str((self.receipt or {}).get("address", ""))


class Arrival(models.Model):
    """An organisation that comes from another installation; `tables` says how many tables are in,
    `waiting` after which events the story goes on once it is open.

    Nobody sees it until it is open: that takes the farewell of the source, which has closed by then.
    """

    wall: ClassVar[str] = OF_BOTH

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation_id = models.UUIDField()
    environment = models.ForeignKey("environments.Environment", on_delete=models.PROTECT, related_name="+")
    archive = models.CharField(max_length=64)
    source_key = models.BinaryField(max_length=32)
    waiting = models.JSONField(default=list)
    tables = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True)
    receipt = models.JSONField(null=True)
    opened_at = models.DateTimeField(null=True)

    environment_id: UUID
    objects: ClassVar[ScopedManager] = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id"],
                condition=models.Q(opened_at=None),
                name="organisation_arrives_once_at_a_time",
            )
        ]


class Placeholder(models.Model):
    """Stands at the place of somebody who worked in an organisation before it came here (rules 6.4).

    `person` is inactive and keeps his id and name, for what he decided. Who has verified the same address
    here is asked; as `account` he goes on where the placeholder stood.
    """

    wall: ClassVar[str] = f"organisation_id = ANY ({ids('app.organisation_ids')}) OR {IN_ENVIRONMENT}"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    address = models.EmailField(blank=True)
    source_key = models.BinaryField(max_length=32)
    account = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    organisation_id: UUID
    person_id: UUID
    account_id: UUID | None
    objects: ClassVar[ScopedManager] = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"], name="placeholder_stands_once_in_an_organisation"
            )
        ]
