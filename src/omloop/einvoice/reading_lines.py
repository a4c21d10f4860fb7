"""The lines, allowances, charges and VAT groups of a UBL invoice."""

from omloop.einvoice.fields import attribute, day, identifier, money, number, object_identifier, text
from omloop.einvoice.lines import (
    AllowanceCharge,
    Classification,
    InvoicePeriod,
    Item,
    ItemAttribute,
    Line,
    Price,
    VatBreakdown,
)
from omloop.einvoice.names import Element, child, children
from omloop.einvoice.values import parse_boolean, parse_decimal, trimmed


def read_line(line: Element, currency: str | None) -> Line:
    """BG-25; `currency` is that of the document."""
    quantity = child(line, "cbc:InvoicedQuantity")
    quantity = child(line, "cbc:CreditedQuantity") if quantity is None else quantity
    return Line(
        number=text(line, "cbc:ID"),
        note=text(line, "cbc:Note"),
        object_identifier=object_identifier(line, "cac:DocumentReference"),
        quantity=None if quantity is None else parse_decimal(quantity.text),
        unit=attribute(quantity, "unitCode"),
        net_amount=money(line, "cbc:LineExtensionAmount", currency),
        order_line=text(line, "cac:OrderLineReference/cbc:LineID"),
        accounting_reference=text(line, "cbc:AccountingCost"),
        period=read_period(line),
        allowances_charges=read_allowances_charges(line, currency),
        price=_read_price(child(line, "cac:Price"), currency),
        vat_category=text(line, "cac:Item/cac:ClassifiedTaxCategory/cbc:ID"),
        vat_rate=number(line, "cac:Item/cac:ClassifiedTaxCategory/cbc:Percent"),
        item=_read_item(child(line, "cac:Item")),
    )


def read_period(element: Element) -> InvoicePeriod | None:
    """BG-14 or BG-26; None when it names no day."""
    period = InvoicePeriod(
        first_on=day(element, "cac:InvoicePeriod/cbc:StartDate"),
        last_on=day(element, "cac:InvoicePeriod/cbc:EndDate"),
    )
    return None if period == InvoicePeriod() else period


def read_allowances_charges(element: Element, currency: str | None) -> tuple[AllowanceCharge, ...]:
    """BG-20, BG-21, BG-27, BG-28; one that does not say which of the two it is, is left out."""
    found = (_read_allowance_charge(each, currency) for each in children(element, "cac:AllowanceCharge"))
    return tuple(each for each in found if each)


def _read_allowance_charge(element: Element, currency: str | None) -> AllowanceCharge | None:
    is_charge = parse_boolean(text(element, "cbc:ChargeIndicator"))
    if is_charge is None:
        return None
    return AllowanceCharge(
        is_charge=is_charge,
        amount=money(element, "cbc:Amount", currency),
        base_amount=money(element, "cbc:BaseAmount", currency),
        percentage=number(element, "cbc:MultiplierFactorNumeric"),
        reason=text(element, "cbc:AllowanceChargeReason"),
        reason_code=text(element, "cbc:AllowanceChargeReasonCode"),
        vat_category=text(element, "cac:TaxCategory/cbc:ID"),
        vat_rate=number(element, "cac:TaxCategory/cbc:Percent"),
    )


def read_vat_breakdown(subtotal: Element, currency: str | None) -> VatBreakdown:
    """BG-23."""
    return VatBreakdown(
        taxable_amount=money(subtotal, "cbc:TaxableAmount", currency),
        tax_amount=money(subtotal, "cbc:TaxAmount", currency),
        category=text(subtotal, "cac:TaxCategory/cbc:ID"),
        rate=number(subtotal, "cac:TaxCategory/cbc:Percent"),
        exemption_reason=text(subtotal, "cac:TaxCategory/cbc:TaxExemptionReason"),
        exemption_reason_code=text(subtotal, "cac:TaxCategory/cbc:TaxExemptionReasonCode"),
    )


def _read_price(price: Element | None, currency: str | None) -> Price | None:
    if price is None:
        return None
    return Price(
        net=money(price, "cbc:PriceAmount", currency),
        discount=money(price, "cac:AllowanceCharge/cbc:Amount", currency),
        gross=money(price, "cac:AllowanceCharge/cbc:BaseAmount", currency),
        base_quantity=number(price, "cbc:BaseQuantity"),
        base_unit=attribute(child(price, "cbc:BaseQuantity"), "unitCode"),
    )


def _read_item(item: Element | None) -> Item:
    if item is None:
        return Item()
    codes = children(item, "cac:CommodityClassification/cbc:ItemClassificationCode")
    return Item(
        name=text(item, "cbc:Name"),
        description=text(item, "cbc:Description"),
        seller_number=text(item, "cac:SellersItemIdentification/cbc:ID"),
        buyer_number=text(item, "cac:BuyersItemIdentification/cbc:ID"),
        standard_number=identifier(item, "cac:StandardItemIdentification/cbc:ID"),
        classifications=tuple(_read_classification(code) for code in codes if trimmed(code.text)),
        origin_country=text(item, "cac:OriginCountry/cbc:IdentificationCode"),
        attributes=tuple(
            ItemAttribute(name=text(each, "cbc:Name"), value=text(each, "cbc:Value"))
            for each in children(item, "cac:AdditionalItemProperty")
        ),
    )


def _read_classification(code: Element) -> Classification:
    return Classification(
        code=trimmed(code.text),
        list_id=attribute(code, "listID"),
        list_version=attribute(code, "listVersionID"),
    )
