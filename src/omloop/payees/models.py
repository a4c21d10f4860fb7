"""The bank accounts of suppliers, how each was checked, and which one an invoice asks to pay (rules 2.9)."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from omloop.invoices.models import Invoice
from omloop.tenancy.constraints import SameOrganisation
from omloop.tenancy.models import Confidential, OfOrganisation

STANDS = Q(ended_at__isnull=True)


class AccountKind(models.TextChoices):
    """What an account of a supplier is for: a G-account and a factor's stand beside the ordinary one."""

    ORDINARY = "ordinary", _("ordinary account")
    G_ACCOUNT = "g_account", _("G-account")
    FACTOR = "factor", _("factor's account")


class SupplierAccount(OfOrganisation, Confidential):
    """An account that a supplier asks to be paid on; one row for each supplier and IBAN.

    `supplier` is the key by which he is known again. `confirmed_at` is set while a check of it stands that a
    second person confirmed: only then is paid on it. An account that only confidential invoices name has a
    row of its own, for its IBAN would tell of them (rules 2.12).
    """

    supplier = models.TextField(blank=True)
    supplier_name = models.TextField(blank=True)
    iban = models.TextField()
    kind = models.TextField(choices=AccountKind.choices, default=AccountKind.ORDINARY)
    found_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "id", "confidential"], name="account_lends_its_confidentiality"
            ),
            models.UniqueConstraint(
                fields=["organisation", "supplier", "iban", "confidential"], name="supplier_has_account_once"
            ),
            models.CheckConstraint(condition=~Q(iban=""), name="account_has_an_iban"),
            models.CheckConstraint(
                condition=Q(kind__in=["ordinary", "g_account", "factor"]), name="account_kind_is_known"
            ),
        ]

    @property
    def in_fours(self) -> str:
        """The IBAN as people write it."""
        return " ".join(self.iban[at : at + 4] for at in range(0, len(self.iban), 4))


class AccountCheck(OfOrganisation, Confidential):
    """How an account was checked: one person says so, another confirms, and it can cease to count.

    One without people is of an account that was paid on before accounts were checked here.
    """

    account = models.ForeignKey(
        SupplierAccount, on_delete=models.PROTECT, db_constraint=False, related_name="checks"
    )
    how = models.TextField(blank=True)
    kind = models.TextField(choices=AccountKind.choices)
    checked_on = models.DateField(null=True)
    recorded_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ending = models.TextField(blank=True)

    account_id: UUID
    recorded_by_id: UUID | None

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(
                field="account", name="account_check_in_one_organisation", follows=("confidential",)
            ),
            models.UniqueConstraint(
                fields=["organisation", "account"], condition=STANDS, name="account_has_one_check_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("recorded_by")),
                name="account_is_checked_by_two",
            ),
            models.CheckConstraint(
                condition=Q(recorded_by__isnull=True) | ~Q(how="") & Q(checked_on__isnull=False),
                name="account_check_says_how_and_when",
            ),
            models.CheckConstraint(condition=STANDS | ~Q(ending=""), name="account_check_ends_with_a_reason"),
        ]


class Payee(OfOrganisation, Confidential):
    """Which account an invoice asks to be paid on. Rooms below reach it as `invoice.payees`.

    It is as confidential as its invoice, and so is the account: who makes an invoice confidential calls
    `hide_account`, or the database refuses.
    """

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, db_constraint=False, related_name="payees")
    account = models.ForeignKey(
        SupplierAccount, on_delete=models.PROTECT, db_constraint=False, related_name="payees"
    )
    noted_at = models.DateTimeField()

    invoice_id: UUID
    account_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(
                field="invoice", name="payee_invoice_in_one_organisation", follows=("confidential",)
            ),
            SameOrganisation(field="account", name="payee_in_one_organisation", follows=("confidential",)),
            models.UniqueConstraint(fields=["organisation", "invoice"], name="invoice_has_one_payee"),
        ]
        indexes = [models.Index(fields=["organisation", "account"], name="invoices_of_account")]
