"""What may be booked on: ledger accounts, cost centres and units, and VAT codes (rules 3.10)."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from omloop.tenancy.models import OfOrganisation

LONGEST_CODE, LONGEST_NAME = 40, 200


class OfChart(OfOrganisation):
    """A code with its name. Ended when it is no longer booked on; what was booked keeps pointing to it."""

    code = models.CharField(max_length=LONGEST_CODE)
    name = models.CharField(_("name"), max_length=LONGEST_NAME, blank=True)
    ended_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)

    class Meta(OfOrganisation.Meta):
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "code"],
                condition=models.Q(ended_at__isnull=True),
                name="%(class)s_has_one_code",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


class WithOwner(models.Model):
    """Somebody answers for what is booked on it, and decides on those lines (rules 3.8)."""

    owner = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")

    owner_id: UUID | None

    class Meta:
        abstract = True


class LedgerAccount(OfChart):
    """An account of the general ledger."""


class VatCode(OfChart):
    """A code by which the bookkeeping package knows a kind of VAT; offered where one codes."""


class CostCentre(OfChart, WithOwner):
    """A part of the organisation that bears costs."""


class CostUnit(OfChart, WithOwner):
    """What costs are made for: a project, a product, an assignment."""


class ConfidentialAccount(OfOrganisation):
    """A ledger account whose invoices are confidential, by its code: renewing the list leaves it so.

    Ended, never changed (rules 2.12).
    """

    code = models.CharField(max_length=LONGEST_CODE)
    marked_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    marked_at = models.DateTimeField()
    ended_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "code"],
                condition=models.Q(ended_at__isnull=True),
                name="account_is_confidential_once",
            ),
        ]
