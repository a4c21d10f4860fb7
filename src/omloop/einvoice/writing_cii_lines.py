"""The lines, allowances, charges and periods of a document as CII."""

from omloop.einvoice.building import filled
from omloop.einvoice.building_cii import always, amount, day, group, identifier, leaf, trade_tax
from omloop.einvoice.codes import INVOICED_OBJECT
from omloop.einvoice.lines import AllowanceCharge, InvoicePeriod, Line, Price
from omloop.einvoice.names import Element
from omloop.einvoice.parties import Identifier


def write_line(line: Line) -> Element:
    """BG-25."""
    return always(
        "IncludedSupplyChainTradeLineItem",
        always(
            "AssociatedDocumentLineDocument",
            leaf("LineID", line.number),
            group("IncludedNote", leaf("Content", line.note)),
        ),
        _write_product(line),
        _write_agreement(line),
        group("SpecifiedLineTradeDelivery", leaf("BilledQuantity", line.quantity, unitCode=line.unit)),
        _write_settlement(line),
    )


def _write_product(line: Line) -> Element:
    item = line.item
    return always(
        "SpecifiedTradeProduct",
        identifier("GlobalID", item.standard_number),
        leaf("SellerAssignedID", item.seller_number),
        leaf("BuyerAssignedID", item.buyer_number),
        leaf("Name", item.name),
        leaf("Description", item.description),
        *(
            always(
                "ApplicableProductCharacteristic", leaf("Description", each.name), leaf("Value", each.value)
            )
            for each in item.attributes
        ),
        *(
            always(
                "DesignatedProductClassification",
                leaf("ClassCode", each.code, listID=each.list_id, listVersionID=each.list_version),
            )
            for each in item.classifications
        ),
        group("OriginTradeCountry", leaf("ID", item.origin_country)),
    )


def _write_agreement(line: Line) -> Element | None:
    order = group("BuyerOrderReferencedDocument", leaf("LineID", line.order_line))
    if line.price is None:
        return group("SpecifiedLineTradeAgreement", order)
    return always("SpecifiedLineTradeAgreement", order, *_write_prices(line.price))


def _write_prices(price: Price) -> tuple[Element | None, Element]:
    no = always("ChargeIndicator", filled("udt:Indicator", False, {}))
    discount = amount("ActualAmount", price.discount)
    gross = group(
        "GrossPriceProductTradePrice",
        amount("ChargeAmount", price.gross),
        None if discount is None else always("AppliedTradeAllowanceCharge", no, discount),
    )
    net = always(
        "NetPriceProductTradePrice",
        amount("ChargeAmount", price.net),
        leaf("BasisQuantity", price.base_quantity, unitCode=price.base_unit),
    )
    return gross, net


def _write_settlement(line: Line) -> Element:
    total = group("SpecifiedTradeSettlementLineMonetarySummation", amount("LineTotalAmount", line.net_amount))
    return always(
        "SpecifiedLineTradeSettlement",
        trade_tax("ApplicableTradeTax", line.vat_category, line.vat_rate),
        write_period(line.period),
        *map(write_part, line.allowances_charges),
        total,
        _write_object(line.object_identifier),
        group("ReceivableSpecifiedTradeAccountingAccount", leaf("ID", line.accounting_reference)),
    )


def _write_object(number: Identifier | None) -> Element | None:
    if number is None:
        return None
    return always(
        "AdditionalReferencedDocument",
        leaf("IssuerAssignedID", number.value),
        leaf("TypeCode", INVOICED_OBJECT),
        leaf("ReferenceTypeCode", number.scheme),
    )


def write_period(period: InvoicePeriod | None) -> Element | None:
    """BG-14 or BG-26."""
    if period is None:
        return None
    first, last = day("StartDateTime", period.first_on), day("EndDateTime", period.last_on)
    return always("BillingSpecifiedPeriod", first, last)


def write_part(part: AllowanceCharge) -> Element:
    """BG-20, BG-21, BG-27 or BG-28."""
    return always(
        "SpecifiedTradeAllowanceCharge",
        always("ChargeIndicator", filled("udt:Indicator", part.is_charge, {})),
        leaf("CalculationPercent", part.percentage),
        amount("BasisAmount", part.base_amount),
        amount("ActualAmount", part.amount),
        leaf("ReasonCode", part.reason_code),
        leaf("Reason", part.reason),
        trade_tax("CategoryTradeTax", part.vat_category, part.vat_rate),
    )
