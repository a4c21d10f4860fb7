"""What can become of an invoice besides circulating: a duplicate, cancelled, of elsewhere, confidential."""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from omloop.intake.models import IS_CHANNEL, Channel, Document
from omloop.tenancy.constraints import SameOrganisation
from omloop.tenancy.models import Confidential, OfOrganisation


class Duplicate(OfOrganisation, Confidential):
    """An invoice looks like one that came before, and what finance made of that (rules 2.5).

    Not `is_certain`: only its IBAN, number and amount are the same. `first_id` is no key: the first may be
    more confidential, and may go sooner when its term ends.
    """

    class Outcome(models.TextChoices):
        UNDECIDED = "", _("not decided")
        ORIGINAL = "original", _("an invoice of its own")
        COPY = "copy", _("a copy of the first")

    invoice = models.OneToOneField(
        "invoices.Invoice", on_delete=models.PROTECT, db_constraint=False, related_name="duplicate"
    )
    first_id = models.UUIDField()
    is_certain = models.BooleanField()
    found_at = models.DateTimeField()
    outcome = models.TextField(choices=Outcome.choices, blank=True)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    invoice_id: UUID
    organisation_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(
                field="invoice", name="duplicate_in_one_organisation", follows=("confidential",)
            ),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["", "original", "copy"]), name="duplicate_outcome_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="", decided_at__isnull=True)
                | ~models.Q(outcome="") & models.Q(decided_at__isnull=False),
                name="duplicate_says_when_it_was_decided",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "first_id"], name="duplicates_of_first")]


class Cancellation(OfOrganisation, Confidential):
    """Why an invoice is cancelled: nothing of it is paid or booked (rules 3.3).

    `place` names the organisation that it belonged to, for a file that was delivered wrongly (rules 2.10).
    """

    class Ground(models.TextChoices):
        FINANCE = "finance", _("cancelled by finance")
        COPY = "copy", _("a copy of another invoice")
        ELSEWHERE = "elsewhere", _("belongs to another organisation")
        WRONG_NAME = "wrong_name", _("wrong name on the invoice")

    invoice = models.OneToOneField(
        "invoices.Invoice", on_delete=models.PROTECT, db_constraint=False, related_name="cancellation"
    )
    ground = models.TextField(choices=Ground.choices)
    reason = models.TextField(blank=True)
    place = models.TextField(blank=True)
    cancelled_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField()

    organisation_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(
                field="invoice", name="cancellation_in_one_organisation", follows=("confidential",)
            ),
            models.CheckConstraint(
                condition=models.Q(ground__in=["finance", "copy", "elsewhere", "wrong_name"]),
                name="cancellation_ground_is_known",
            ),
        ]


class Misdelivery(OfOrganisation, Confidential):
    """Where a document of here arrived first, by mistake (rules 2.10): names, for that one may move away."""

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, db_constraint=False, related_name="misdelivery"
    )
    place = models.TextField()
    channel = models.TextField(choices=Channel.choices)
    received_at = models.DateTimeField()
    import_date = models.DateField()
    sent_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField()

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(
                field="document", name="misdelivery_in_one_organisation", follows=("confidential",)
            ),
            models.CheckConstraint(condition=IS_CHANNEL, name="misdelivery_channel_is_known"),
        ]


class ConfidentialSupplier(OfOrganisation, Confidential):
    """A supplier whose invoices are confidential before anyone sees them (rules 2.12); ended, never changed.

    The row is confidential itself. He is known by his key, or by any of his official numbers.
    """

    supplier = models.TextField()
    numbers = ArrayField(models.TextField(), default=list)
    name = models.TextField(blank=True)
    marked_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    marked_at = models.DateTimeField()
    ended_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "supplier"],
                condition=models.Q(ended_at__isnull=True),
                name="supplier_is_confidential_once",
            ),
            models.CheckConstraint(
                condition=models.Q(confidential=True), name="confidential_supplier_is_confidential"
            ),
        ]
