"""Changes of rights that are prepared before they hold (rules 6.1)."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from omloop.kernel.ids import uuid7
from omloop.tenancy.models import ScopedManager
from omloop.tenancy.walls import ids


class RightsDraft(models.Model):
    """Changes of rights that somebody prepares in an environment, to be saved in one go (rules 6.1).

    One open draft a person; saved ones stay, so that they can be turned back. `parties` is how a split
    divides organisations and people: a name, ids of both, and who administers.
    """

    wall: ClassVar[str] = f"environment_id = ANY ({ids('app.environment_ids')})"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    environment = models.ForeignKey("environments.Environment", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    parties = models.JSONField(default=list)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField(null=True)

    environment_id: UUID
    author_id: UUID
    objects: ClassVar[ScopedManager] = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "author"],
                condition=models.Q(saved_at__isnull=True),
                name="person_has_one_open_draft",
            )
        ]


class RightsChange(models.Model):
    """One change in a draft: a group given (until a day) or taken, a limit, or a role in the environment.

    Somebody's change of his own rights is asked of another administrator (`asked_at`). `before` says what
    was there when it was made (`done_at`), so that it can be turned back.
    """

    class What(models.TextChoices):
        ROLE = "role", _("role in the environment")
        GRANT = "grant", _("comes in a group")
        LIMIT = "limit", _("approval limit")
        WITHDRAW = "withdraw", _("leaves a group")

    wall: ClassVar[str] = f"environment_id = ANY ({ids('app.environment_ids')})"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    environment = models.ForeignKey("environments.Environment", on_delete=models.PROTECT, related_name="+")
    draft = models.ForeignKey(RightsDraft, on_delete=models.CASCADE, related_name="changes")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, null=True, related_name="+"
    )
    group = models.ForeignKey("organisations.Group", on_delete=models.PROTECT, null=True, related_name="+")
    what = models.TextField(choices=What.choices)
    until = models.DateField(null=True)
    kind = models.TextField(blank=True)
    amount = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    role = models.TextField(blank=True)
    before = models.JSONField(default=dict)
    asked_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    environment_id: UUID
    draft_id: UUID
    person_id: UUID
    organisation_id: UUID | None
    group_id: UUID | None
    objects: ClassVar[ScopedManager] = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "person", "organisation", "group", "what", "kind"],
                condition=models.Q(done_at__isnull=True, asked_at__isnull=True),
                nulls_distinct=False,
                name="draft_says_a_thing_once",
            ),
            models.CheckConstraint(
                condition=models.Q(what__in=["role", "grant", "limit", "withdraw"]),
                name="rights_change_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(what="role", organisation__isnull=True)
                | models.Q(what="limit", organisation__isnull=False, group__isnull=True)
                | models.Q(what__in=["grant", "withdraw"], organisation__isnull=False, group__isnull=False),
                name="rights_change_names_its_place",
            ),
        ]
