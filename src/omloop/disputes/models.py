"""Invoices that are disputed with their supplier, and what was said about it (rules 3.12)."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from omloop.invoices.models import Invoice, amount_field
from omloop.tenancy.constraints import SameOrganisation
from omloop.tenancy.models import Confidential, OfOrganisation


class Dispute(OfOrganisation, Confidential):
    """An invoice that is disputed since a day, until it ends with an outcome; one at a time.

    `payable` is the part that is not disputed, with VAT and without a sign; empty: nothing is payable.
    `agreed` is what is owed by the whole of it since the two agreed on that, likewise.
    """

    class Outcome(models.TextChoices):
        CREDITED = "credited", _("credit note received")
        AGREED = "agreed", _("agreed on another amount")
        PAYABLE = "payable", _("payable as invoiced after all")
        LAPSED = "lapsed", _("the supplier dropped the invoice")
        CANCELLED = "cancelled", _("the invoice was cancelled")

    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, db_constraint=False, related_name="disputes"
    )
    disputed_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    disputed_on = models.DateField()
    reason = models.TextField()
    payable = amount_field()
    expects_credit_note = models.BooleanField(default=False)
    credit_note_number = models.TextField(blank=True)
    follow_up_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.TextField(choices=Outcome.choices, blank=True)
    agreed = amount_field()
    closing_remark = models.TextField(blank=True)

    organisation_id: UUID
    invoice_id: UUID
    disputed_by_id: UUID
    ended_by_id: UUID | None

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "id", "confidential"], name="dispute_lends_its_confidentiality"
            ),
            SameOrganisation(field="invoice", name="dispute_in_one_organisation", follows=("confidential",)),
            models.UniqueConstraint(
                fields=["organisation", "invoice"],
                condition=Q(ended_at__isnull=True),
                name="invoice_is_disputed_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(payable__isnull=True) | Q(payable__gt=0), name="dispute_leaves_a_part_payable"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="") | Q(ended_at__isnull=False) & ~Q(outcome=""),
                name="dispute_ends_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(agreed__isnull=True) | Q(agreed__gt=0, outcome="agreed"),
                name="dispute_agrees_on_an_amount",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "disputed_on"],
                name="disputes_by_age",
                condition=Q(ended_at__isnull=True),
            )
        ]


class DisputeNote(OfOrganisation, Confidential):
    """A contact about a dispute: with whom, what was said, and when one looks again.

    `is_told`: the sender of an invoice that came directly reads it too (rules 2.7).
    """

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, db_constraint=False, related_name="notes")
    written_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    text = models.TextField()
    is_told = models.BooleanField(default=False)
    follow_up_on = models.DateField(null=True)

    organisation_id: UUID
    dispute_id: UUID
    written_by_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(
                field="dispute", name="dispute_note_in_one_organisation", follows=("confidential",)
            ),
        ]
        indexes = [models.Index(fields=["organisation", "dispute"], name="notes_of_dispute")]
