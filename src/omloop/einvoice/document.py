"""An e-invoice as typed values. Terms in comments are those of EN 16931-1."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from omloop.einvoice.lines import AllowanceCharge, InvoicePeriod, Line, VatBreakdown
from omloop.einvoice.parties import Delivery, Identifier, Party
from omloop.kernel.money import Money


class Kind(StrEnum):
    """Which of the two UBL documents it is."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


@dataclass(frozen=True, slots=True)
class PrecedingInvoice:
    """BG-3: the invoice that this one corrects or credits."""

    number: str | None = None  # BT-25
    issued_on: date | None = None  # BT-26


@dataclass(frozen=True, slots=True)
class PaymentMeans:
    """BG-16: one way to pay."""

    code: str | None = None  # BT-81 (UNTDID 4461: 30 and 58 transfer, 48 card, 49 and 59 direct debit)
    code_name: str | None = None  # BT-82
    remittance: str | None = None  # BT-83: what to quote when paying
    iban: str | None = None  # BT-84
    account_name: str | None = None  # BT-85
    bic: str | None = None  # BT-86
    card_number: str | None = None  # BT-87
    card_network: str | None = None  # no term: UBL demands it beside a card number
    card_holder: str | None = None  # BT-88
    mandate: str | None = None  # BT-89
    debited_iban: str | None = None  # BT-91


@dataclass(frozen=True, slots=True)
class Totals:
    """BG-22, with the VAT totals."""

    lines: Money | None = None  # BT-106
    allowances: Money | None = None  # BT-107
    charges: Money | None = None  # BT-108
    without_vat: Money | None = None  # BT-109
    vat: Money | None = None  # BT-110
    vat_in_tax_currency: Money | None = None  # BT-111
    with_vat: Money | None = None  # BT-112
    prepaid: Money | None = None  # BT-113
    rounding: Money | None = None  # BT-114
    payable: Money | None = None  # BT-115


@dataclass(frozen=True, slots=True)
class Attachment:
    """BG-24: a supporting document, inside the invoice or at an address elsewhere (never fetched here)."""

    number: str | None = None  # BT-122
    description: str | None = None  # BT-123
    external_uri: str | None = None  # BT-124
    content: bytes | None = field(default=None, repr=False)  # BT-125; None: not embedded, or unreadable
    mime_type: str | None = None  # BT-125-1
    filename: str | None = None  # BT-125-2

    @property
    def size(self) -> int:
        """Bytes of the embedded file; 0 when there is none."""
        return len(self.content or b"")

    @property
    def sha256(self) -> str | None:
        """Hex digest of the embedded file, or None when there is none."""
        return None if self.content is None else hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Document:
    """An invoice or credit note. What the file lacks, or says unreadably, is None; `check` reports it.

    `source` holds the bytes it was read from. It takes no part in equality and is not carried along by
    `dataclasses.replace`, so that `check` never judges a file that says something else. `origin` holds the
    same bytes and is carried along: `write` takes over from them what has no field here.
    """

    kind: Kind
    number: str | None = None  # BT-1
    issued_on: date | None = None  # BT-2
    type_code: str | None = None  # BT-3 (380 invoice, 381 credit note, ...)
    currency: str | None = None  # BT-5
    tax_currency: str | None = None  # BT-6
    tax_point_on: date | None = None  # BT-7
    tax_point_code: str | None = None  # BT-8
    due_on: date | None = None  # BT-9
    buyer_reference: str | None = None  # BT-10
    project_reference: str | None = None  # BT-11
    contract_reference: str | None = None  # BT-12
    order_reference: str | None = None  # BT-13
    sales_order_reference: str | None = None  # BT-14
    receipt_reference: str | None = None  # BT-15
    despatch_reference: str | None = None  # BT-16
    tender_reference: str | None = None  # BT-17
    object_identifier: Identifier | None = None  # BT-18
    accounting_reference: str | None = None  # BT-19
    payment_terms: str | None = None  # BT-20
    notes: tuple[str, ...] = ()  # BG-1: BT-21, BT-22
    process: str | None = None  # BT-23 ProfileID
    specification: str | None = None  # BT-24 CustomizationID
    preceding_invoices: tuple[PrecedingInvoice, ...] = ()  # BG-3
    seller: Party = field(default_factory=Party)  # BG-4
    buyer: Party = field(default_factory=Party)  # BG-7
    payee: Party | None = None  # BG-10
    tax_representative: Party | None = None  # BG-11
    delivery: Delivery | None = None  # BG-13
    period: InvoicePeriod | None = None  # BG-14
    payment_means: tuple[PaymentMeans, ...] = ()  # BG-16
    allowances_charges: tuple[AllowanceCharge, ...] = ()  # BG-20, BG-21
    totals: Totals = Totals()  # BG-22
    vat_breakdown: tuple[VatBreakdown, ...] = ()  # BG-23
    attachments: tuple[Attachment, ...] = ()  # BG-24
    lines: tuple[Line, ...] = ()  # BG-25
    origin: bytes | None = field(default=None, repr=False, compare=False)
    source: bytes | None = field(default=None, init=False, repr=False, compare=False)
    is_cii: bool = field(default=False, init=False, repr=False, compare=False)  # what `source` is, not UBL

    @property
    def is_credit_note(self) -> bool:
        """Whether the amounts are owed the other way round (a UBL CreditNote)."""
        return self.kind is Kind.CREDIT_NOTE
