"""What was booked: closed months, batches for the bookkeeping package, their entries (rules 3.10, 3.11)."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from omloop.booking.packages import STANDS as STANDS
from omloop.booking.packages import Creditor as Creditor
from omloop.booking.packages import ExportFolder as ExportFolder
from omloop.booking.packages import ExportProfile as ExportProfile
from omloop.coding.models import LedgerAccount
from omloop.invoices.models import Invoice
from omloop.tenancy.constraints import SameOrganisation
from omloop.tenancy.models import Confidential, OfOrganisation

JOURNAL, MEMORIAL = "INK", "MEMO"
"""What the journals are called in the package where nobody said otherwise."""


def amount() -> "models.DecimalField[Any, Any]":
    """To the cent, in the organisation's currency; minus is credit."""
    return models.DecimalField(max_digits=19, decimal_places=2)


class Closing(OfOrganisation):
    """A month that was closed, and perhaps opened again; a month without a standing row is open."""

    month: "models.DateField[date, date]" = models.DateField()
    """Its first day."""
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    reopened_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "month"], condition=STANDS, name="month_is_closed_once"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="closing_names_a_month_by_its_first_day"),
            models.CheckConstraint(condition=STANDS | ~Q(reason=""), name="reopening_has_a_reason"),
        ]


class FixedAccounts(OfOrganisation):
    """The ledger accounts that no coding line names: what every purchase is booked against."""

    creditors = models.ForeignKey(
        LedgerAccount, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    vat = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, db_constraint=False, related_name="+")
    suspense = models.ForeignKey(
        LedgerAccount, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    accruals = models.ForeignKey(
        LedgerAccount, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    journal = models.CharField(max_length=16, default=JOURNAL)
    """The purchase journal, by its code in the bookkeeping package."""
    memorial = models.CharField(max_length=16, default=MEMORIAL)
    """The journal of what has no creditor: costs that were pre-booked on suspense."""
    administration = models.CharField(max_length=16, blank=True)
    """The organisation, by its code there; empty where the package has one only."""

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            *[
                SameOrganisation(field=field, name=f"fixed_{field}_in_one_organisation")
                for field in ("creditors", "vat", "suspense", "accruals")
            ],
            models.UniqueConstraint(fields=["organisation"], name="organisation_has_fixed_accounts_once"),
        ]


class Batch(OfOrganisation, Confidential):
    """What goes to the bookkeeping package in one file; of one calendar year, frozen when it is made.

    Confidential invoices stand in batches of their own with numbers of their own, so that a file is the
    same for everybody who may have it, and no number tells of what one may not see (rules 2.12).
    """

    class Kind(models.TextChoices):
        FULL = "full", _("fully booked")
        PRE = "pre", _("pre-booked")
        REVERSAL = "reversal", pgettext_lazy("booking", "reversed")

    number = models.PositiveIntegerField()
    kind = models.TextField(choices=Kind.choices)
    year = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    company = models.JSONField()
    """What the file says of the organisation: `name`, `kvk`, `vat`, `currency`, `zone`, and by what the
    package knows it and its journals: `administration`, `journal`, `memorial`."""
    delivered_at = models.DateTimeField(null=True)
    """When its files were put in the export folder."""
    tells_periods = models.BooleanField(default=False)
    """Whether its CSV says the period of each line; those that were made before are as they were."""

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "id", "confidential"], name="batch_lends_its_confidentiality"
            ),
            models.UniqueConstraint(
                fields=["organisation", "confidential", "number"], name="batch_has_one_number"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["full", "pre", "reversal"]), name="batch_kind_is_known"
            ),
        ]

    @property
    def name(self) -> str:
        """How one refers to it: 12, or V12 of the confidential series."""
        return f"{'V' if self.confidential else ''}{self.number}"


class Booking(OfOrganisation, Confidential):
    """An invoice in a batch, with what the file says of it; frozen, but that it can cease to count.

    `ended_at`: the package did not take it, or a later entry reversed it; `ending` says why.
    """

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, db_constraint=False, related_name="bookings")
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, db_constraint=False, related_name="bookings"
    )
    kind = models.TextField(choices=Batch.Kind.choices)
    position = models.PositiveIntegerField()
    booked_on: "models.DateField[date, date]" = models.DateField()
    invoice_date = models.DateField()
    invoice_number = models.TextField(blank=True)
    supplier = models.TextField(blank=True)
    supplier_name = models.TextField(blank=True)
    supplier_kvk = models.TextField(blank=True)
    supplier_vat = models.TextField(blank=True)
    creditor = models.TextField(blank=True)
    """The supplier, by his number in the package; empty where it is not known."""
    due_on = models.DateField(null=True)
    total = amount()
    """What the supplier gets by it, with VAT; minus for a credit note."""
    confirmed_at = models.DateTimeField(null=True)
    """When the package said that it took the entry, and under which number."""
    package_number = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    ending = models.TextField(blank=True)

    invoice_id: UUID
    batch_id: UUID

    @property
    def reference(self) -> str:
        """What the supplier calls it, else its key: never empty."""
        return self.invoice_number or str(self.invoice_id)

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "id", "confidential"], name="booking_lends_its_confidentiality"
            ),
            SameOrganisation(
                field="batch", name="booking_batch_in_one_organisation", follows=("confidential",)
            ),
            SameOrganisation(field="invoice", name="booking_in_one_organisation", follows=("confidential",)),
            models.UniqueConstraint(
                fields=["organisation", "invoice", "kind"],
                condition=STANDS & ~Q(kind="reversal"),
                name="invoice_is_booked_once",
            ),
            models.UniqueConstraint(
                fields=["organisation", "batch", "position"], name="bookings_stand_in_order"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["full", "pre", "reversal"]), name="booking_kind_is_known"
            ),
            models.CheckConstraint(condition=STANDS | ~Q(ending=""), name="booking_ends_with_a_reason"),
        ]


class BookingLine(OfOrganisation, Confidential):
    """A line of the entry in the journal: an account and an amount, debit with plus and credit with minus."""

    class Role(models.TextChoices):
        COST = "cost"
        VAT = "vat"
        CREDITOR = "creditor"
        SUSPENSE = "suspense"

    booking = models.ForeignKey(Booking, on_delete=models.PROTECT, db_constraint=False, related_name="lines")
    role = models.TextField(choices=Role.choices, default=Role.COST)
    position = models.PositiveIntegerField()
    account = models.TextField()
    account_name = models.TextField(blank=True)
    amount = amount()
    cost_centre = models.TextField(blank=True)
    cost_unit = models.TextField(blank=True)
    vat_code = models.TextField(blank=True)
    description = models.TextField(blank=True)
    period: "models.DateField[date | None, date | None]" = models.DateField(null=True)
    """The first day of the month to which its cost belongs; null: the month in which the entry is booked."""

    booking_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(
                field="booking", name="booking_line_in_one_organisation", follows=("confidential",)
            ),
            models.UniqueConstraint(
                fields=["organisation", "booking", "position"], name="booking_lines_stand_in_order"
            ),
            models.CheckConstraint(
                condition=Q(role__in=["cost", "vat", "creditor", "suspense"]),
                name="booking_line_role_is_known",
            ),
            models.CheckConstraint(
                condition=Q(period=None) | Q(period__day=1),
                name="booking_line_names_a_month_by_its_first_day",
            ),
        ]
