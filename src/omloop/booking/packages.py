"""How the bookkeeping package wants exports, and by what it knows suppliers (rules 3.10, 3.11)."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from omloop.tenancy.models import OfOrganisation

STANDS = Q(ended_at__isnull=True)


class ExportProfile(OfOrganisation):
    """A CSV file as a bookkeeping package wants it: which columns, in which signs. Ended, never changed.

    `columns` is a list of pairs: the name of a column, and the heading above it.
    """

    class Dates(models.TextChoices):
        ISO = "%Y-%m-%d", "2026-03-31"
        DUTCH = "%d-%m-%Y", "31-03-2026"
        PLAIN = "%Y%m%d", "20260331"

    class Separator(models.TextChoices):
        SEMICOLON = ";", _("semicolon")
        COMMA = ",", _("comma")
        TAB = "\t", _("tab")

    class DecimalSign(models.TextChoices):
        COMMA = ",", "1234,50"
        POINT = ".", "1234.50"

    name = models.CharField(_("name"), max_length=60)
    columns = models.JSONField()
    separator = models.TextField(choices=Separator.choices, default=Separator.SEMICOLON)
    decimal_sign = models.TextField(choices=DecimalSign.choices, default=DecimalSign.COMMA)
    dates = models.TextField(choices=Dates.choices, default=Dates.DUTCH)
    has_headings = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "name"], condition=STANDS, name="export_profile_is_named_once"
            ),
            models.CheckConstraint(
                condition=Q(separator__in=[";", ",", "\t"], decimal_sign__in=[",", "."]),
                name="export_profile_signs_are_known",
            ),
        ]


class Creditor(OfOrganisation):
    """By which number the bookkeeping package knows a supplier; renewed from the package (rules 3.10)."""

    supplier = models.TextField()
    """The key by which he is known again."""
    name = models.TextField(blank=True)
    number = models.TextField()

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "supplier"], name="supplier_has_one_creditor_number"
            ),
            models.CheckConstraint(condition=~Q(supplier="") & ~Q(number=""), name="creditor_is_named"),
        ]


class ExportFolder(OfOrganisation):
    """A folder of this machine in which exports are put for the package; set by the operator."""

    path = models.TextField()
    forms = models.JSONField()
    """In which forms, by their names."""
    trouble = models.TextField(blank=True)
    """Why the last visit failed; empty after one that went well."""
    is_on = models.BooleanField(default=True)
    added_at = models.DateTimeField()

    organisation_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(fields=["organisation"], name="an_organisation_has_one_export_folder"),
        ]
