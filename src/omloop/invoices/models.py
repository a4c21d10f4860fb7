"""What a document says: the invoice, its lines, attachments, and what validation found."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from omloop.einvoice import Verdict
from omloop.intake.models import Document
from omloop.invoices.added import AddedAttachment as AddedAttachment
from omloop.invoices.seeking import InvoiceWords as InvoiceWords
from omloop.invoices.seeking import SavedFilter as SavedFilter
from omloop.invoices.supplier import NumberKey, SupplierKey, SupplierNumbers
from omloop.invoices.turns import Cancellation as Cancellation
from omloop.invoices.turns import ConfidentialSupplier as ConfidentialSupplier
from omloop.invoices.turns import Duplicate as Duplicate
from omloop.invoices.turns import Misdelivery as Misdelivery
from omloop.tenancy.constraints import SameOrganisation
from omloop.tenancy.models import Confidential, OfOrganisation


def amount_field() -> "models.DecimalField[Any, Any]":
    """An amount in the invoice's currency."""
    return models.DecimalField(max_digits=19, decimal_places=4, null=True)


def number_field() -> "models.DecimalField[Any, Any]":
    """A quantity, price or percentage."""
    return models.DecimalField(max_digits=30, decimal_places=10, null=True)


class Invoice(OfOrganisation, Confidential):
    """A purchase invoice or credit note; amounts as they stand on it, in its currency.

    What the supplier writes is text of any length: no value is too long to be kept.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("invoice")
        CREDIT_NOTE = "credit_note", _("credit note")

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        HELD = "held", _("held")
        CIRCULATING = "circulating", _("in circulation")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        CANCELLED = "cancelled", _("cancelled")

    NEXT = {
        State.RECEIVED: {State.CIRCULATING, State.HELD, State.CANCELLED},
        State.HELD: {State.RECEIVED, State.CANCELLED},
        State.CIRCULATING: {State.APPROVED, State.REJECTED, State.HELD, State.CANCELLED},
        State.APPROVED: {State.CIRCULATING, State.HELD},
        State.REJECTED: {State.CIRCULATING, State.CANCELLED},
        State.CANCELLED: set[State](),
    }
    """The life of an invoice: which state may follow which.

    RECEIVED waits for circulation to start, which follows at once; letting a held one pass makes it
    RECEIVED (rules 2.4). APPROVED and REJECTED go back when the last decision is withdrawn (rules 3.3).
    What is typed again in a currency without a rate is held on its way (rules 3.6).
    CANCELLED is the end: nothing of it is paid or booked, and its `Cancellation` says why.
    """

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, db_constraint=False, related_name="invoice"
    )
    kind = models.TextField(choices=Kind.choices)
    state = models.TextField(choices=State.choices)
    findings = models.PositiveIntegerField(default=0)
    """How many errors and warnings its newest validation has, for lists."""
    number = models.TextField(blank=True)
    profile = models.TextField(blank=True)
    issued_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    currency = models.TextField(blank=True)
    without_vat = amount_field()
    vat = amount_field()
    with_vat = amount_field()
    payable = amount_field()
    supplier_name = models.TextField(blank=True)
    supplier_kvk = models.TextField(blank=True)
    supplier_vat = models.TextField(blank=True)
    supplier_oin = models.TextField(blank=True)
    supplier_gln = models.TextField(blank=True)
    supplier_key = SupplierKey(blank=True, editable=False)
    supplier_numbers = SupplierNumbers(models.TextField(), default=list, editable=False)
    number_key = NumberKey(blank=True, editable=False)
    preceding_number = models.TextField(blank=True)
    """Of the invoice that this one corrects or credits, as the supplier wrote it (BT-25)."""
    credits_id = models.UUIDField(null=True)
    """The invoice that this credit note is about (rules 2.11). No key: that one may go first when its term
    ends, and it may be more confidential."""
    buyer_name = models.TextField(blank=True)
    compared_amount = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    """What limits and the scheme compare, in the organisation's currency; set when circulation starts.
    None: it is not known, and above every limit."""
    iban = models.TextField(blank=True)
    order_reference = models.TextField(blank=True)
    buyer_reference = models.TextField(blank=True)
    payment_reference = models.TextField(blank=True)
    """What the supplier wants to see on his statement (BT-83)."""
    received_at = models.DateTimeField()
    import_date = models.DateField()
    booked_at = models.DateTimeField(null=True)
    """Since when it stands, fully booked, in an export: from then on neither its decisions nor its coding
    change (rules 3.3, 3.11). Booking sets it, the rooms below only read it."""
    paid_off = models.BooleanField(default=False, db_default=False)
    """Whether all of it is reported as paid, so that it is surely not payable: lists leave it out by this.
    Payments set it with what is reported, the rooms below only read it."""

    organisation_id: UUID
    document_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "id", "confidential"], name="invoice_lends_its_confidentiality"
            ),
            SameOrganisation(field="document", name="invoice_in_one_organisation", follows=("confidential",)),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["received", "held", "circulating", "approved", "rejected", "cancelled"]
                ),
                name="invoice_state_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["invoice", "credit_note"]), name="invoice_kind_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-received_at", "id"], name="invoices_by_arrival"),
            models.Index(fields=["organisation", "number_key"], name="invoices_by_number"),
            models.Index(
                fields=["organisation", "supplier_key", "-received_at"], name="invoices_of_supplier"
            ),
            models.Index(
                fields=["organisation", "-received_at", "id"],
                name="invoices_perhaps_payable",
                condition=models.Q(state="approved", booked_at__isnull=False, paid_off=False),
            ),
            models.Index(
                fields=["organisation", "credits_id"],
                name="credit_notes_of_invoice",
                condition=models.Q(credits_id__isnull=False),
            ),
            models.Index(
                fields=["organisation"],
                name="credit_notes_before_invoice",
                condition=models.Q(kind="credit_note", credits_id__isnull=True)
                & ~models.Q(preceding_number=""),
            ),
        ]

    @property
    def owed(self) -> Decimal | None:
        """What one owes by it: a credit note counts as a minus."""
        payable: Decimal | None = self.payable
        return -payable if payable and self.kind == self.Kind.CREDIT_NOTE else payable

    def __str__(self) -> str:
        return self.number


class InvoiceLine(OfOrganisation, Confidential):
    """One line of an invoice, as the supplier wrote it."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, db_constraint=False, related_name="lines")
    position = models.PositiveIntegerField()
    name = models.TextField(blank=True)
    description = models.TextField(blank=True)
    quantity = number_field()
    unit = models.TextField(blank=True)
    price = number_field()
    vat_category = models.TextField(blank=True)
    vat_rate = number_field()
    net = amount_field()

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(field="invoice", name="line_in_one_organisation", follows=("confidential",)),
        ]
        indexes = [models.Index(fields=["organisation", "invoice", "position"], name="lines_of_invoice")]


class Attachment(OfOrganisation, Confidential):
    """A supporting document inside the invoice; its bytes are read from the original when asked for."""

    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, db_constraint=False, related_name="attachments"
    )
    position = models.PositiveIntegerField()
    filename = models.TextField(blank=True)
    description = models.TextField(blank=True)
    mime_type = models.TextField(blank=True)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    external_uri = models.TextField(blank=True)

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(
                field="invoice", name="attachment_in_one_organisation", follows=("confidential",)
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "invoice", "position"], name="attachments_of_invoice")
        ]


class Contact(OfOrganisation, Confidential):
    """Whom an invoice names as the contact of a party, so that a data subject is found (rules 7.7)."""

    class Party(models.TextChoices):
        SELLER = "seller", _("supplier")
        BUYER = "buyer", _("buyer")

    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, db_constraint=False, related_name="contacts"
    )
    party = models.TextField(choices=Party.choices)
    name = models.TextField(blank=True)
    email = models.TextField(blank=True)
    telephone = models.TextField(blank=True)

    invoice_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(field="invoice", name="contact_in_one_organisation", follows=("confidential",)),
            models.CheckConstraint(
                condition=models.Q(party__in=["seller", "buyer"]), name="contact_party_is_known"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "invoice"], name="contacts_of_invoice")]


class Validation(OfOrganisation, Confidential):
    """What the rules of e-invoicing said of a document at one moment; the newest counts.

    `findings` is a list of `{rule, flag, nl, en, terms, path, line}`.
    """

    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, db_constraint=False, related_name="validations"
    )
    validated_at = models.DateTimeField()
    profile = models.TextField(blank=True)
    rule_set = models.TextField(blank=True)
    is_judged = models.BooleanField()
    fatal = models.PositiveIntegerField()
    warnings = models.PositiveIntegerField()
    findings = models.JSONField()

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(
                field="document", name="validation_in_one_organisation", follows=("confidential",)
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "document", "-validated_at"], name="validations_of_document")
        ]

    @property
    def verdict(self) -> Verdict:
        """Broken with a fatal finding; else valid if every rule was tried; else not judged (rules 2.4)."""
        if self.fatal:
            return Verdict.BROKEN
        return Verdict.VALID if self.is_judged else Verdict.NOT_JUDGED


class Release(OfOrganisation, Confidential):
    """Somebody let an invoice circulate in spite of its fatal findings, and why (rules 2.4)."""

    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, db_constraint=False, related_name="releases"
    )
    reason = models.TextField()
    released_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField()

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(field="invoice", name="release_in_one_organisation", follows=("confidential",)),
        ]
        indexes = [models.Index(fields=["organisation", "invoice"], name="releases_of_invoice")]
