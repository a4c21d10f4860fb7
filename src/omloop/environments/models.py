"""An environment (omgeving) holds organisations and people (rules 1.1, 1.3)."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from omloop.kernel.ids import uuid7
from omloop.tenancy.history import HistoryManager, WithHistory
from omloop.tenancy.models import ScopedManager
from omloop.tenancy.walls import ids


class Environment(models.Model):
    """A group of companies and its people; documents never hang on it, so an organisation can move.

    `joins_by_domain`: people of its verified domains join at once instead of asking (rules 1.2).
    `partner_code`: who knows it can ask to become a partner (rules 1.8); empty: nobody can.
    """

    wall: ClassVar[str] = f"id = ANY ({ids('app.environment_ids')})"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=120)
    joins_by_domain = models.BooleanField(default=False)
    partner_code = models.CharField(max_length=8, blank=True)
    created_at = models.DateTimeField()

    objects: ClassVar[ScopedManager] = ScopedManager()

    def __str__(self) -> str:
        return self.name


class EnvironmentRole(WithHistory):
    """A person's place in an environment: basic or administrator, and whether he may add organisations.

    Not active: he was deactivated there (rules 1.5).
    """

    class Role(models.TextChoices):
        BASIC = "basic", _("basic")
        ADMINISTRATOR = "administrator", _("administrator")

    wall: ClassVar[str] = f"environment_id = ANY ({ids('app.environment_ids')})"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="roles")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    role = models.TextField(choices=Role.choices, default=Role.BASIC)
    adds_organisations = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    environment_id: UUID
    person_id: UUID
    objects: ClassVar[HistoryManager] = HistoryManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=["basic", "administrator"]), name="environment_role_is_known"
            ),
            models.UniqueConstraint(
                fields=["environment", "person"],
                condition=models.Q(valid__upper_inf=True),
                name="person_has_one_role_in_an_environment",
            ),
        ]


class LastDay(models.Model):
    """The last day on which a person works in an environment: the day after, he is deactivated there (4.9).

    It is open until it was withdrawn, replaced by another day, or done. `refused_at`: he could not be
    deactivated, for he is the only administrator of a place.
    """

    wall: ClassVar[str] = f"environment_id = ANY ({ids('app.environment_ids')})"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    last_on = models.DateField()
    planned_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    environment_id: UUID
    person_id: UUID
    planned_by_id: UUID
    objects: ClassVar[ScopedManager] = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "person"],
                condition=models.Q(ended_at__isnull=True),
                name="person_has_one_last_day_in_an_environment",
            ),
        ]


class SignInProvider(models.Model):
    """The OpenID Connect provider by which people of an environment sign in (rules 1.9).

    `issuer` is what its tokens must name; the secret is kept encrypted. A demanded one is the only way in.
    """

    wall: ClassVar[str] = f"environment_id = ANY ({ids('app.environment_ids')})"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    environment = models.OneToOneField(Environment, on_delete=models.PROTECT, related_name="provider")
    name = models.CharField(_("name"), max_length=60)
    issuer = models.CharField(max_length=300)
    client_id = models.CharField(max_length=255)
    secret = models.TextField()
    is_demanded = models.BooleanField(default=False)

    environment_id: UUID
    objects: ClassVar[ScopedManager] = ScopedManager()

    def __str__(self) -> str:
        return self.name


class Identity(WithHistory):
    """Whom an environment's provider means by (issuer, subject): linked, never matched by an address."""

    wall: ClassVar[str] = f"environment_id = ANY ({ids('app.environment_ids')})"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="identities")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")

    environment_id: UUID
    person_id: UUID
    objects: ClassVar[HistoryManager] = HistoryManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "issuer", "subject"],
                condition=models.Q(valid__upper_inf=True),
                name="identity_is_of_one_person",
            ),
            models.UniqueConstraint(
                fields=["environment", "person"],
                condition=models.Q(valid__upper_inf=True),
                name="person_has_one_identity_in_an_environment",
            ),
        ]


class EnvironmentDomain(WithHistory):
    """A mail domain of which an administrator proved an address: its people may ask to join (rules 1.2).

    It belongs to one environment at a time, which the database keeps, over the walls.
    """

    wall: ClassVar[str] = f"environment_id = ANY ({ids('app.environment_ids')})"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="domains")
    domain = models.CharField(_("mail domain"), max_length=253)
    added_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")

    environment_id: UUID
    objects: ClassVar[HistoryManager] = HistoryManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["domain"],
                condition=models.Q(valid__upper_inf=True),
                name="domain_belongs_to_one_environment",
            ),
        ]


OWN = ids("app.environment_ids")
EITHER_SIDE = f"asking_id = ANY ({OWN}) OR asked_id = ANY ({OWN})"
"""Shown to both environments of a partnership, and to nobody else."""


class Partnership(models.Model):
    """Two environments are partners: one asked, the other accepted, either ends it (rules 1.8).

    The row says how both are called, for neither reads the other's.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")
        ENDED = "ended", _("ended")

    wall: ClassVar[str] = EITHER_SIDE

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    asking = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="+")
    asked = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="+")
    asking_name = models.CharField(max_length=120)
    asked_name = models.CharField(max_length=120)
    state = models.TextField(choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")

    asking_id: UUID
    asked_id: UUID
    objects: ClassVar[ScopedManager] = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "accepted", "declined", "withdrawn", "ended"]),
                name="partnership_state_is_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(asking=models.F("asked")), name="environment_is_no_partner_of_itself"
            ),
            models.UniqueConstraint(
                Least("asking", "asked"),
                Greatest("asking", "asked"),
                condition=models.Q(state__in=["open", "accepted"]),
                name="two_environments_are_partners_once",
            ),
        ]

    def is_between(self, environment_id: UUID) -> bool:
        """Whether this environment is one of both."""
        return environment_id in (self.asking_id, self.asked_id)

    def partner_of(self, environment_id: UUID) -> UUID:
        """The other one of both."""
        return self.asked_id if environment_id == self.asking_id else self.asking_id

    def name_of(self, environment_id: UUID) -> str:
        """How this one of both is called."""
        return self.asking_name if environment_id == self.asking_id else self.asked_name

    def partner_name(self, environment_id: UUID) -> str:
        """How the other one of both is called."""
        return self.name_of(self.partner_of(environment_id))
