"""Attachments that people add to an invoice: beside what came in, which never changes."""

from uuid import UUID

from django.db import models

from omloop.tenancy.constraints import SameOrganisation
from omloop.tenancy.models import Confidential, OfOrganisation


class AddedAttachment(OfOrganisation, Confidential):
    """A file that somebody put with an invoice; its bytes are kept as any file of the organisation."""

    invoice = models.ForeignKey(
        "invoices.Invoice", on_delete=models.PROTECT, db_constraint=False, related_name="added_attachments"
    )
    filename = models.TextField()
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    organisation_id: UUID
    invoice_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(
                field="invoice", name="added_attachment_in_one_organisation", follows=("confidential",)
            ),
            models.UniqueConstraint(
                fields=["organisation", "invoice", "sha256"], name="same_bytes_are_added_once_to_an_invoice"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "invoice", "added_at"], name="added_to_invoice"),
            models.Index(fields=["organisation", "sha256"], name="added_by_bytes"),
        ]
