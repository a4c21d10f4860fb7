"""Organisations, who is a member of them, and what members may do (rules 1.1-1.5)."""

from typing import ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from omloop.kernel.ids import uuid7
from omloop.organisations.rights import Right
from omloop.tenancy.constraints import SameOrganisation
from omloop.tenancy.history import HistoryManager, WithHistory
from omloop.tenancy.models import OfOrganisation, ScopedManager
from omloop.tenancy.walls import ids

STILL = models.Q(valid__upper_inf=True)


class Organisation(models.Model):
    """A legal entity, in exactly one environment at a time; documents belong to it."""

    wall: ClassVar[str] = (
        f"id = ANY ({ids('app.organisation_ids')}) OR environment_id = ANY ({ids('app.environment_ids')})"
    )
    stands_still_by: ClassVar[str] = "id"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    environment = models.ForeignKey("environments.Environment", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=200)
    kvk = models.CharField(_("KvK number"), max_length=8, blank=True)
    vat = models.CharField(_("VAT number"), max_length=20, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Amsterdam")
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    created_at = models.DateTimeField()
    moved_to = models.TextField(blank=True)
    """The address of the installation to which it has gone: what is left here says so (rules 6.4)."""

    environment_id: UUID
    objects: ClassVar[ScopedManager] = ScopedManager()

    class Meta:
        indexes = [models.Index(fields=["environment"], name="organisation_in_environment")]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which an instant becomes an import date (rules 2.3)."""
        return ZoneInfo(self.time_zone)


class Group(OfOrganisation):
    """People with the same rights; `default` names which of the unchangeable groups it is."""

    name = models.CharField(_("name"), max_length=120)
    default = models.TextField(blank=True)

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(fields=["organisation", "name"], name="group_name_is_used_once"),
        ]


class GroupRight(WithHistory, OfOrganisation):
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


class Membership(WithHistory, OfOrganisation):
    """A person is a member of an organisation, and since when."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")

    person_id: UUID
    objects: ClassVar[HistoryManager] = HistoryManager()

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "person"], condition=STILL, name="person_is_member_once"
            ),
        ]
        indexes = [models.Index(fields=["person", "organisation"], name="membership_of_person")]


class GroupMember(WithHistory, OfOrganisation):
    """A member stands in a group, and since when."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, db_constraint=False, related_name="members")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")

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


class ApprovalLimit(WithHistory, OfOrganisation):
    """Up to how much a person approves in an organisation (rules 1.4, 3.6); no row: no limit."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=15, decimal_places=2)

    person_id: UUID
    objects: ClassVar[HistoryManager] = HistoryManager()

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="approval_limit_is_not_negative"),
            models.UniqueConstraint(
                fields=["organisation", "person"], condition=STILL, name="person_has_one_approval_limit"
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
