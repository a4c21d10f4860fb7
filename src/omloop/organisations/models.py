"""Organisations, who is a member of them, and what members may do (rules 1.1-1.5)."""

from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from omloop.kernel.ids import uuid7
from omloop.organisations.network import Activation as Activation
from omloop.organisations.network import Identifier as Identifier
from omloop.organisations.network import Receiving as Receiving
from omloop.organisations.network import ReceivingAnswer as ReceivingAnswer
from omloop.organisations.ownership import Share as Share
from omloop.organisations.rights import Right
from omloop.organisations.rights_drafts import RightsChange as RightsChange
from omloop.organisations.rights_drafts import RightsDraft as RightsDraft
from omloop.tenancy.constraints import SameOrganisation
from omloop.tenancy.history import HistoryManager, WithHistory
from omloop.tenancy.models import OfOrganisation, ScopedManager, Structure
from omloop.tenancy.walls import ids

STILL = models.Q(valid__upper_inf=True)


class Organisation(models.Model):
    """A legal entity, in exactly one environment at a time; documents belong to it."""

    class Kind(models.TextChoices):
        HOLDING = "holding", _("holding")
        MANAGEMENT = "management", _("management company")
        OPERATING = "operating", _("operating company")

    wall: ClassVar[str] = (
        f"id = ANY ({ids('app.organisation_ids')}) OR environment_id = ANY ({ids('app.environment_ids')})"
    )
    stands_still_by: ClassVar[str] = "id"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    environment = models.ForeignKey("environments.Environment", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=200)
    kvk = models.CharField(_("KvK number"), max_length=8, blank=True)
    kind = models.TextField(_("place in the group"), choices=Kind.choices, blank=True)
    street = models.CharField(_("street and number"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=12, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Amsterdam")
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    checks_segregation = models.BooleanField(_("segregation of duties"), default=True)
    created_at = models.DateTimeField()
    moved_to = models.TextField(blank=True)
    """The address of the installation to which it has gone: what is left here says so (rules 6.4)."""
    closed_at = models.DateTimeField(null=True)
    """Since when it is read-only, without intake (rules 6.7)."""

    environment_id: UUID
    objects: ClassVar[ScopedManager] = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["", "holding", "management", "operating"]),
                name="organisation_kind_is_known",
            )
        ]
        indexes = [models.Index(fields=["environment"], name="organisation_in_environment")]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which an instant becomes an import date (rules 2.3)."""
        return ZoneInfo(self.time_zone)

    @property
    def address(self) -> str:
        """On one line: Havenkade 41, 1621 KL Hoorn."""
        place = f"{self.postal_code} {self.city}".strip()
        return ", ".join(filter(None, (self.street, place)))


class Group(Structure, OfOrganisation):
    """People with the same rights; `default` names which of the unchangeable groups it is."""

    name = models.CharField(_("name"), max_length=120)
    default = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=models.Q(ended_at__isnull=True),
                name="group_name_is_used_once",
            ),
            models.CheckConstraint(
                condition=models.Q(default="") | models.Q(ended_at__isnull=True),
                name="default_group_does_not_end",
            ),
        ]


class GroupRight(WithHistory, Structure, OfOrganisation):
    """A right that a group carries, and since when."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, db_constraint=False, related_name="rights")
    right = models.TextField(choices=Right.choices)

    objects: ClassVar[HistoryManager] = HistoryManager()

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(field="group", name="group_right_in_one_organisation"),
            models.CheckConstraint(condition=models.Q(right__in=Right.values), name="group_right_is_known"),
            models.UniqueConstraint(
                fields=["organisation", "group", "right"], condition=STILL, name="group_carries_a_right_once"
            ),
        ]


class Membership(WithHistory, Structure, OfOrganisation):
    """A person is a member of an organisation, and since when; not active: he was deactivated (rules 1.5).

    With a partnership he is a person of that partner and has no place in the environment: the membership
    ends with the partnership (rules 1.8). No constraint keeps that key, for a membership may travel to an
    installation that does not know the partnership.
    """

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    partnership = models.ForeignKey(
        "environments.Partnership",
        on_delete=models.PROTECT,
        null=True,
        db_constraint=False,
        related_name="+",
    )

    person_id: UUID
    partnership_id: UUID | None
    objects: ClassVar[HistoryManager] = HistoryManager()

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "person"], condition=STILL, name="person_is_member_once"
            ),
        ]
        indexes = [models.Index(fields=["person", "organisation"], name="membership_of_person")]


class GroupMember(WithHistory, Structure, OfOrganisation):
    """A member stands in a group, since when and, where that was said, until when.

    `imported_until`: what he sees by it is of documents imported up to that day (rules 6.6).
    """

    group = models.ForeignKey(Group, on_delete=models.PROTECT, db_constraint=False, related_name="members")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    imported_until = models.DateField(null=True)

    group_id: UUID
    person_id: UUID
    objects: ClassVar[HistoryManager] = HistoryManager()

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(field="group", name="group_member_in_one_organisation"),
            models.UniqueConstraint(
                fields=["organisation", "group", "person"],
                condition=STILL,
                name="person_stands_in_a_group_once",
            ),
        ]
        indexes = [models.Index(fields=["person", "organisation"], name="group_member_of_person")]


class ApprovalLimit(WithHistory, Structure, OfOrganisation):
    """Up to how much a person approves in an organisation (rules 1.4, 3.6); no row: no limit.

    `kind` is the invoice type that it is for; empty: for every type that has no limit of its own.
    """

    class Kind(models.TextChoices):
        ANY = "", _("all invoices")
        INVOICE = "invoice", _("invoices")
        CREDIT_NOTE = "credit_note", _("credit notes")

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    kind = models.TextField(choices=Kind.choices, default=Kind.ANY, blank=True)
    amount = models.DecimalField(max_digits=15, decimal_places=2)

    person_id: UUID
    objects: ClassVar[HistoryManager] = HistoryManager()

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="approval_limit_is_not_negative"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["", "invoice", "credit_note"]),
                name="approval_limit_kind_is_known",
            ),
            models.UniqueConstraint(
                fields=["organisation", "person", "kind"],
                condition=STILL,
                name="person_has_one_approval_limit_a_kind",
            ),
        ]


class ConnectionKey(OfOrganisation):
    """A key with which a program acts for its holder in one organisation; only its hash is kept."""

    name = models.CharField(_("name"), max_length=80)
    holder = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    key_hash = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    holder_id: UUID
