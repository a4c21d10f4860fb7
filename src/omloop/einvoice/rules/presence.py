"""EN 16931: what a document, its parties, its VAT and its payment must say (BR-01 to BR-65, BR-CO-03 to 26)."""

from omloop.einvoice.findings import Flag
from omloop.einvoice.names import Element
from omloop.einvoice.rules.rule import Context, Rule
from omloop.einvoice.rules.wording import demand, must_fill, must_have
from omloop.einvoice.rules.xpath import (
    filled,
    has,
    has_attribute,
    is_vat,
    nodes,
    string,
    strings,
    the_string,
)
from omloop.einvoice.values import normalized

_SELLER = "cac:AccountingSupplierParty/cac:Party"
_BUYER = "cac:AccountingCustomerParty/cac:Party"
_TRANSFERS = ("30", "58")


def _tax_currency_has_total(root: Element) -> bool:
    currencies = {
        amount.get("currencyID")
        for total in root.iter("{*}TaxTotal")
        for amount in nodes(total, "cbc:TaxAmount")
    }
    return all(currency in currencies for currency in strings(root, "cbc:TaxCurrencyCode"))


def _has_one_tax_point(root: Element) -> bool:
    has_date = bool(nodes(root, "cbc:TaxPointDate"))
    return not (has_date and nodes(root, "cac:InvoicePeriod/cbc:DescriptionCode"))


def _is_another_payee(payee: Element) -> bool:
    parent = payee.getparent()
    if parent is None or not nodes(payee, "cac:PartyName/cbc:Name"):
        return False
    for path in ("cac:PartyName/cbc:Name", "cac:PartyIdentification/cbc:ID"):
        if set(strings(payee, path)) & set(strings(parent, f"{_SELLER}/{path}")):
            return False
    return True


def _is_identified(supplier: Element) -> bool:
    vat_schemes = [each for each in nodes(supplier, "cac:Party/cac:PartyTaxScheme") if is_vat(each)]
    return (
        any(nodes(scheme, "cbc:CompanyID") for scheme in vat_schemes)
        or any(
            identifier.get("schemeID") != "SEPA"
            for identifier in nodes(supplier, "cac:Party/cac:PartyIdentification/cbc:ID")
        )
        or bool(nodes(supplier, "cac:Party/cac:PartyLegalEntity/cbc:CompanyID"))
    )


def _has_vat_number(party: Element) -> bool:
    schemes = [each for each in nodes(party, "cac:PartyTaxScheme") if is_vat(each)]
    return any(nodes(scheme, "cbc:CompanyID") for scheme in schemes)


def _names_account(means: Element) -> bool:
    code = normalized(the_string(means, "cbc:PaymentMeansCode"))
    return code not in _TRANSFERS or bool(nodes(means, "cac:PayeeFinancialAccount/cbc:ID"))


def _is_of_transfer(account: Element) -> bool:
    means = account.getparent()
    return means is not None and any(code in _TRANSFERS for code in strings(means, "cbc:PaymentMeansCode"))


def _has_vat_category(subtotal: Element) -> bool:
    return any(nodes(each, "cbc:ID") for each in nodes(subtotal, "cac:TaxCategory") if is_vat(each))


def _has_vat_rate(subtotal: Element) -> bool:
    categories = [each for each in nodes(subtotal, "cac:TaxCategory") if is_vat(each)]
    return any(nodes(each, "cbc:Percent") for each in categories) or any(
        normalized(the_string(each, "cbc:ID")) == "O" for each in categories
    )


def _hides_card(number: Element) -> bool:
    return len(normalized(string(number))) <= 10


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

PARTIES = (
    Context(
        (f"{_BUYER}/cbc:EndpointID",),
        (
            demand(
                "BR-63",
                has_attribute("schemeID"),
                "cbc:EndpointID/@schemeID",
                ("BT-49-1",),
                "het stelsel van het elektronisch adres van de koper",
                "the scheme of the buyer's electronic address",
            ),
        ),
    ),
    Context(
        (f"{_BUYER}/cac:PostalAddress",),
        (
            must_fill(
                "BR-11",
                "cac:Country/cbc:IdentificationCode",
                "BT-55",
                "het land van de koper",
                "the country of the buyer",
            ),
        ),
    ),
    Context(
        (f"{_SELLER}/cbc:EndpointID",),
        (
            demand(
                "BR-62",
                has_attribute("schemeID"),
                "cbc:EndpointID/@schemeID",
                ("BT-34-1",),
                "het stelsel van het elektronisch adres van de verkoper",
                "the scheme of the seller's electronic address",
            ),
        ),
    ),
    Context(
        (f"{_SELLER}/cac:PostalAddress",),
        (
            must_fill(
                "BR-09",
                "cac:Country/cbc:IdentificationCode",
                "BT-40",
                "het land van de verkoper",
                "the country of the seller",
            ),
        ),
    ),
    Context(
        ("cac:AccountingSupplierParty",),
        (
            demand(
                "BR-CO-26",
                _is_identified,
                "cac:PartyLegalEntity/cbc:CompanyID (KvK), cac:PartyIdentification of het btw-nummer",
                ("BT-29", "BT-30", "BT-31"),
                "een nummer dat de verkoper aanwijst",
                "a number that identifies the seller",
            ),
        ),
    ),
    Context(
        ("cac:PayeeParty",),
        (
            Rule(
                "BR-17",
                _is_another_payee,
                ("BT-59",),
                "De ontvanger van de betaling heeft geen naam, of is de verkoper zelf. Vul de naam in, of "
                "laat cac:PayeeParty weg.",
                "The payee has no name, or is the seller itself. Fill in the name, or leave cac:PayeeParty out.",
            ),
        ),
    ),
    Context(
        ("cac:TaxRepresentativeParty",),
        (
            must_fill(
                "BR-18",
                "cac:PartyName/cbc:Name",
                "BT-62",
                "de naam van de fiscaal vertegenwoordiger",
                "the name of the tax representative",
            ),
            must_have(
                "BR-19",
                "cac:PostalAddress",
                "BG-12",
                "het adres van de fiscaal vertegenwoordiger",
                "the address of the tax representative",
            ),
            demand(
                "BR-56",
                _has_vat_number,
                "cac:PartyTaxScheme/cbc:CompanyID",
                ("BT-63",),
                "het btw-nummer van de fiscaal vertegenwoordiger",
                "the VAT number of the tax representative",
            ),
        ),
    ),
    Context(
        ("cac:TaxRepresentativeParty/cac:PostalAddress",),
        (
            must_fill(
                "BR-20",
                "cac:Country/cbc:IdentificationCode",
                "BT-69",
                "het land van de fiscaal vertegenwoordiger",
                "the country of the tax representative",
            ),
        ),
    ),
    Context(
        ("cac:Delivery/cac:DeliveryLocation/cac:Address",),
        (
            must_have(
                "BR-57",
                "cac:Country/cbc:IdentificationCode",
                "BT-80",
                "het land van de levering",
                "the country of delivery",
            ),
        ),
    ),
)
