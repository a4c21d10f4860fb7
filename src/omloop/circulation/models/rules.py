"""The rules of a scheme: which invoices, and the steps that they take (rules 3.1)."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from omloop.organisations.models import Group
from omloop.tenancy.constraints import SameOrganisation
from omloop.tenancy.history import HistoryManager, WithHistory
from omloop.tenancy.models import OfOrganisation


class StepAction(models.TextChoices):
    """What a step asks."""

    CHECK = "check", _("check")
    APPROVE = "approve", _("approve")
    CODE = "code", _("code")


DECIDING = (StepAction.CHECK, StepAction.APPROVE)
"""What a step of a scheme can ask; coding comes before the scheme (rules 3.2)."""
IS_DECIDING = models.Q(action__in=["check", "approve"])
NAMES_NOBODY = models.Q(person__isnull=True, group__isnull=True)
NAMES_ONE = models.Q(person__isnull=True) ^ models.Q(group__isnull=True)
ALL_OF_A_GROUP = models.Q(needs_all=False) | models.Q(group__isnull=False)


class SchemeRule(WithHistory, OfOrganisation):
    """A rule of the scheme: which invoices, and the steps they take. The highest priority that matches wins.

    An empty condition matches everything; of an account or a cost centre, named by its code, one line of the
    invoice is enough. A rule is ended, never changed: the replay of a routing reads it.
    """

    priority = models.IntegerField()
    name = models.CharField(_("name"), max_length=120)
    kind = models.TextField(blank=True)
    supplier = models.CharField(_("supplier"), max_length=255, blank=True)
    order_reference = models.CharField(max_length=255, blank=True)
    ledger_account = models.CharField(_("ledger account"), max_length=40, blank=True)
    cost_centre = models.CharField(_("cost centre"), max_length=40, blank=True)
    amount_from = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    amount_to = models.DecimalField(max_digits=15, decimal_places=2, null=True)

    objects: ClassVar[HistoryManager] = HistoryManager()

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(kind__in=["", "invoice", "credit_note"]), name="scheme_rule_kind_is_known"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-priority"], name="scheme_rules_in_order")]


class SchemeStep(OfOrganisation):
    """A step of a rule: names a person or a group, or the owners of the coding lines, and checks or approves.

    Rows of one position are parts of one step: all are asked at the same time, and all are needed. Of a
    group anyone may, or everyone must (`needs_all`, rules 3.9).
    """

    rule = models.ForeignKey(SchemeRule, on_delete=models.PROTECT, db_constraint=False, related_name="steps")
    position = models.PositiveIntegerField()
    part = models.PositiveIntegerField(default=1)
    needs_all = models.BooleanField(default=False)
    per_line = models.BooleanField(default=False)
    action = models.TextField(choices=StepAction.choices)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    group = models.ForeignKey(
        Group, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )

    person_id: UUID | None
    group_id: UUID | None

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(field="rule", name="scheme_step_in_one_organisation"),
            SameOrganisation(field="group", name="scheme_step_group_in_one_organisation"),
            models.CheckConstraint(condition=IS_DECIDING, name="scheme_step_checks_or_approves"),
            models.CheckConstraint(
                condition=NAMES_ONE & models.Q(per_line=False) | NAMES_NOBODY & models.Q(per_line=True),
                name="scheme_step_names_a_person_a_group_or_the_owners",
            ),
            models.UniqueConstraint(
                fields=["organisation", "rule", "position", "part"], name="scheme_steps_stand_in_order"
            ),
            models.CheckConstraint(condition=ALL_OF_A_GROUP, name="scheme_step_needs_all_of_a_group"),
        ]
