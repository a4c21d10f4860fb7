"""PDFs and images that a person reads with our help: their words, who typed, how a supplier's look."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from omloop.intake.models import Document
from omloop.invoices.models import Invoice
from omloop.pdf.placed import Page
from omloop.tenancy.constraints import SameOrganisation
from omloop.tenancy.models import Confidential, OfOrganisation


class Recognition(OfOrganisation, Confidential):
    """The words of a PDF or image with their places, read once; what they mean is worked out when asked."""

    class Source(models.TextChoices):
        TEXT = "text", _("text of the PDF")
        PICTURE = "picture", _("read from the picture")
        NONE = "none", _("no text found")
        NO_READER = "no_reader", _("no program here that reads pictures")

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, db_constraint=False, related_name="recognition"
    )
    source = models.TextField(choices=Source.choices)
    pages = models.JSONField()
    """As `Page.as_json` writes them."""
    read_at = models.DateTimeField()

    organisation_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(
                field="document", name="recognition_in_one_organisation", follows=("confidential",)
            ),
            models.CheckConstraint(
                condition=models.Q(source__in=["text", "picture", "none", "no_reader"]),
                name="recognition_source_is_known",
            ),
        ]

    @property
    def read_pages(self) -> list[Page]:
        """The pages with their words."""
        return [Page.from_json(said) for said in self.pages]


class Typing(OfOrganisation, Confidential):
    """Somebody typed or changed what an invoice says: making, so that he does not approve it (rules 3.5).

    `changed` is by field what it said before and says now; nobody stands there for a system.
    """

    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, db_constraint=False, related_name="typings"
    )
    typed_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    typed_at = models.DateTimeField()
    changed = models.JSONField()

    organisation_id: UUID
    invoice_id: UUID
    typed_by_id: UUID | None

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(field="invoice", name="typing_in_one_organisation", follows=("confidential",)),
        ]
        indexes = [models.Index(fields=["organisation", "invoice"], name="typings_of_invoice")]


class Layout(OfOrganisation):
    """How the papers of one supplier look: where each value stood that somebody confirmed (rules 2.2).

    Nothing is kept of confidential ones. `anchors` are by field, as `Anchor.as_json` writes them.
    """

    key = models.TextField()
    name = models.TextField()
    kvk = models.TextField(blank=True)
    vat = models.TextField(blank=True)
    iban = models.TextField(blank=True)
    anchors = models.JSONField()
    learned_at = models.DateTimeField()

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(fields=["organisation", "key"], name="one_layout_of_a_supplier"),
        ]
        indexes = [
            models.Index(fields=["organisation", "kvk"], name="layouts_by_kvk"),
            models.Index(fields=["organisation", "vat"], name="layouts_by_vat"),
            models.Index(fields=["organisation", "iban"], name="layouts_by_iban"),
        ]
