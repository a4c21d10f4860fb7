"""An environment (omgeving) holds organisations and people (rules 1.1, 1.3)."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from omloop.kernel.ids import uuid7
from omloop.tenancy.history import HistoryManager, WithHistory
from omloop.tenancy.models import ScopedManager
from omloop.tenancy.walls import ids


class Environment(models.Model):
    """A group of companies and its people; documents never hang on it, so an organisation can move.

    `joins_by_domain`: people of its verified domains join at once instead of asking (rules 1.2).
    """

    wall: ClassVar[str] = f"id = ANY ({ids('app.environment_ids')})"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=120)
    joins_by_domain = models.BooleanField(default=False)
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
