"""How an invoice is booked: ledger accounts, cost centres, cost units, and the lines that name them."""

from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from omloop.coding.chart import ConfidentialAccount as ConfidentialAccount
from omloop.coding.chart import CostCentre as CostCentre
from omloop.coding.chart import CostUnit as CostUnit
from omloop.coding.chart import LedgerAccount as LedgerAccount
from omloop.coding.chart import VatCode as VatCode
from omloop.invoices.models import Invoice
from omloop.tenancy.constraints import SameOrganisation
from omloop.tenancy.models import Confidential, OfOrganisation

IS_CURRENT = models.Q(ended_at__isnull=True)


class Coded(models.Model):
    """What a line says besides its amount: the same for a line of an invoice and for one of a template."""

    ledger_account = models.ForeignKey(
        LedgerAccount, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    cost_centre = models.ForeignKey(
        CostCentre, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    cost_unit = models.ForeignKey(
        CostUnit, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    vat_code = models.TextField(blank=True)
    description = models.TextField(blank=True)

    ledger_account_id: UUID
    cost_centre_id: UUID | None
    cost_unit_id: UUID | None

    class Meta:
        abstract = True

    @property
    def is_current(self) -> bool:
        """Whether all that it names may still be booked on."""
        named = (self.ledger_account, self.cost_centre, self.cost_unit)
        return all(each is None or each.ended_at is None for each in named)


def in_one_organisation(what: str) -> "list[models.BaseConstraint]":
    """The three keys of a coded line, kept inside its organisation."""
    fields = ("ledger_account", "cost_centre", "cost_unit")
    return [SameOrganisation(field=field, name=f"{what}_{field}_in_one_organisation") for field in fields]


class CodingLine(Coded, OfOrganisation, Confidential):
    """A part of an invoice's amount without VAT, and where it is booked.

    A changed line is ended and another is made; what stays as it was keeps its row, so that a part of a step
    can hang on it (rules 3.7, 3.8). `net` is in the invoice's currency, with the signs of the invoice: those
    of a credit note are positive too. `why` says what a proposal comes from: `{"template": id}`,
    `{"invoice": id}`, or `{"key": id}` of what was divided by a key.
    """

    class Origin(models.TextChoices):
        TYPED = "typed", _("typed")
        TEMPLATE = "template", _("from the supplier's template")
        HISTORY = "history", _("as on an earlier invoice")
        DIVISION = "division", _("divided by a key")

    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, db_constraint=False, related_name="coding_lines"
    )
    supplier = models.TextField(blank=True)
    """The key of the invoice's supplier, so that his last coding is found by an index."""
    position = models.PositiveIntegerField()
    net = models.DecimalField(max_digits=19, decimal_places=4)
    period = models.DateField(null=True)
    """The first day of the month that it belongs to; None: that of the invoice."""
    origin = models.TextField(choices=Origin.choices)
    why = models.JSONField(default=dict)
    typed_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    invoice_id: UUID
    typed_by_id: UUID | None

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "id", "confidential"], name="coding_line_lends_its_confidentiality"
            ),
            SameOrganisation(
                field="invoice", name="coding_line_in_one_organisation", follows=("confidential",)
            ),
            *in_one_organisation("coding_line"),
            models.UniqueConstraint(
                fields=["organisation", "invoice", "position"],
                condition=IS_CURRENT,
                name="coding_lines_stand_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(period=None) | models.Q(period__day=1),
                name="coding_line_names_a_month_by_its_first_day",
            ),
            models.CheckConstraint(
                condition=models.Q(origin__in=["typed", "template", "history", "division"]),
                name="coding_line_origin_is_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "supplier", "-created_at"],
                condition=IS_CURRENT,
                name="last_coding_of_supplier",
            ),
        ]


def share_field() -> "models.DecimalField[Decimal, Any]":
    """A share of a whole: a percentage, parts, or amounts of an earlier division; only proportions count."""
    return models.DecimalField(max_digits=19, decimal_places=4)


class CodingTemplate(OfOrganisation, Confidential):
    """How the invoices of a supplier are coded, as somebody told Omloop to remember.

    As confidential as the invoice that it was taken from. It is ended, never changed: lines refer to it.
    """

    supplier = models.TextField()
    supplier_name = models.TextField(blank=True)
    kept_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "id", "confidential"],
                name="coding_template_lends_its_confidentiality",
            ),
            models.UniqueConstraint(
                fields=["organisation", "supplier", "confidential"],
                condition=IS_CURRENT,
                name="supplier_has_one_coding_template",
            ),
        ]


class TemplateLine(Coded, OfOrganisation, Confidential):
    """A line of a template: which share of an invoice, and where it is booked."""

    template = models.ForeignKey(
        CodingTemplate, on_delete=models.PROTECT, db_constraint=False, related_name="lines"
    )
    position = models.PositiveIntegerField()
    share = share_field()

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(
                field="template", name="template_line_in_one_organisation", follows=("confidential",)
            ),
            *in_one_organisation("template_line"),
            models.UniqueConstraint(
                fields=["organisation", "template", "position"], name="template_lines_stand_in_order"
            ),
        ]


class DivisionKey(OfOrganisation):
    """A stored way to divide an amount over cost centres or cost units (rules 3.8). Ended, never changed."""

    name = models.CharField(_("name"), max_length=120)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "name"], condition=IS_CURRENT, name="division_key_is_named_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DivisionShare(OfOrganisation):
    """What one cost centre or cost unit gets of what a key divides."""

    key = models.ForeignKey(DivisionKey, on_delete=models.PROTECT, db_constraint=False, related_name="shares")
    position = models.PositiveIntegerField()
    share = share_field()
    cost_centre = models.ForeignKey(
        CostCentre, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    cost_unit = models.ForeignKey(
        CostUnit, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )

    cost_centre_id: UUID | None
    cost_unit_id: UUID | None

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(field="key", name="division_share_in_one_organisation"),
            SameOrganisation(field="cost_centre", name="division_share_cost_centre_in_one_organisation"),
            SameOrganisation(field="cost_unit", name="division_share_cost_unit_in_one_organisation"),
            models.CheckConstraint(condition=models.Q(share__gt=0), name="division_share_is_something"),
            models.UniqueConstraint(
                fields=["organisation", "key", "position"], name="division_shares_stand_in_order"
            ),
        ]
