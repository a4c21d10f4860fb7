"""Who is asked for advice on an invoice, or sent it for information, and what came of that (rules 3.3)."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from omloop.invoices.models import Invoice
from omloop.tenancy.constraints import SameOrganisation
from omloop.tenancy.models import Confidential, OfOrganisation

UNANSWERED = Q(answered_at__isnull=True, recalled_at__isnull=True)
"""Still with the one who was asked."""


class Consultation(OfOrganisation, Confidential):
    """A holder asks somebody for advice on his step, or sends him the invoice for information.

    With `waits` nobody decides on the step until the answer is there, or the question is recalled. An answer
    decides nothing and fills no pair of eyes; of what was sent for information it says that it was seen.
    """

    class Kind(models.TextChoices):
        ADVICE = "advice", _("advice")
        INFORMATION = "information", _("for information")

    step = models.ForeignKey(
        "circulation.Step", on_delete=models.PROTECT, db_constraint=False, related_name="consultations"
    )
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, db_constraint=False, related_name="consultations"
    )
    kind = models.TextField(choices=Kind.choices)
    waits = models.BooleanField(default=False)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    asked_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    asked_at = models.DateTimeField()
    remark = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    recalled_at = models.DateTimeField(null=True)

    organisation_id: UUID
    step_id: UUID
    invoice_id: UUID
    person_id: UUID
    asked_by_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(
                field="step", name="consultation_in_one_organisation", follows=("confidential",)
            ),
            SameOrganisation(
                field="invoice", name="consultation_invoice_in_one_organisation", follows=("confidential",)
            ),
            models.CheckConstraint(
                condition=Q(kind="advice") | Q(kind="information", waits=False),
                name="consultation_waits_for_advice_alone",
            ),
            models.CheckConstraint(
                condition=~Q(person=models.F("asked_by")), name="consultation_is_of_somebody_else"
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(recalled_at__isnull=True),
                name="consultation_is_answered_or_recalled",
            ),
            models.UniqueConstraint(
                fields=["organisation", "step", "person"],
                condition=UNANSWERED,
                name="person_is_consulted_once_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "asked_at"], name="consultations_of_person", condition=UNANSWERED),
            models.Index(fields=["organisation", "invoice"], name="consultations_of_invoice"),
        ]
