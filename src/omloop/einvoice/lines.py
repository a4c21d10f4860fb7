"""Invoice lines, and the allowances, charges and VAT that lines and documents share."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from omloop.einvoice.parties import Identifier
from omloop.kernel.money import Money


@dataclass(frozen=True, slots=True)
class InvoicePeriod:
    """BG-14 (document), BG-26 (line): first and last day; each may be missing."""

    first_on: date | None = None  # BT-73, BT-134
    last_on: date | None = None  # BT-74, BT-135


@dataclass(frozen=True, slots=True)
class AllowanceCharge:
    """BG-20/BG-27 allowance (lowers the amount) or BG-21/BG-28 charge (raises it)."""

    is_charge: bool
    amount: Money | None = None  # BT-92, BT-99, BT-136, BT-141
    base_amount: Money | None = None  # BT-93, BT-100, BT-137, BT-142
    percentage: Decimal | None = None  # BT-94, BT-101, BT-138, BT-143
    reason: str | None = None  # BT-97, BT-104, BT-139, BT-144
    reason_code: str | None = None  # BT-98, BT-105, BT-140, BT-145
    vat_category: str | None = None  # BT-95, BT-102 (document level only)
    vat_rate: Decimal | None = None  # BT-96, BT-103 (document level only)


@dataclass(frozen=True, slots=True)
class Price:
    """BG-29: what one base quantity costs, without VAT."""

    net: Money | None = None  # BT-146
    discount: Money | None = None  # BT-147
    gross: Money | None = None  # BT-148
    base_quantity: Decimal | None = None  # BT-149
    base_unit: str | None = None  # BT-150


@dataclass(frozen=True, slots=True)
class Classification:
    """BT-158: a code for what the item is, in a list such as UNSPSC (`TST`) or CPV (`STI`)."""

    code: str
    list_id: str | None = None  # BT-158-1
    list_version: str | None = None  # BT-158-2


@dataclass(frozen=True, slots=True)
class ItemAttribute:
    """BG-32: a named property of the item, such as Colour: black."""

    name: str | None = None  # BT-160
    value: str | None = None  # BT-161


@dataclass(frozen=True, slots=True)
class Item:
    """BG-31: what was sold."""

    name: str | None = None  # BT-153
    description: str | None = None  # BT-154
    seller_number: str | None = None  # BT-155
    buyer_number: str | None = None  # BT-156
    standard_number: Identifier | None = None  # BT-157 (GTIN: scheme 0160)
    classifications: tuple[Classification, ...] = ()  # BT-158
    origin_country: str | None = None  # BT-159
    attributes: tuple[ItemAttribute, ...] = ()  # BG-32


@dataclass(frozen=True, slots=True)
class Line:
    """BG-25: one invoice line."""

    number: str | None = None  # BT-126
    note: str | None = None  # BT-127
    object_identifier: Identifier | None = None  # BT-128
    quantity: Decimal | None = None  # BT-129
    unit: str | None = None  # BT-130 (UN/ECE Rec 20/21, such as C62, HUR)
    net_amount: Money | None = None  # BT-131
    order_line: str | None = None  # BT-132
    accounting_reference: str | None = None  # BT-133
    period: InvoicePeriod | None = None  # BG-26
    allowances_charges: tuple[AllowanceCharge, ...] = ()  # BG-27, BG-28
    price: Price | None = None  # BG-29
    vat_category: str | None = None  # BT-151
    vat_rate: Decimal | None = None  # BT-152
    item: Item = Item()  # BG-31


@dataclass(frozen=True, slots=True)
class VatBreakdown:
    """BG-23: the VAT of one category and rate."""

    taxable_amount: Money | None = None  # BT-116
    tax_amount: Money | None = None  # BT-117
    category: str | None = None  # BT-118 (S, Z, E, AE, K, G, O, L, M)
    rate: Decimal | None = None  # BT-119, per cent
    exemption_reason: str | None = None  # BT-120
    exemption_reason_code: str | None = None  # BT-121
