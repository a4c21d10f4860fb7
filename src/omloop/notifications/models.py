"""Notices in the app: who was told of which event, and how each wants to be told (rules 3.13, 4.7)."""

from typing import ClassVar
from uuid import UUID

from django.db import models

from omloop.circulation.models import Assignment
from omloop.invoices.models import Invoice
from omloop.kernel.ids import uuid7
from omloop.notifications.topics import Topic
from omloop.tenancy.constraints import SameOrganisation
from omloop.tenancy.models import Confidential, OfOrganisation, ScopedManager
from omloop.tenancy.walls import ids

UNREAD = models.Q(read_at__isnull=True)


class Told(models.Model):
    """Somebody was told of an event; ids only, for the text is written when it is shown.

    `kind` is the name of the mail that tells the same.
    """

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    event_id = models.UUIDField()
    kind = models.TextField()
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    person_id: UUID

    class Meta:
        abstract = True


class Notice(OfOrganisation, Confidential, Told):
    """A notice about an event of an organisation, and the invoice or task that it speaks of, if any.

    It follows its invoice in being confidential: who loses that right sees neither.
    """

    goes_on_when_closed: ClassVar[bool] = True

    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, db_constraint=False, db_index=False, null=True, related_name="+"
    )
    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, db_constraint=False, db_index=False, null=True, related_name="+"
    )

    invoice_id: UUID | None
    assignment_id: UUID | None

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "event_id", "person"], name="notice_tells_an_event_once"
            ),
            SameOrganisation(field="invoice", name="notice_in_one_organisation", follows=("confidential",)),
            SameOrganisation(
                field="assignment", name="notice_task_in_one_organisation", follows=("confidential",)
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-told_at", "-id"], name="notices_of_person"),
            models.Index(fields=["person"], condition=UNREAD, name="unread_notices_of_person"),
            models.Index(fields=["organisation", "invoice"], name="notices_of_invoice"),
            models.Index(fields=["organisation", "assignment"], name="notices_of_task"),
        ]


class EnvironmentNotice(Told):
    """A notice about an event of an environment: its people, partners and roles."""

    wall: ClassVar[str] = f"environment_id = ANY ({ids('app.environment_ids')})"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    environment = models.ForeignKey(
        "environments.Environment", on_delete=models.PROTECT, db_index=False, related_name="+"
    )

    environment_id: UUID
    objects: ClassVar[ScopedManager] = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "event_id", "person"], name="environment_notice_tells_an_event_once"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-told_at", "-id"], name="environment_notices_of_person"),
            models.Index(fields=["person"], condition=UNREAD, name="unread_environment_notices"),
        ]


class NoticeChoice(models.Model):
    """How a person wants to be told about a topic, where he chose; else it is as delivered.

    It has no wall: the jobs of all places ask it before they tell; names of topics only.
    """

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, db_index=False, related_name="+")
    topic = models.TextField(choices=Topic.choices)
    by_mail = models.BooleanField()
    in_app = models.BooleanField()

    person_id: UUID

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "topic"], name="person_chooses_once_about_a_topic"),
        ]
