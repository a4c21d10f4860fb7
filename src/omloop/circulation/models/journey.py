"""The journey of an invoice past the people who check and approve it (rules 3)."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from omloop.circulation.models.rules import ALL_OF_A_GROUP, NAMES_ONE, SchemeRule, StepAction
from omloop.circulation.models.standing import Decisions
from omloop.invoices.models import Invoice
from omloop.kernel.ids import uuid7
from omloop.organisations.models import Group
from omloop.tenancy.constraints import SameOrganisation
from omloop.tenancy.models import Confidential, OfOrganisation

BY_DUE_DATE = models.Case(
    models.When(due_on__isnull=True, then=models.Value(date.max)), default=models.F("due_on")
)
"""The order of the worklist; without a due date last. The indexes and the queries say it alike.

No COALESCE: under row-level security PostgreSQL trusts a CASE to leak nothing, and would not look for a
COALESCE in the index before the policy.
"""
UNTIL_RELEASED = date.max
"""On hold without a day: later than any, so that one comparison says whether a task is on hold."""

IS_ON_HOLD = models.Q(ended_at__isnull=True, on_hold_until__isnull=False)
"""What the indexes of tasks on hold hold: those, and the few whose day has come."""


class Step(OfOrganisation, Confidential):
    """A step of one invoice, copied from the scheme at the start: editing the scheme changes nothing here.

    A step of origin `fallback` asks a group "whose invoice is this?"; `reason` says what led there, or
    (`OVER`) why it is over for good: taken back from who had it beside another, coded otherwise, routed anew,
    or the decision that it came by was withdrawn; `CREDITED`: it asks about a credit note who approved the
    invoice (rules 2.11). Parts of one position are open together, each with its
    own task (rules 3.9). `per_line`: it asks the owners of the coding lines (3.8), and once it has opened
    each part names one and has its lines. A step of origin `coding` comes before those of the scheme, and
    asks to code (3.2).
    """

    TAKEN_BACK, RECODED, REROUTED, CREDITED = "taken_back", "recoded", "rerouted", "credited"
    WITHDRAWN = "withdrawn"
    OVER = (TAKEN_BACK, RECODED, REROUTED, WITHDRAWN)

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        OPEN = "open", _("open")
        DONE = "done", _("done")
        ENDED = "ended", _("ended")

    class Origin(models.TextChoices):
        SCHEME = "scheme", _("scheme")
        FALLBACK = "fallback", _("fallback")
        RETURN = "return", _("return")
        CODING = "coding", _("coding")

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, db_constraint=False, related_name="steps")
    position = models.PositiveIntegerField()
    part = models.PositiveIntegerField(default=1)
    needs_all = models.BooleanField(default=False)
    per_line = models.BooleanField(default=False)
    action = models.TextField(choices=StepAction.choices)
    origin = models.TextField(choices=Origin.choices, default=Origin.SCHEME)
    rule = models.ForeignKey(
        SchemeRule, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    group = models.ForeignKey(
        Group, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    state = models.TextField(choices=State.choices, default=State.WAITING)
    reason = models.TextField(blank=True)
    matched_on = models.JSONField(null=True)
    """Of the first step of a choice: what the scheme was looked through for (`facts`, rules 3.14)."""

    organisation_id: UUID
    invoice_id: UUID
    rule_id: UUID | None
    person_id: UUID | None
    group_id: UUID | None

    @property
    def is_answer(self) -> bool:
        """Whether it answers who sent the invoice back: by that nobody checks it (rules 3.5)."""
        return self.origin == self.Origin.RETURN

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "id", "confidential"], name="step_lends_its_confidentiality"
            ),
            SameOrganisation(field="invoice", name="step_in_one_organisation", follows=("confidential",)),
            SameOrganisation(field="rule", name="step_rule_in_one_organisation"),
            SameOrganisation(field="group", name="step_group_in_one_organisation"),
            models.CheckConstraint(
                condition=models.Q(action__in=["check", "approve", "code"]), name="step_asks_what_is_known"
            ),
            models.CheckConstraint(
                condition=NAMES_ONE | models.Q(per_line=True, state__in=["waiting", "ended"]),
                name="step_names_a_person_or_a_group_once_open",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "open", "done", "ended"]), name="step_state_is_known"
            ),
            models.UniqueConstraint(
                fields=["organisation", "invoice", "part"],
                condition=models.Q(state="open"),
                name="invoice_waits_once_for_a_part",
            ),
            models.CheckConstraint(condition=ALL_OF_A_GROUP, name="step_needs_all_of_a_group"),
            models.UniqueConstraint(
                fields=["organisation", "invoice", "position", "part"],
                name="steps_stand_in_order",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]


class Assignment(OfOrganisation, Confidential):
    """A step waits for somebody: one holder, or a group of whom anyone may (rules 3.15).

    Narrow on purpose: the worklist reads this table. `why` is the snapshot of what the routing knew;
    `fallback` is the reason when the group is asked because nobody else can be; `barred` are the people of
    the group who may not, for another pair of eyes must (rules 3.5). `on_hold_until` is the day on which it
    is back (`UNTIL_RELEASED`: no day), empty for what is not on hold; a new holder begins without it, but who
    takes it from his group.
    """

    step = models.ForeignKey(Step, on_delete=models.PROTECT, db_constraint=False, related_name="assignments")
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, db_constraint=False, related_name="assignments"
    )
    holder = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    group = models.ForeignKey(
        Group, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    for_person = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(null=True)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    fallback = models.TextField(blank=True)
    on_hold_until = models.DateField(null=True)
    barred = ArrayField(models.UUIDField(), default=list)
    why = models.JSONField()

    organisation_id: UUID
    step_id: UUID
    invoice_id: UUID
    holder_id: UUID | None
    group_id: UUID | None
    for_person_id: UUID | None

    def is_on_hold(self, on: date) -> bool:
        """Whether it is on hold on a day; on the day itself until which it was, it is back."""
        return self.on_hold_until is not None and self.on_hold_until > on

    def again(self, **changed: Any) -> "Assignment":
        """The same step waits again, as this task did but for what changed; not saved."""
        fields = {field.attname: getattr(self, field.attname) for field in self._meta.concrete_fields}
        return Assignment(**fields | {"id": uuid7(), "ended_at": None, **changed})

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "id", "confidential"], name="assignment_lends_its_confidentiality"
            ),
            SameOrganisation(field="step", name="assignment_in_one_organisation", follows=("confidential",)),
            SameOrganisation(
                field="invoice", name="assignment_invoice_in_one_organisation", follows=("confidential",)
            ),
            SameOrganisation(field="group", name="assignment_group_in_one_organisation"),
            models.CheckConstraint(
                condition=models.Q(holder__isnull=True) ^ models.Q(group__isnull=True),
                name="assignment_has_one_holder_or_a_group",
            ),
            models.UniqueConstraint(
                fields=["organisation", "step"],
                condition=models.Q(ended_at__isnull=True),
                name="step_has_one_holder_at_a_time",
            ),
        ]
        indexes = [
            models.Index(
                models.F("holder"),
                BY_DUE_DATE,
                models.F("id"),
                name="worklist_of_person",
                condition=models.Q(ended_at__isnull=True),
            ),
            models.Index(
                models.F("group"),
                BY_DUE_DATE,
                models.F("id"),
                name="worklist_of_group",
                condition=models.Q(ended_at__isnull=True),
            ),
            models.Index(
                models.F("holder"),
                BY_DUE_DATE,
                models.F("id"),
                name="on_hold_of_person",
                condition=IS_ON_HOLD,
            ),
            models.Index(
                models.F("group"), BY_DUE_DATE, models.F("id"), name="on_hold_of_group", condition=IS_ON_HOLD
            ),
            models.Index(fields=["organisation", "invoice"], name="assignments_of_invoice"),
        ]


class Decision(OfOrganisation, Confidential):
    """What somebody decided, for himself or for another; it stays, whatever happens later.

    One decision an assignment: the database itself refuses a second. `counts` is the hash of what the
    decision was about (rules 3.7). Withdrawn it counts no more (`objects.standing()`), and stays too;
    so it is when somebody changed the coding that it was about, or had the invoice follow the scheme anew
    (`voided_by`).
    """

    class Action(models.TextChoices):
        CHECK = "check", _("checked")
        APPROVE = "approve", _("approved")
        RETURN = "return", _("returned")
        REJECT = "reject", _("rejected")
        FORWARD = "forward", _("forwarded")
        HOLD = "hold", _("put on hold")
        RELEASE = "release", _("released")
        CODE = "code", _("coded")

    step = models.ForeignKey(Step, on_delete=models.PROTECT, db_constraint=False, related_name="decisions")
    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, db_constraint=False, related_name="decisions"
    )
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, db_constraint=False, related_name="decisions"
    )
    action = models.TextField(choices=Action.choices)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    for_person = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    remark = models.TextField(blank=True)
    decided_at = models.DateTimeField()
    counts = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawal = models.TextField(blank=True)
    voided_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[Decisions] = Decisions()
    organisation_id: UUID
    step_id: UUID
    assignment_id: UUID
    invoice_id: UUID
    person_id: UUID
    for_person_id: UUID | None

    @property
    def word(self) -> str:
        """What was done, in one word: "checked", or "answered" what was sent back."""
        is_answer = self.action == self.Action.CHECK and self.step.is_answer
        return gettext("answered") if is_answer else str(self.Action(self.action).label)

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(field="step", name="decision_in_one_organisation", follows=("confidential",)),
            SameOrganisation(
                field="assignment",
                name="decision_assignment_in_one_organisation",
                follows=("confidential",),
            ),
            models.UniqueConstraint(fields=["organisation", "assignment"], name="assignment_is_decided_once"),
            SameOrganisation(
                field="invoice", name="decision_invoice_in_one_organisation", follows=("confidential",)
            ),
            models.CheckConstraint(
                condition=models.Q(
                    action__in=["check", "approve", "return", "reject", "forward", "hold", "release", "code"]
                ),
                name="decision_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=False) | models.Q(withdrawal=""),
                name="decision_says_why_once_withdrawn",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "invoice", "decided_at"], name="decisions_of_invoice")
        ]
