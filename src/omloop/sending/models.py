"""What goes out: an organisation's customers, number series, drafts and sent invoices (rules 2.7)."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from omloop.tenancy.constraints import SameOrganisation
from omloop.tenancy.models import OfOrganisation


def amount_field() -> "models.DecimalField[Any, Any]":
    """To the cent, in the invoice's currency."""
    return models.DecimalField(max_digits=19, decimal_places=2, null=True)


class Kind(models.TextChoices):
    """Invoices and credit notes are numbered apart."""

    INVOICE = "invoice", _("invoice")
    CREDIT_NOTE = "credit_note", _("credit note")


IS_KIND = Q(kind__in=["invoice", "credit_note"])


class SellerSettings(OfOrganisation):
    """How an organisation stands on its own invoices; name, address and KvK number are its own."""

    vat_number = models.CharField(max_length=20, blank=True)
    iban = models.CharField(max_length=34, blank=True)
    account_name = models.CharField(max_length=120, blank=True)
    contact_name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    """Where a customer's answer to a mailed invoice goes."""
    telephone = models.CharField(max_length=40, blank=True)
    due_days = models.PositiveIntegerField(default=30)
    terms = models.TextField(blank=True)

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation"], name="an_organisation_sells_with_one_set_of_settings"
            ),
        ]


class NumberSeries(OfOrganisation):
    """A row of numbers without gaps: F2026-0001, F2026-0002. The prefix holds no digit, so that no two
    series ever give the same number."""

    kind = models.TextField(choices=Kind.choices)
    prefix = models.CharField(max_length=12, blank=True)
    is_per_year = models.BooleanField(default=True)
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.CheckConstraint(condition=IS_KIND, name="number_series_kind_is_known"),
            models.CheckConstraint(
                condition=~Q(prefix__regex=r"\d"), name="number_series_prefix_has_no_digit"
            ),
            models.UniqueConstraint(
                fields=["organisation", "prefix"], name="number_series_prefix_is_used_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}{'2026-' if self.is_per_year else ''}0001"


class NumberCounter(OfOrganisation):
    """The next number of a series in a year; year 0 for a series that goes on over the years."""

    series = models.ForeignKey(
        NumberSeries, on_delete=models.PROTECT, db_constraint=False, related_name="counters"
    )
    year = models.PositiveIntegerField()
    next_number = models.PositiveIntegerField()

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(field="series", name="number_counter_in_one_organisation"),
            models.UniqueConstraint(
                fields=["organisation", "series", "year"], name="number_series_counts_once_a_year"
            ),
        ]


class Customer(OfOrganisation):
    """Somebody to whom an organisation sends invoices, in its address book."""

    class Language(models.TextChoices):
        DUTCH = "nl", _("Dutch")
        ENGLISH = "en", _("English")

    name = models.CharField(max_length=200)
    street = models.CharField(max_length=200, blank=True)
    postal_code = models.CharField(max_length=12, blank=True)
    city = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2, default="NL")
    kvk = models.CharField(max_length=8, blank=True)
    vat_number = models.CharField(max_length=20, blank=True)
    oin = models.CharField(max_length=20, blank=True)
    gln = models.CharField(max_length=13, blank=True)
    iban = models.CharField(max_length=34, blank=True)
    """Where money goes that is paid back."""
    email = models.EmailField(blank=True)
    address_scheme = models.CharField(max_length=4, blank=True)
    """Of the electronic address (EAS)."""
    address_number = models.CharField(max_length=50, blank=True)
    reference = models.CharField(max_length=100, blank=True)
    """What the customer wants to read on each invoice (BT-10)."""
    due_days = models.PositiveIntegerField(null=True)
    language = models.TextField(choices=Language.choices, default=Language.DUTCH)
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.CheckConstraint(
                condition=Q(language__in=["nl", "en"]), name="customer_reads_dutch_or_english"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "name"], name="customers_by_name")]

    def __str__(self) -> str:
        return self.name


class SalesInvoice(OfOrganisation):
    """A draft, and what became of it. From the moment that it is numbered its bytes never change.

    `content` is the draft as it was typed; `sha256` and `size` are of the UBL that was made of it.
    `delivered_to` is the organisation of this installation that received it, if it was one.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        QUEUED = "queued", _("being sent")
        DELIVERED = "delivered", _("delivered")
        OPENED = "opened", _("opened")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        DISPUTED = "disputed", _("disputed")
        FAILED = "failed", _("failed")

    kind = models.TextField(choices=Kind.choices)
    state = models.TextField(choices=State.choices, default=State.DRAFT)
    number = models.CharField(max_length=60, blank=True)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, db_constraint=False, related_name="invoices"
    )
    series = models.ForeignKey(
        NumberSeries, on_delete=models.PROTECT, null=True, db_constraint=False, related_name="+"
    )
    content = models.JSONField(default=dict)
    customer_name = models.TextField(blank=True)
    email = models.EmailField(blank=True)
    language = models.TextField(choices=Customer.Language.choices, default=Customer.Language.DUTCH)
    issued_on: "models.DateField[date | None, date | None]" = models.DateField(null=True)
    due_on: "models.DateField[date | None, date | None]" = models.DateField(null=True)
    currency = models.CharField(max_length=3, default="EUR")
    without_vat = amount_field()
    vat = amount_field()
    payable = amount_field()
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    delivered_to = models.UUIDField(null=True)
    discarded_at = models.DateTimeField(null=True)

    organisation_id: UUID
    customer_id: UUID | None
    series_id: UUID | None

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(field="customer", name="sales_invoice_customer_in_one_organisation"),
            SameOrganisation(field="series", name="sales_invoice_series_in_one_organisation"),
            models.CheckConstraint(condition=IS_KIND, name="sales_invoice_kind_is_known"),
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        *("draft", "queued", "delivered", "opened"),
                        *("approved", "rejected", "disputed", "failed"),
                    ]
                ),
                name="sales_invoice_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", number="", sha256="", sent_at=None)
                | (~Q(state="draft") & ~Q(number="") & ~Q(sha256="") & Q(sent_at__isnull=False)),
                name="sales_invoice_is_a_draft_or_has_a_number",
            ),
            models.UniqueConstraint(
                fields=["organisation", "kind", "number"],
                condition=~Q(number=""),
                name="sales_invoice_number_is_used_once",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-changed_at", "id"], name="sales_invoices_by_change"),
        ]

    def __str__(self) -> str:
        return self.number


class SalesAttachment(OfOrganisation):
    """A file that goes along with an invoice; taken off a draft it stays, marked."""

    invoice = models.ForeignKey(
        SalesInvoice, on_delete=models.PROTECT, db_constraint=False, related_name="attachments"
    )
    filename = models.CharField(max_length=255)
    mime_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    organisation_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(field="invoice", name="sales_attachment_in_one_organisation"),
        ]
        indexes = [models.Index(fields=["organisation", "invoice"], name="attachments_of_sales_invoice")]


class SentStatus(OfOrganisation):
    """What became of a sent invoice at a moment, and how one knows.

    `sha256` is of the bytes that were made, or that the receiver has; `message_id` of the mail that its
    server took. `reason` says why it failed.
    """

    class Channel(models.TextChoices):
        INSTALLATION = "installation", _("directly in Omloop")
        MAIL = "mail", _("e-mail")

    invoice = models.ForeignKey(
        SalesInvoice, on_delete=models.PROTECT, db_constraint=False, related_name="statuses"
    )
    state = models.TextField(choices=SalesInvoice.State.choices)
    at = models.DateTimeField()
    channel = models.TextField(choices=Channel.choices, blank=True)
    to = models.TextField(blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    message_id = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    """What the mail server said, or what the receiver has let the sender know."""

    organisation_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(field="invoice", name="sent_status_in_one_organisation"),
            models.CheckConstraint(
                condition=Q(channel__in=["", "installation", "mail"]), name="sent_status_channel_is_known"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "invoice"], name="statuses_of_sales_invoice")]
