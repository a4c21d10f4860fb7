"""The lines, allowances, charges and VAT groups of a document as UBL."""

from omloop.einvoice.building import always, amount, group, identifier, leaf, tax_category
from omloop.einvoice.codes import INVOICED_OBJECT
from omloop.einvoice.document import Kind
from omloop.einvoice.lines import AllowanceCharge, InvoicePeriod, Item, Line, Price, VatBreakdown
from omloop.einvoice.names import Element
from omloop.einvoice.parties import Identifier


def write_line(line: Line, kind: Kind) -> Element:
    """BG-25."""
    is_invoice = kind is Kind.INVOICE
    quantity = "InvoicedQuantity" if is_invoice else "CreditedQuantity"
    return always(
        "InvoiceLine" if is_invoice else "CreditNoteLine",
        leaf("ID", line.number),
        leaf("Note", line.note),
        leaf(quantity, line.quantity, unitCode=line.unit),
        amount("LineExtensionAmount", line.net_amount),
        leaf("AccountingCost", line.accounting_reference),
        write_period(line.period),
        group("OrderLineReference", leaf("LineID", line.order_line)),
        write_object_identifier("DocumentReference", line.object_identifier),
        *(write_allowance_charge(each) for each in line.allowances_charges),
        _write_item(line),
        _write_price(line.price),
    )


def write_object_identifier(name: str, number: Identifier | None) -> Element | None:
    """BT-18 or BT-128."""
    if number is None:
        return None
    return always(name, identifier("ID", number), leaf("DocumentTypeCode", INVOICED_OBJECT))


def write_period(period: InvoicePeriod | None, tax_point_code: str | None = None) -> Element | None:
    """BG-14 (with BT-8) or BG-26."""
    first_on, last_on = (period.first_on, period.last_on) if period else (None, None)
    return group(
        "InvoicePeriod",
        leaf("StartDate", first_on),
        leaf("EndDate", last_on),
        leaf("DescriptionCode", tax_point_code),
    )


def write_allowance_charge(each: AllowanceCharge) -> Element:
    """BG-20, BG-21, BG-27 or BG-28."""
    return always(
        "AllowanceCharge",
        leaf("ChargeIndicator", each.is_charge),
        leaf("AllowanceChargeReasonCode", each.reason_code),
        leaf("AllowanceChargeReason", each.reason),
        leaf("MultiplierFactorNumeric", each.percentage),
        amount("Amount", each.amount),
        amount("BaseAmount", each.base_amount),
        tax_category("TaxCategory", each.vat_category, each.vat_rate),
    )


def write_vat_breakdown(each: VatBreakdown) -> Element:
    """BG-23."""
    return always(
        "TaxSubtotal",
        amount("TaxableAmount", each.taxable_amount),
        amount("TaxAmount", each.tax_amount),
        tax_category(
            "TaxCategory",
            each.category,
            each.rate,
            leaf("TaxExemptionReasonCode", each.exemption_reason_code),
            leaf("TaxExemptionReason", each.exemption_reason),
        ),
    )


def _write_item(line: Line) -> Element:
    item: Item = line.item
    return always(
        "Item",
        leaf("Description", item.description),
        leaf("Name", item.name),
        group("BuyersItemIdentification", leaf("ID", item.buyer_number)),
        group("SellersItemIdentification", leaf("ID", item.seller_number)),
        group("StandardItemIdentification", identifier("ID", item.standard_number)),
        group("OriginCountry", leaf("IdentificationCode", item.origin_country)),
        *(
            always(
                "CommodityClassification",
                leaf(
                    "ItemClassificationCode",
                    each.code,
                    listID=each.list_id,
                    listVersionID=each.list_version,
                ),
            )
            for each in item.classifications
        ),
        tax_category("ClassifiedTaxCategory", line.vat_category, line.vat_rate),
        *(
            always("AdditionalItemProperty", leaf("Name", each.name), leaf("Value", each.value))
            for each in item.attributes
        ),
    )


def _write_price(price: Price | None) -> Element | None:
    if price is None:
        return None
    return always(
        "Price",
        amount("PriceAmount", price.net),
        leaf("BaseQuantity", price.base_quantity, unitCode=price.base_unit),
        _write_discount(price),
    )


def _write_discount(price: Price) -> Element | None:
    if price.discount is None and price.gross is None:
        return None
    return always(
        "AllowanceCharge",
        leaf("ChargeIndicator", False),
        amount("Amount", price.discount),
        amount("BaseAmount", price.gross),
    )
