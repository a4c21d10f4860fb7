"""Peppol BIS Billing 3.0.21: the Netherlands (NL-R)."""

from decimal import Decimal

from omloop.einvoice.rules.countries import BUYER, REPRESENTATIVE, SELLER, is_at
from omloop.einvoice.rules.rule import Context, Rule, Test
from omloop.einvoice.rules.tree import Node, children, string
from omloop.einvoice.rules.xpath import the_decimal, the_normal
from omloop.einvoice.values import normalized

DUTCH_MEANS = ("30", "48", "49", "57", "58", "59")
"""Payment means (BT-81) that are used in the Netherlands."""
_NOTHING = Decimal(0)
_FROM_NL = is_at("NL", SELLER)


def is_complete_address(address: Node) -> bool:
    """Street, city and post code are there."""
    return all(children(address, name) for name in ("cbc:StreetName", "cbc:CityName", "cbc:PostalZone"))


def has_order(node: Node) -> bool:
    """The document names an order (BT-13)."""
    return bool(children(node.tree.root, "cac:OrderReference/cbc:ID"))


def has_preceding(node: Node) -> bool:
    """The document names a preceding invoice (BT-25)."""
    return bool(children(node.tree.root, "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID"))


def is_dutch_means(means: Node) -> bool:
    """The payment means is one that is used in the Netherlands."""
    return the_normal(means, "cbc:PaymentMeansCode") in DUTCH_MEANS


def _is_registered(number: Node) -> bool:
    schemes = (number.get("schemeID") or "").split()
    return bool({"0106", "0190"} & set(schemes)) and normalized(string(number)) != ""


def _names_payment(total: Node) -> bool:
    payable = the_decimal(total, "cbc:PayableAmount")
    is_invoice = total.tree.root.name == "Invoice"
    is_settled = payable is not None and (payable <= _NOTHING if is_invoice else payable >= _NOTHING)
    return is_settled or bool(total.iter("cac:PaymentMeans"))


def _rule(number: str, test: Test, terms: str, nl: str, en: str) -> tuple[Rule, ...]:
    return (Rule(f"NL-R-{number}", test, tuple(terms.split()), nl, en),)


def _address(number: str, terms: str, nl: str, en: str) -> tuple[Rule, ...]:
    return _rule(
        *(number, is_complete_address, terms),
        f"In het adres van {nl} ontbreekt straat, plaats of postcode. Vul ze alle drie in.",
        f"The address of the {en} lacks street, city or post code. Fill in all three.",
    )


def _registration(number: str, terms: str, nl: str, en: str) -> tuple[Rule, ...]:
    return _rule(
        *(number, _is_registered, terms),
        f"Het registratienummer van {nl} is geen KvK-nummer of OIN. Geef cbc:CompanyID met schemeID 0106 of "
        "0190.",
        f"The registration number of the {en} is no KvK number or OIN. Give cbc:CompanyID with schemeID "
        "0106 or 0190.",
    )


NETHERLANDS = (
    Context(
        ("cbc:CreditNoteTypeCode",),
        _rule(
            *("001", has_preceding, "BT-25"),
            "De creditnota noemt geen factuur (BT-25). Vul cac:BillingReference in.",
            "The credit note names no invoice (BT-25). Fill in cac:BillingReference.",
        ),
        where=_FROM_NL,
    ),
    Context(
        (f"{SELLER}/cac:PostalAddress",),
        _address("002", "BT-35 BT-37 BT-38", "de verkoper", "seller"),
        where=_FROM_NL,
    ),
    Context(
        (f"{SELLER}/cac:PartyLegalEntity/cbc:CompanyID",),
        _registration("003", "BT-30", "de verkoper", "seller"),
        where=_FROM_NL,
    ),
    Context(
        (f"{BUYER}/cac:PostalAddress",),
        _address("004", "BT-50 BT-52 BT-53", "de koper", "buyer"),
        where=is_at("NL", SELLER, BUYER),
    ),
    Context(
        (f"{BUYER}/cac:PartyLegalEntity/cbc:CompanyID",),
        _registration("005", "BT-47", "de koper", "buyer"),
        where=is_at("NL", SELLER, BUYER),
    ),
    Context(
        (f"{REPRESENTATIVE}/cac:PostalAddress",),
        _address("006", "BT-64 BT-66 BT-67", "de fiscaal vertegenwoordiger", "tax representative"),
        where=is_at("NL", SELLER, REPRESENTATIVE),
    ),
    Context(
        ("cac:LegalMonetaryTotal",),
        _rule(
            *("007", _names_payment, "BG-16"),
            "Er staat niet hoe betaald moet worden (BG-16). Vul cac:PaymentMeans in.",
            "It is not said how to pay (BG-16). Fill in cac:PaymentMeans.",
        ),
        where=_FROM_NL,
    ),
    Context(
        ("cac:PaymentMeans",),
        _rule(
            *("008", is_dutch_means, "BT-81"),
            "Tussen Nederlandse partijen is de betaalwijze 30, 48, 49, 57, 58 of 59. Kies een van deze.",
            "Between Dutch parties the payment means is 30, 48, 49, 57, 58 or 59. Choose one of these.",
        ),
        where=is_at("NL", SELLER, BUYER),
    ),
    Context(
        ("cac:OrderLineReference/cbc:LineID",),
        _rule(
            *("009", has_order, "BT-132 BT-13"),
            "De regel noemt een orderregel (BT-132), maar de factuur geen order (BT-13). Vul BT-13 in.",
            "The line names an order line (BT-132), but the invoice no order (BT-13). Fill in BT-13.",
        ),
        where=_FROM_NL,
    ),
)
