"""The end of an organisation, as rows: closing, opening again, and deleting what may go (rules 6.5, 6.7)."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from omloop.tenancy.constraints import SameOrganisation
from omloop.tenancy.models import OfOrganisation

OF_SHOWN_ORGANISATIONS = "organisation_id IN (SELECT id FROM organisations_organisation)"
"""As wide as the organisation itself: its members, and its environment's administrators, who consent."""


class Ending(OfOrganisation):
    """Something final that two people agree to: closing, opening again, or deleting (rules 6.5, 6.7).

    Deleting waits after the second consent (`due_at`), and needs an export that was made before
    (`export_sha256`). What comes late goes to the successor: an organisation of this installation (its id
    alone, for it may go elsewhere), or no more than a name.
    """

    class Kind(models.TextChoices):
        CLOSE = "close", _("closing")
        REOPEN = "reopen", _("opening again")
        DELETE = "delete", _("deleting")

    class State(models.TextChoices):
        ASKED = "asked", _("waits for consent")
        AGREED = "agreed", _("waits for its day")
        RUNNING = "running", _("being done")
        DONE = "done", _("done")
        WITHDRAWN = "withdrawn", _("called off")

    wall: ClassVar[str] = OF_SHOWN_ORGANISATIONS
    goes_on_when_closed: ClassVar[bool] = True
    OPEN: ClassVar[tuple[str, ...]] = (State.ASKED, State.AGREED, State.RUNNING)

    kind = models.TextField(choices=Kind.choices)
    state = models.TextField(choices=State.choices, default=State.ASKED)
    asked_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    successor_id = models.UUIDField(null=True)
    successor_name = models.CharField(_("name of the successor"), max_length=200, blank=True)
    export_sha256 = models.CharField(max_length=64, blank=True)
    export_size = models.PositiveBigIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    certificate = models.CharField(max_length=64, blank=True)

    organisation_id: UUID
    asked_by_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(kind__in=["close", "reopen", "delete"]), name="ending_kind_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["asked", "agreed", "running", "done", "withdrawn"]),
                name="ending_state_is_known",
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(state__in=["asked", "agreed", "running"]),
                name="organisation_ends_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="delete", state__in=["agreed", "running", "done"])
                | ~models.Q(export_sha256=""),
                name="deleting_comes_after_an_export",
            ),
            models.CheckConstraint(
                condition=~models.Q(successor_id=models.F("organisation")), name="nobody_succeeds_itself"
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it is under way."""
        return self.state in self.OPEN

    @property
    def can_be_called_off(self) -> bool:
        """Until it is being done (rules 6.5)."""
        return self.state in (self.State.ASKED, self.State.AGREED)


class EndingConsent(OfOrganisation):
    """A person agrees, as an administrator of the organisation, of the environment, or of both."""

    wall: ClassVar[str] = OF_SHOWN_ORGANISATIONS
    goes_on_when_closed: ClassVar[bool] = True

    ending = models.ForeignKey(Ending, on_delete=models.PROTECT, db_constraint=False, related_name="consents")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    for_organisation = models.BooleanField()
    for_environment = models.BooleanField()
    given_at = models.DateTimeField()

    person_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(field="ending", name="ending_consent_in_one_organisation"),
            models.UniqueConstraint(
                fields=["organisation", "ending", "person"], name="person_consents_once_to_an_ending"
            ),
            models.CheckConstraint(
                condition=models.Q(for_organisation=True) | models.Q(for_environment=True),
                name="ending_consent_is_for_somebody",
            ),
        ]
