"""What was paid, and the payment files that an organisation makes for its bank (rules 3.10)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from omloop.booking.models import amount
from omloop.invoices.models import Invoice
from omloop.tenancy.constraints import SameOrganisation
from omloop.tenancy.models import Confidential, OfOrganisation

STANDS = Q(ended_at__isnull=True)
WAITS = STANDS & Q(paid_on__isnull=True)


class PaymentOption(OfOrganisation):
    """Whether an organisation makes payment files, and from which account it pays; off as delivered."""

    is_on = models.BooleanField(default=False)
    name = models.CharField(max_length=70, blank=True)
    iban = models.TextField(blank=True)
    bic = models.CharField(max_length=11, blank=True)

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(fields=["organisation"], name="organisation_has_payment_option_once"),
            models.CheckConstraint(
                condition=Q(is_on=False) | ~Q(iban="") & ~Q(name=""), name="payment_option_names_an_account"
            ),
        ]


class PaymentBatch(OfOrganisation, Confidential):
    """A payment file: numbered as exports are, frozen when it is made, never sent by itself."""

    number = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    execution_on: "models.DateField[date, date]" = models.DateField()
    debtor = models.JSONField()
    """Who pays: `name`, `iban`, `bic`."""

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "id", "confidential"], name="payment_batch_lends_its_confidentiality"
            ),
            models.UniqueConstraint(
                fields=["organisation", "confidential", "number"], name="payment_batch_has_one_number"
            ),
        ]

    @property
    def name(self) -> str:
        """How one refers to it: 12, or V12 of the confidential series."""
        return f"{'V' if self.confidential else ''}{self.number}"


class Payment(OfOrganisation, Confidential):
    """An amount of an invoice that was put in a payment file, or reported as paid; to the cent.

    A credit note's is negative: it is set off in the transfer of the same number. `paid_on` is filled when
    the bank or the package reports it; `ended_at`: it did not go through, and `ending` says why.
    """

    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, db_constraint=False, related_name="payments"
    )
    batch = models.ForeignKey(
        PaymentBatch, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="payments"
    )
    transfer = models.PositiveIntegerField(default=0)
    """Which transfer of the file: those of one account are one."""
    amount = amount()
    iban = models.TextField(blank=True)
    supplier_name = models.TextField(blank=True)
    invoice_number = models.TextField(blank=True)
    payment_reference = models.TextField(blank=True)
    paid_on = models.DateField(null=True)
    reference = models.TextField(blank=True)
    reported_at = models.DateTimeField(null=True)
    reported_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    ending = models.TextField(blank=True)

    invoice_id: UUID
    batch_id: UUID | None

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(field="invoice", name="payment_in_one_organisation", follows=("confidential",)),
            SameOrganisation(
                field="batch", name="payment_batch_in_one_organisation", follows=("confidential",)
            ),
            models.UniqueConstraint(
                fields=["organisation", "invoice"], condition=WAITS, name="invoice_is_in_one_payment_file"
            ),
            models.CheckConstraint(
                condition=Q(batch__isnull=False) | Q(paid_on__isnull=False), name="payment_is_ordered_or_paid"
            ),
            models.CheckConstraint(
                condition=Q(paid_on__isnull=True, reported_at__isnull=True)
                | Q(paid_on__isnull=False, reported_at__isnull=False),
                name="payment_is_reported_with_its_day",
            ),
            models.CheckConstraint(condition=STANDS | ~Q(ending=""), name="payment_ends_with_a_reason"),
        ]
        indexes = [models.Index(fields=["organisation", "invoice"], name="payments_of_invoice")]
