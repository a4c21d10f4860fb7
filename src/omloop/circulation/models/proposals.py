"""Rules of the scheme that are suggested and not yet made."""

from typing import ClassVar
from uuid import UUID

from django.db import models

from omloop.tenancy.models import OfOrganisation


class ProposedRule(OfOrganisation):
    """This supplier's invoices go to that person, suggests whoever said whose one of them is (rules 3.1).

    It stands on the page of the scheme until there is a rule for the supplier, by name or number, or it is
    dismissed.
    """

    supplier = models.CharField(max_length=255)
    supplier_kvk = models.TextField(blank=True, default="")
    supplier_vat = models.TextField(blank=True, default="")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True)

    person_id: UUID
    proposed_by_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "supplier", "person"],
                condition=models.Q(dismissed_at__isnull=True),
                name="rule_is_proposed_once",
            ),
        ]
