"""The lines, allowances, charges and periods of a CII invoice."""

import re
from datetime import date

from omloop.einvoice.codes import INVOICED_OBJECT
from omloop.einvoice.fields import attribute, identifier, money, number, text
from omloop.einvoice.lines import (
    AllowanceCharge,
    Classification,
    InvoicePeriod,
    Item,
    ItemAttribute,
    Line,
    Price,
)
from omloop.einvoice.names import Element, child, children
from omloop.einvoice.parties import Identifier
from omloop.einvoice.values import parse_boolean, parse_date, trimmed

ACCOUNT = "ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID"
"""BT-19, BT-133."""
_PRODUCT = "ram:SpecifiedTradeProduct"
_AGREEMENT = "ram:SpecifiedLineTradeAgreement"
_SETTLEMENT = "ram:SpecifiedLineTradeSettlement"
_DATE = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")


def cii_day(element: Element, path: str) -> date | None:
    """The date at `path`, written as 20260403 (format 102)."""
    found = child(element, path)
    match = None if found is None else _DATE.fullmatch(trimmed(found.text))
    return None if match is None else parse_date("-".join(match.groups()))


def read_period(element: Element) -> InvoicePeriod | None:
    """BG-14 or BG-26; None when it names no day."""
    period = InvoicePeriod(
        first_on=cii_day(element, "ram:BillingSpecifiedPeriod/ram:StartDateTime/udt:DateTimeString"),
        last_on=cii_day(element, "ram:BillingSpecifiedPeriod/ram:EndDateTime/udt:DateTimeString"),
    )
    return None if period == InvoicePeriod() else period


def read_allowances_charges(settlement: Element, currency: str | None) -> tuple[AllowanceCharge, ...]:
    """BG-20, BG-21, BG-27, BG-28; one that does not say which of the two it is, is left out."""
    found = (_read_part(each, currency) for each in children(settlement, "ram:SpecifiedTradeAllowanceCharge"))
    return tuple(each for each in found if each)


def _read_part(part: Element, currency: str | None) -> AllowanceCharge | None:
    is_charge = parse_boolean(text(part, "ram:ChargeIndicator/udt:Indicator"))
    if is_charge is None:
        return None
    return AllowanceCharge(
        is_charge=is_charge,
        amount=money(part, "ram:ActualAmount", currency),
        base_amount=money(part, "ram:BasisAmount", currency),
        percentage=number(part, "ram:CalculationPercent"),
        reason=text(part, "ram:Reason"),
        reason_code=text(part, "ram:ReasonCode"),
        vat_category=text(part, "ram:CategoryTradeTax/ram:CategoryCode"),
        vat_rate=number(part, "ram:CategoryTradeTax/ram:RateApplicablePercent"),
    )


def read_line(line: Element, currency: str | None) -> Line:
    """BG-25; `currency` is that of the document."""
    document = "ram:AssociatedDocumentLineDocument"
    quantity = "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"
    total = "ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
    tax = f"{_SETTLEMENT}/ram:ApplicableTradeTax"
    settlement = child(line, _SETTLEMENT)
    return Line(
        number=text(line, f"{document}/ram:LineID"),
        note=text(line, f"{document}/ram:IncludedNote/ram:Content"),
        object_identifier=_read_object(line),
        quantity=number(line, quantity),
        unit=attribute(child(line, quantity), "unitCode"),
        net_amount=money(line, f"{_SETTLEMENT}/{total}", currency),
        order_line=text(line, f"{_AGREEMENT}/ram:BuyerOrderReferencedDocument/ram:LineID"),
        accounting_reference=text(
            line, f"{_SETTLEMENT}/ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID"
        ),
        period=None if settlement is None else read_period(settlement),
        allowances_charges=() if settlement is None else read_allowances_charges(settlement, currency),
        price=_read_price(child(line, _AGREEMENT), currency),
        vat_category=text(line, f"{tax}/ram:CategoryCode"),
        vat_rate=number(line, f"{tax}/ram:RateApplicablePercent"),
        item=_read_item(child(line, _PRODUCT)),
    )


def _read_object(line: Element) -> Identifier | None:
    for each in children(line, f"{_SETTLEMENT}/ram:AdditionalReferencedDocument"):
        value = text(each, "ram:IssuerAssignedID")
        if value and text(each, "ram:TypeCode") == INVOICED_OBJECT:
            return Identifier(value, text(each, "ram:ReferenceTypeCode"))
    return None


def _read_price(agreement: Element | None, currency: str | None) -> Price | None:
    if agreement is None:
        return None
    net, gross = "ram:NetPriceProductTradePrice", "ram:GrossPriceProductTradePrice"
    if child(agreement, net) is None and child(agreement, gross) is None:
        return None
    base = f"{net}/ram:BasisQuantity"
    if child(agreement, base) is None:
        base = f"{gross}/ram:BasisQuantity"
    return Price(
        net=money(agreement, f"{net}/ram:ChargeAmount", currency),
        discount=money(agreement, f"{gross}/ram:AppliedTradeAllowanceCharge/ram:ActualAmount", currency),
        gross=money(agreement, f"{gross}/ram:ChargeAmount", currency),
        base_quantity=number(agreement, base),
        base_unit=attribute(child(agreement, base), "unitCode"),
    )


def _read_item(product: Element | None) -> Item:
    if product is None:
        return Item()
    codes = children(product, "ram:DesignatedProductClassification/ram:ClassCode")
    return Item(
        name=text(product, "ram:Name"),
        description=text(product, "ram:Description"),
        seller_number=text(product, "ram:SellerAssignedID"),
        buyer_number=text(product, "ram:BuyerAssignedID"),
        standard_number=identifier(product, "ram:GlobalID"),
        classifications=tuple(
            Classification(trimmed(code.text), attribute(code, "listID"), attribute(code, "listVersionID"))
            for code in codes
            if trimmed(code.text)
        ),
        origin_country=text(product, "ram:OriginTradeCountry/ram:ID"),
        attributes=tuple(
            ItemAttribute(text(each, "ram:Description"), text(each, "ram:Value"))
            for each in children(product, "ram:ApplicableProductCharacteristic")
        ),
    )
