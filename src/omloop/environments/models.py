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
    """A group of companies and its people; documents never hang on it, so an organisation can move."""

    wall: ClassVar[str] = f"id = ANY ({ids('app.environment_ids')})"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=120)
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
