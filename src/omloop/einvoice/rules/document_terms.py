"""EN 16931: what a document must say as a whole (BR-01 to BR-16, BR-53, BR-CO-03, BR-CO-18)."""

from omloop.einvoice.rules.rule import Rule
from omloop.einvoice.rules.tree import Node, children
from omloop.einvoice.rules.wording import demand, must_fill, must_have
from omloop.einvoice.rules.xpath import filled, has, strings

_SELLER = "cac:AccountingSupplierParty/cac:Party"
_BUYER = "cac:AccountingCustomerParty/cac:Party"


def _tax_currency_has_total(root: Node) -> bool:
    currencies = {
        amount.get("currencyID")
        for total in root.iter("cac:TaxTotal")
        for amount in children(total, "cbc:TaxAmount")
    }
    return all(currency in currencies for currency in strings(root, "cbc:TaxCurrencyCode"))


def _has_one_tax_point(root: Node) -> bool:
    has_date = bool(children(root, "cbc:TaxPointDate"))
    return not (has_date and children(root, "cac:InvoicePeriod/cbc:DescriptionCode"))


DOCUMENT = (
    must_fill("BR-01", "cbc:CustomizationID", "BT-24", "de specificatie", "the specification identifier"),
    must_fill("BR-02", "cbc:ID", "BT-1", "het factuurnummer", "the invoice number"),
    must_fill("BR-03", "cbc:IssueDate", "BT-2", "de factuurdatum", "the issue date"),
    demand(
        "BR-04",
        filled("cbc:InvoiceTypeCode", "cbc:CreditNoteTypeCode"),
        "cbc:InvoiceTypeCode (380) of cbc:CreditNoteTypeCode (381)",
        ("BT-3",),
        "de soort factuur",
        "the invoice type code",
    ),
    must_fill("BR-05", "cbc:DocumentCurrencyCode", "BT-5", "de valuta", "the invoice currency"),
    must_fill(
        "BR-06",
        f"{_SELLER}/cac:PartyLegalEntity/cbc:RegistrationName",
        "BT-27",
        "de naam van de verkoper",
        "the name of the seller",
    ),
    must_fill(
        "BR-07",
        f"{_BUYER}/cac:PartyLegalEntity/cbc:RegistrationName",
        "BT-44",
        "de naam van de koper",
        "the name of the buyer",
    ),
    must_have(
        "BR-08", f"{_SELLER}/cac:PostalAddress", "BG-5", "het adres van de verkoper", "the seller's address"
    ),
    must_have(
        "BR-10", f"{_BUYER}/cac:PostalAddress", "BG-8", "het adres van de koper", "the buyer's address"
    ),
    demand(
        "BR-16",
        has("cac:InvoiceLine", "cac:CreditNoteLine"),
        "cac:InvoiceLine of cac:CreditNoteLine",
        ("BG-25",),
        "een factuurregel",
        "an invoice line",
    ),
    demand(
        "BR-53",
        _tax_currency_has_total,
        "cac:TaxTotal/cbc:TaxAmount",
        ("BT-6", "BT-111"),
        "het btw-totaal in de btw-valuta",
        "the VAT total in the VAT accounting currency",
    ),
    Rule(
        "BR-CO-03",
        _has_one_tax_point,
        ("BT-7", "BT-8"),
        "De factuur noemt een datum én een code voor het moment van de btw. Laat er één staan.",
        "The invoice gives both a date and a code for the tax point. Keep one of the two.",
    ),
    must_have(
        "BR-CO-18", "cac:TaxTotal/cac:TaxSubtotal", "BG-23", "de btw-specificatie", "the VAT breakdown"
    ),
)
