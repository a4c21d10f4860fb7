"""A document that somebody set aside: it is no part of the books (rules 2.2, 2.8)."""

from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from omloop.tenancy.constraints import SameOrganisation
from omloop.tenancy.models import Confidential, OfOrganisation


class SetAside(OfOrganisation, Confidential):
    """Why a document without an invoice waits for nobody any more, who said so and when; undone, not changed.

    `reason` of what was sent back is the answer that its sender got; `place` names the organisation that it
    belongs to.
    """

    class Ground(models.TextChoices):
        NO_INVOICE = "no_invoice", _("no invoice")
        ELSEWHERE = "elsewhere", _("belongs to another organisation")
        SENT_BACK = "sent_back", _("sent back to its sender")

    document = models.ForeignKey(
        "intake.Document", on_delete=models.PROTECT, db_constraint=False, related_name="asides"
    )
    ground = models.TextField(choices=Ground.choices)
    reason = models.TextField(blank=True)
    place = models.TextField(blank=True)
    set_aside_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    set_aside_at = models.DateTimeField()
    undone_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    document_id: UUID
    organisation_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(
                field="document", name="set_aside_in_one_organisation", follows=("confidential",)
            ),
            models.UniqueConstraint(
                fields=["organisation", "document"],
                condition=models.Q(undone_at__isnull=True),
                name="document_is_set_aside_once",
            ),
            models.CheckConstraint(
                condition=models.Q(ground__in=["no_invoice", "elsewhere", "sent_back"]),
                name="set_aside_ground_is_known",
            ),
        ]
