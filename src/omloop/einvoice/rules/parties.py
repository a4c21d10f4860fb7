"""EN 16931: what a document must say of its parties (BR-09, 11, 17 to 20, 56, 57, 62, 63, BR-CO-26)."""

from omloop.einvoice.rules.rule import Context, Rule
from omloop.einvoice.rules.tree import Node, children
from omloop.einvoice.rules.wording import demand, must_fill, must_have
from omloop.einvoice.rules.xpath import has_attribute, is_vat, strings

_SELLER = "cac:AccountingSupplierParty/cac:Party"
_BUYER = "cac:AccountingCustomerParty/cac:Party"


def _is_another_payee(payee: Node) -> bool:
    parent = payee.parent
    if parent is None or not children(payee, "cac:PartyName/cbc:Name"):
        return False
    for path in ("cac:PartyName/cbc:Name", "cac:PartyIdentification/cbc:ID"):
        if set(strings(payee, path)) & set(strings(parent, f"{_SELLER}/{path}")):
            return False
    return True


def _is_identified(supplier: Node) -> bool:
    vat_schemes = [each for each in children(supplier, "cac:Party/cac:PartyTaxScheme") if is_vat(each)]
    return (
        any(children(scheme, "cbc:CompanyID") for scheme in vat_schemes)
        or any(
            identifier.get("schemeID") != "SEPA"
            for identifier in children(supplier, "cac:Party/cac:PartyIdentification/cbc:ID")
        )
        or bool(children(supplier, "cac:Party/cac:PartyLegalEntity/cbc:CompanyID"))
    )


def _has_vat_number(party: Node) -> bool:
    schemes = [each for each in children(party, "cac:PartyTaxScheme") if is_vat(each)]
    return any(children(scheme, "cbc:CompanyID") for scheme in schemes)


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
                "The payee has no name, or is the seller itself. Fill in the name, or leave out "
                "cac:PayeeParty.",
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
