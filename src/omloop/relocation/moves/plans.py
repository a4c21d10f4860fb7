"""The plan of a move (verhuizen): which organisations go where, and what becomes of people (rules 6.3)."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from omloop.kernel.ids import uuid7
from omloop.relocation.manifest import Manifest, from_dict
from omloop.tenancy.models import ScopedManager
from omloop.tenancy.walls import ids

OF_ENVIRONMENTS = ids("app.environment_ids")
OF_SHOWN_PLANS = "plan_id IN (SELECT id FROM relocation_moveplan)"
"""A wall as wide as that of the plan itself."""


STATES = ["draft", "asked", "running", "done", "stopped", "declined", "withdrawn", "expired", "undone"]


class MovePlan(models.Model):
    """Organisations go from one environment to another, once both sides consent.

    The other side is `to_email`: it names one of its environments when it consents, or the environment
    `to_name` is made with it as the first administrator. An undo names the plan that it undoes.
    At a sale people of the old side may read on, through `read_until`, what was imported through the closing
    date (rules 6.6).
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ASKED = "asked", _("waits for consent")
        RUNNING = "running", _("moving")
        DONE = "done", _("moved")
        STOPPED = "stopped", _("stopped")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")
        EXPIRED = "expired", _("expired")
        UNDONE = "undone", _("moved back")

    NEXT: ClassVar[dict[str, set[str]]] = {
        State.DRAFT: {State.ASKED, State.WITHDRAWN},
        State.ASKED: {State.RUNNING, State.DECLINED, State.WITHDRAWN, State.EXPIRED},
        State.RUNNING: {State.DONE, State.STOPPED},
        State.STOPPED: {State.ASKED, State.WITHDRAWN},
        State.DONE: {State.UNDONE},
        State.DECLINED: set(),
        State.WITHDRAWN: set(),
        State.EXPIRED: set(),
        State.UNDONE: set(),
    }
    """The life of a plan. STOPPED: nothing happened, and it can be asked again."""

    class Phase(models.TextChoices):
        COUNTING = "counting", _("counting what moves")
        MOVING = "moving", _("moving")
        CHECKING = "checking", _("counting again and comparing")

    wall: ClassVar[str] = (
        f"from_environment_id = ANY ({OF_ENVIRONMENTS}) OR to_environment_id = ANY ({OF_ENVIRONMENTS})"
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    from_environment = models.ForeignKey(
        "environments.Environment", on_delete=models.PROTECT, related_name="+"
    )
    to_environment = models.ForeignKey(
        "environments.Environment", on_delete=models.PROTECT, null=True, related_name="+"
    )
    to_name = models.CharField(_("name of the new environment"), max_length=120, blank=True)
    to_email = models.EmailField(_("e-mail address"), blank=True)
    undoes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.TextField(choices=State.choices, default=State.DRAFT)
    proposed_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    phase = models.TextField(choices=Phase.choices, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    executed_at = models.DateTimeField(null=True)
    undo_until = models.DateTimeField(null=True)
    stopped_because = models.JSONField(default=list)
    closing_on = models.DateField(_("closing date"), null=True)
    read_until = models.DateField(_("last day of reading"), null=True)

    from_environment_id: UUID
    to_environment_id: UUID | None
    undoes_id: UUID | None
    proposed_by_id: UUID
    objects: ClassVar[ScopedManager] = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=STATES),
                name="move_state_is_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(from_environment=models.F("to_environment")),
                name="move_goes_somewhere_else",
            ),
            models.CheckConstraint(
                condition=models.Q(to_environment__isnull=False) | ~models.Q(to_email=""),
                name="move_has_another_side",
            ),
        ]

    def become(self, state: str) -> None:
        """Go on to a state that may follow; raises ValueError for another."""
        if state not in self.NEXT[self.state]:
            raise ValueError(f"a plan that is {self.state} can't become {state}")
        self.state = state

    def can_be_undone(self, now: datetime) -> bool:
        """Whether both sides can still agree to move it back (rules 6.3)."""
        return self.state == self.State.DONE and self.undo_until is not None and now <= self.undo_until

    @property
    def is_open(self) -> bool:
        """Whether its choices can still be changed."""
        return self.state in (self.State.DRAFT, self.State.ASKED, self.State.STOPPED)


class OfPlan(models.Model):
    """A row of a plan, seen by whoever sees the plan."""

    wall: ClassVar[str] = OF_SHOWN_PLANS

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    plan = models.ForeignKey(MovePlan, on_delete=models.CASCADE, related_name="%(class)ss")

    plan_id: UUID
    objects: ClassVar[ScopedManager] = ScopedManager()

    class Meta:
        abstract = True


class Mover(OfPlan):
    """An organisation that goes along; its name is kept for who can't see it any more.

    `before` and `after` are the signed manifests; `differences` is what differs, and is empty when all is
    equal.
    """

    of_organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=200)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    differences = models.JSONField(default=list)

    of_organisation_id: UUID

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "of_organisation"], name="organisation_moves_once_in_a_plan"
            )
        ]

    @property
    def counted_before(self) -> Manifest:
        """The manifest that was taken before anything moved."""
        assert self.before  # noqa: S101 - the phase comes after counting
        return from_dict(self.before["manifest"])


class Passenger(OfPlan):
    """What becomes of a person who has to do with these organisations."""

    class Choice(models.TextChoices):
        ALONG = "along", _("comes along")
        BOTH = "both", _("works in both")
        LEAVES = "leaves", _("stays, and loses access")
        READS = "reads", _("stays, and reads on up to the closing date")
        RETURNS = "returns", _("gets back what he had")

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    choice = models.TextField(choices=Choice.choices)

    person_id: UUID

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "person"], name="person_has_one_choice_in_a_plan"),
            models.CheckConstraint(
                condition=models.Q(choice__in=["along", "both", "leaves", "reads", "returns"]),
                name="choice_is_known",
            ),
        ]


class Successor(OfPlan):
    """Who takes over what a person leaves behind in one organisation."""

    of_organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")

    of_organisation_id: UUID
    person_id: UUID
    successor_id: UUID

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "of_organisation", "person"], name="one_successor_in_an_organisation"
            ),
            models.CheckConstraint(
                condition=~models.Q(person=models.F("successor")), name="nobody_succeeds_himself"
            ),
        ]


class Consent(OfPlan):
    """An administrator of one side agrees to exactly one version of the plan."""

    class Side(models.TextChoices):
        FROM = "from", _("the environment that is left")
        TO = "to", _("the environment that is joined")

    side = models.TextField(choices=Side.choices)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    version = models.CharField(max_length=64)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    person_id: UUID

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(side__in=["from", "to"]), name="consent_side_is_known"),
            models.UniqueConstraint(
                fields=["plan", "side"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="a_side_consents_once",
            ),
        ]
