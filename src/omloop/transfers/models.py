"""A transfer of one person's circulation to another, and each thing that went (rules 5)."""

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from omloop.invoices.models import Invoice
from omloop.people.models import Person
from omloop.tenancy.constraints import SameOrganisation
from omloop.tenancy.models import Confidential, OfOrganisation

UNDO_DAYS = timedelta(days=30)


class What(models.TextChoices):
    """What can be transferred; rights and limits never are."""

    INVOICES = "invoices", _("Active circulation data")
    RULES = "rules", _("Scheme rules and receipt groups")
    SUBSTITUTIONS = "substitutions", _("Substitutions")
    COST_CENTRES = "cost_centres", _("Cost centres and cost units")


class Transfer(OfOrganisation):
    """In one organisation: what was a person's went to others, all in one transaction.

    The rows of one transfer share `run_id`. `wish` is what was asked, so that a job can do it and a report
    can say it; `stayed` lists what did not go, with the reason.
    """

    class State(models.TextChoices):
        ASKED = "asked"
        DONE = "done"
        REFUSED = "refused"

    run_id = models.UUIDField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    state = models.TextField(default=State.ASKED)
    wish = models.JSONField()
    stayed = models.JSONField(default=list)

    organisation_id: UUID
    person_id: UUID
    made_by_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(fields=["organisation", "run_id"], name="transfer_once_an_organisation"),
            models.CheckConstraint(
                condition=models.Q(state__in=["asked", "done", "refused"]), name="transfer_state_is_known"
            ),
        ]
        indexes = [models.Index(fields=["run_id"], name="transfers_of_run")]

    @property
    def undo_until(self) -> datetime:
        """Until when it can be undone (rules 5.3)."""
        until: datetime = self.made_at + UNDO_DAYS
        return until


class Item(OfOrganisation, Confidential):
    """One thing that went: an invoice with all that was the person's on it, a rule, a group, a
    substitution, a cost centre.

    Of an invoice, `steps` are those that named him, `questions` what he was asked on it (advice, information)
    and `tasks` those that were open then: as long as these are, nothing has happened on it; an invoice that
    was approved has none. While it is not undone, `to_id`
    stands in the person's place there, and what would come back to him comes to the other (rules 5.2). Of
    the rest, `before_id` and `after_id` are the rows that were ended and made, or the row that changed.
    Narrow on purpose: a transfer writes many.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice"
        RULE = "rule"
        GROUP = "group"
        SUBSTITUTION = "substitution"
        COST_CENTRE = "cost_centre"
        COST_UNIT = "cost_unit"

    transfer = models.ForeignKey(
        Transfer, on_delete=models.PROTECT, db_constraint=False, related_name="items"
    )
    kind = models.TextField()
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="transfers"
    )
    to_id = models.UUIDField()
    steps = ArrayField(models.UUIDField(), default=list)
    tasks = ArrayField(models.UUIDField(), default=list)
    questions = ArrayField(models.UUIDField(), default=list)
    before_id = models.UUIDField(null=True)
    after_id = models.UUIDField(null=True)
    undone_at = models.DateTimeField(null=True)

    organisation_id: UUID
    transfer_id: UUID
    invoice_id: UUID | None

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(field="transfer", name="transfer_item_in_one_organisation"),
            SameOrganisation(
                field="invoice", name="transfer_item_invoice_in_one_organisation", follows=("confidential",)
            ),
            models.CheckConstraint(
                condition=models.Q(kind="invoice", invoice__isnull=False)
                | models.Q(
                    kind__in=["rule", "group", "substitution", "cost_centre", "cost_unit"],
                    invoice__isnull=True,
                ),
                name="transfer_item_is_an_invoice_or_has_none",
            ),
        ]
