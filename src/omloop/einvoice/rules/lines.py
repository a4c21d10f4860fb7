"""EN 16931: what a line must say (BR-21 to BR-28, BR-54, BR-64, BR-65, BR-CO-04, BR-DEC-23)."""

from decimal import Decimal

from omloop.einvoice.rules.rule import Context, Rule
from omloop.einvoice.rules.tree import Node, children
from omloop.einvoice.rules.wording import demand, must_be_cents, must_fill, must_have
from omloop.einvoice.rules.xpath import has, has_attribute, is_vat, number, strings

_QUANTITIES = ("cbc:InvoicedQuantity", "cbc:CreditedQuantity")
_NOTHING = Decimal(0)


def _is_price_positive(line: Node) -> bool:
    return any(number(text) >= _NOTHING for text in strings(line, "cac:Price/cbc:PriceAmount"))


def _is_gross_price_positive(line: Node) -> bool:
    prices = strings(line, "cac:Price/cac:AllowanceCharge/cbc:BaseAmount")
    return not prices or any(number(text) >= _NOTHING for text in prices)


def _has_vat_category(line: Node) -> bool:
    categories = children(line, "cac:Item/cac:ClassifiedTaxCategory")
    return any(children(category, "cbc:ID") for category in categories if is_vat(category))


def _is_complete_attribute(attribute: Node) -> bool:
    return bool(children(attribute, "cbc:Name")) and bool(children(attribute, "cbc:Value"))


_LINE = (
    must_fill("BR-21", "cbc:ID", "BT-126", "het regelnummer", "the line number"),
    demand(
        "BR-22", has(*_QUANTITIES), "cbc:InvoicedQuantity", ("BT-129",), "het aantal", "the invoiced quantity"
    ),
    demand(
        "BR-23",
        has_attribute("unitCode", *_QUANTITIES),
        "cbc:InvoicedQuantity/@unitCode",
        ("BT-130",),
        "de eenheid van het aantal",
        "the unit of the quantity",
    ),
    must_have(
        "BR-24", "cbc:LineExtensionAmount", "BT-131", "het bedrag van de regel", "the net amount of the line"
    ),
    must_fill("BR-25", "cac:Item/cbc:Name", "BT-153", "de naam van het artikel", "the item name"),
    must_have("BR-26", "cac:Price/cbc:PriceAmount", "BT-146", "de nettoprijs", "the item net price"),
    Rule(
        "BR-27",
        _is_price_positive,
        ("BT-146",),
        "De nettoprijs (BT-146) ontbreekt of is negatief. Geef een prijs van nul of meer en maak zo nodig "
        "het aantal negatief.",
        "The item net price (BT-146) is missing or negative. Give a price of zero or more and make the "
        "quantity negative where needed.",
    ),
    Rule(
        "BR-28",
        _is_gross_price_positive,
        ("BT-148",),
        "De brutoprijs (BT-148) is negatief. Geef een prijs van nul of meer.",
        "The item gross price (BT-148) is negative. Give a price of zero or more.",
    ),
    demand(
        "BR-CO-04",
        _has_vat_category,
        "cac:Item/cac:ClassifiedTaxCategory/cbc:ID met cac:TaxScheme VAT",
        ("BT-151",),
        "de btw-categorie van de regel",
        "the VAT category of the line",
    ),
    must_be_cents(
        "BR-DEC-23",
        "cbc:LineExtensionAmount",
        "BT-131",
        "het bedrag van de regel",
        "the net amount of the line",
    ),
)

LINES = (
    Context(("cac:InvoiceLine", "cac:CreditNoteLine"), _LINE),
    Context(
        ("cac:AdditionalItemProperty",),
        (
            demand(
                "BR-54",
                _is_complete_attribute,
                "cbc:Name en cbc:Value",
                ("BT-160", "BT-161"),
                "de naam of de waarde van een artikelkenmerk",
                "the name or the value of an item attribute",
            ),
        ),
    ),
    Context(
        tuple(
            f"cac:{line}/cac:Item/cac:CommodityClassification/cbc:ItemClassificationCode"
            for line in ("InvoiceLine", "CreditNoteLine")
        ),
        (
            demand(
                "BR-65",
                has_attribute("listID"),
                "cbc:ItemClassificationCode/@listID",
                ("BT-158-1",),
                "de lijst van de artikelclassificatie",
                "the list of the item classification",
            ),
        ),
    ),
    Context(
        tuple(
            f"cac:{line}/cac:Item/cac:StandardItemIdentification/cbc:ID"
            for line in ("InvoiceLine", "CreditNoteLine")
        ),
        (
            demand(
                "BR-64",
                has_attribute("schemeID"),
                "cbc:ID/@schemeID",
                ("BT-157-1",),
                "het stelsel van het standaard artikelnummer",
                "the scheme of the standard item number",
            ),
        ),
    ),
)
