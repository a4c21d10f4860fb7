"""What an organisation wants of the PDFs of its invoices (rules 2.6)."""

from typing import ClassVar
from uuid import UUID

from django.db import models

from omloop.tenancy.models import OfOrganisation


class Direction(models.TextChoices):
    """Which invoices: those that come in, or those that go out."""

    RECEIVING = "receiving"
    SENDING = "sending"


class Generate(models.TextChoices):
    """When a PDF is made from the e-invoice."""

    ALWAYS = "always"
    NEVER = "never"
    WHEN_MISSING = "when_missing"


class PdfOption(OfOrganisation):
    """The options of one organisation and direction; no row: only when there is none, not merged."""

    direction = models.TextField(choices=Direction.choices)
    generate = models.TextField(choices=Generate.choices)
    merge = models.BooleanField()

    organisation_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "direction"], name="organisation_has_one_pdf_option_a_direction"
            ),
            models.CheckConstraint(
                condition=models.Q(direction__in=["receiving", "sending"]), name="pdf_direction_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(generate__in=["always", "never", "when_missing"]),
                name="pdf_generate_is_known",
            ),
        ]


class PdfLook(OfOrganisation):
    """The colour and logo of the invoices that an organisation sends, from a moment on: the newest counts.

    `sha256` and `size` are of the logo, a PNG of ours; empty for none.
    """

    colour = models.CharField(max_length=7)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)
    set_at = models.DateTimeField()

    organisation_id: UUID
