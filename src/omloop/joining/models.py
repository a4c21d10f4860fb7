"""How people come into an environment: they ask to join, or are invited (rules 1.2, 1.9)."""

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from omloop.environments.models import EITHER_SIDE, Environment, EnvironmentRole, Partnership
from omloop.kernel.ids import uuid7
from omloop.organisations.models import Organisation
from omloop.tenancy.models import ScopedManager
from omloop.tenancy.walls import ids

VALID_FOR = timedelta(days=14)
"""How long an invitation can be accepted (rules 1.9)."""

OWN_ENVIRONMENTS = f"environment_id = ANY ({ids('app.environment_ids')})"


class JoinRequest(models.Model):
    """A person with an address in a domain of the environment asks to join; an administrator answers."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    wall: ClassVar[str] = OWN_ENVIRONMENTS

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    state = models.TextField(choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")

    environment_id: UUID
    person_id: UUID
    objects: ClassVar[ScopedManager] = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "accepted", "declined", "withdrawn"]),
                name="join_request_state_is_known",
            ),
            models.UniqueConstraint(
                fields=["environment", "person"],
                condition=models.Q(state="open"),
                name="person_asks_an_environment_once_at_a_time",
            ),
        ]


class Invitation(models.Model):
    """An e-mail address is asked to come in, as what, until when; usable once (rules 1.9).

    Only the hash of its link is kept. With an organisation the invited person also gets a place in these
    groups of it; with a partnership that place alone, as one of the partner (rules 1.8). Facts are
    instants: accepted, withdrawn, expired.
    """

    wall: ClassVar[str] = OWN_ENVIRONMENTS

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField(_("e-mail address"))
    role = models.TextField(choices=EnvironmentRole.Role.choices, default=EnvironmentRole.Role.BASIC)
    adds_organisations = models.BooleanField(default=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    groups = ArrayField(models.CharField(max_length=120), default=list)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=2, default="nl")
    token_hash = models.BinaryField(max_length=32, null=True, unique=True)
    invited_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    environment_id: UUID
    organisation_id: UUID | None
    partnership_id: UUID | None
    invited_by_id: UUID
    objects: ClassVar[ScopedManager] = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=["basic", "administrator"]), name="invitation_role_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(withdrawn_at=None),
                name="invitation_is_accepted_or_withdrawn",
            ),
            models.CheckConstraint(
                condition=models.Q(partnership=None)
                | models.Q(organisation__isnull=False, role="basic", adds_organisations=False),
                name="invitation_of_partner_is_to_an_organisation_alone",
            ),
        ]
        indexes = [models.Index(fields=["environment", "invited_at"], name="invitation_to_environment")]

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be accepted."""
        return self.accepted_at is None and self.withdrawn_at is None and now < self.expires_at


class AuthorisationRequest(models.Model):
    """A person of a partner asks to become a member of the organisation with this KvK number (rules 1.8).

    Whether there is one is found by those who answer, so that asking tells nothing; `asking` and `asked`
    are the environments, copied for the wall.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    wall: ClassVar[str] = EITHER_SIDE

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    asking = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="+")
    asked = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    kvk = models.CharField(_("KvK number"), max_length=8)
    groups = ArrayField(models.CharField(max_length=120))
    remark = models.CharField(max_length=500, blank=True)
    state = models.TextField(choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")

    partnership_id: UUID
    asking_id: UUID
    asked_id: UUID
    person_id: UUID
    objects: ClassVar[ScopedManager] = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "accepted", "declined", "withdrawn"]),
                name="authorisation_request_state_is_known",
            ),
            models.UniqueConstraint(
                fields=["partnership", "person", "kvk"],
                condition=models.Q(state="open"),
                name="person_asks_for_an_authorisation_once_at_a_time",
            ),
        ]
