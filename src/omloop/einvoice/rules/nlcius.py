"""SI-UBL 2.0.3.13 (NLCIUS, BR-NL)."""

from decimal import Decimal

from omloop.einvoice.findings import Flag
from omloop.einvoice.rules.countries import BUYER, REPRESENTATIVE, SELLER, both
from omloop.einvoice.rules.nlcius_advice import RECOMMENDED
from omloop.einvoice.rules.nlcius_seller import IS_DUTCH, is_nlcius
from omloop.einvoice.rules.peppol_nl import has_order, has_preceding, is_complete_address, is_dutch_means
from omloop.einvoice.rules.rule import Context, Pattern, Rule, Test
from omloop.einvoice.rules.tree import Node, anywhere, children, string
from omloop.einvoice.rules.xpath import has, strings, the_decimal, the_normal
from omloop.einvoice.values import normalized

RULE_SET = "SI-UBL 2.0.3.13"
USED: tuple[str, ...] = ()
_NLCIUS = "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0"
_REGISTRATION = "cac:PartyLegalEntity/cbc:CompanyID"
_COUNTRY = "cac:Country/cbc:IdentificationCode"
_NOTHING = Decimal(0)


def _is_listed(numbers: list[Node]) -> bool:
    schemes = {scheme for number in numbers for scheme in (number.get("schemeID") or "").split()}
    return bool(schemes & {"0106", "0190"})


def _is_seller_registered(party: Node) -> bool:
    numbers = children(party, _REGISTRATION)
    return _is_listed(numbers) and any(normalized(string(each)) for each in numbers)


def _is_abroad_or_complete(address: Node) -> bool:
    return any(country != "NL" for country in strings(address, _COUNTRY)) or is_complete_address(address)


def _has_type(code: Node) -> bool:
    return string(code) in ("380", "381", "384", "389")


def _is_in_its_document(code: Node) -> bool:
    return (string(code) == "381") is (code.tree.root.name == "CreditNote")


def _corrects_something(code: Node) -> bool:
    return string(code) != "384" or has_preceding(code)


def _is_buyer_registered(entity: Node) -> bool:
    countries = [string(each) for each in anywhere(entity.tree, f"{BUYER}/cac:PostalAddress/{_COUNTRY}")]
    is_registered = "NL" not in countries or _is_listed(anywhere(entity.tree, f"{BUYER}/{_REGISTRATION}"))
    own = children(entity, "cbc:CompanyID")
    return is_registered and (not own or any(normalized(string(each)) for each in own))


def _names_payment(total: Node) -> bool:
    payable = the_decimal(total, "cbc:PayableAmount")
    return (payable is not None and payable <= _NOTHING) or bool(total.iter("cac:PaymentMeans"))


def _has_no_bank(means: Node) -> bool:
    is_sepa = the_normal(means, "cbc:PaymentMeansCode") in ("58", "59")
    return not is_sepa or not children(
        means, "cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID"
    )


def _rule(name: str, test: Test, terms: str, nl: str, en: str, flag: Flag = Flag.FATAL) -> Rule:
    return Rule(name, test, tuple(terms.split()), nl, en, flag)


def _address(name: str, test: Test, terms: str, nl: str, en: str) -> tuple[Rule, ...]:
    return (
        _rule(
            *(name, test, terms),
            f"In het adres van {nl} ontbreekt straat, plaats of postcode. Vul ze alle drie in.",
            f"The address of the {en} lacks street, city or post code. Fill in all three.",
        ),
    )


def _registration(name: str, test: Test, term: str, nl: str, en: str) -> tuple[Rule, ...]:
    return (
        _rule(
            *(name, test, term),
            f"Het KvK-nummer of OIN van {nl} ({term}) ontbreekt. Geef cbc:CompanyID met schemeID 0106 of "
            "0190.",
            f"The KvK number or OIN of the {en} ({term}) is missing. Give cbc:CompanyID with schemeID 0106 "
            "or 0190.",
        ),
    )


DUTCH = (
    Context(
        (SELLER,),
        _registration("BR-NL-1", _is_seller_registered, "BT-30", "de verkoper", "seller"),
        where=IS_DUTCH,
    ),
    Context(
        ("/",),
        (
            _rule(
                *("BR-NL-2", has("cbc:BuyerReference", "cac:OrderReference/cbc:ID"), "BT-10 BT-13"),
                "De referentie van de koper (BT-10) en het ordernummer (BT-13) ontbreken. Vul een van de "
                "twee in.",
                "The buyer reference (BT-10) and the order number (BT-13) are missing. Fill in one of the "
                "two.",
            ),
        ),
        where=IS_DUTCH,
    ),
    Context(
        (f"{SELLER}/cac:PostalAddress",),
        _address("BR-NL-3", is_complete_address, "BT-35 BT-37 BT-38", "de verkoper", "seller"),
        where=IS_DUTCH,
    ),
    Context(
        (f"{BUYER}/cac:PostalAddress",),
        _address("BR-NL-4", _is_abroad_or_complete, "BT-50 BT-52 BT-53", "de koper", "buyer"),
        where=IS_DUTCH,
    ),
    Context(
        (f"{REPRESENTATIVE}/cac:PostalAddress",),
        _address(
            "BR-NL-5", _is_abroad_or_complete, "BT-64 BT-66 BT-67", "de vertegenwoordiger", "representative"
        ),
        where=IS_DUTCH,
    ),
    Context(
        ("cbc:InvoiceTypeCode", "cbc:CreditNoteTypeCode"),
        (
            _rule(
                *("BR-NL-7", _has_type, "BT-3"),
                "De soort (BT-3) is in Nederland 380, 381, 384 of 389. Kies een van deze.",
                "The type (BT-3) is 380, 381, 384 or 389 in the Netherlands. Choose one of these.",
            ),
            _rule(
                *("BR-NL-8", _is_in_its_document, "BT-3"),
                "Soort 381 hoort in een CreditNote, elke andere soort in een Invoice. Kies het juiste "
                "document.",
                "Type 381 belongs in a CreditNote, any other in an Invoice. Choose the right document.",
            ),
            _rule(
                *("BR-NL-9", _corrects_something, "BT-25"),
                "Een correctiefactuur (384) noemt geen eerdere factuur (BT-25). Vul die in.",
                "A corrected invoice (384) names no preceding invoice (BT-25). Fill it in.",
            ),
        ),
        where=IS_DUTCH,
    ),
    Context(
        (f"{BUYER}/cac:PartyLegalEntity",),
        _registration("BR-NL-10", _is_buyer_registered, "BT-47", "de koper", "buyer"),
        where=IS_DUTCH,
    ),
    Context(
        ("/cac:LegalMonetaryTotal",),
        (
            _rule(
                *("BR-NL-11", _names_payment, "BG-16"),
                "Er staat niet hoe betaald moet worden (BG-16). Vul cac:PaymentMeans in.",
                "It is not said how to pay (BG-16). Fill in cac:PaymentMeans.",
            ),
        ),
        where=both(lambda total: total.tree.root.name == "Invoice", IS_DUTCH),
    ),
    Context(
        ("cac:PaymentMeans",),
        (
            _rule(
                *("BR-NL-12", is_dutch_means, "BT-81"),
                "De betaalwijze is in Nederland 30, 48, 49, 57, 58 of 59. Kies een van deze.",
                "The payment means is 30, 48, 49, 57, 58 or 59 in the Netherlands. Choose one of these.",
            ),
            _rule(
                *("BR-NL-31", _has_no_bank, "BT-86"),
                "Bij een SEPA-betaling wordt de BIC (BT-86) afgeraden. Laat hem liefst weg.",
                "With a SEPA payment the BIC (BT-86) is advised against. Better leave it out.",
                Flag.WARNING,
            ),
        ),
        where=IS_DUTCH,
    ),
    Context(
        ("cac:OrderLineReference/cbc:LineID",),
        (
            _rule(
                *("BR-NL-13", has_order, "BT-132 BT-13"),
                "De regel noemt een orderregel (BT-132), maar de factuur geen order (BT-13). Vul BT-13 in.",
                "The line names an order line (BT-132), but the invoice no order (BT-13). Fill in BT-13.",
            ),
        ),
        where=is_nlcius,
    ),
)


def _named(code: Node) -> bool:
    return normalized(string(code)).startswith(_NLCIUS)


SPECIFICATION = _rule(
    *("SI-V20-INV-R000", _named, "BT-24"),
    f"De specificatie (BT-24) begint niet met die van NLCIUS. Vul {_NLCIUS} in.",
    f"The specification (BT-24) does not start with that of NLCIUS. Fill in {_NLCIUS}.",
)
_IS_NAMED = Context(
    ("/",),
    (
        _rule(
            *("BII2-T10-R001", has("cbc:CustomizationID"), "BT-24"),
            "De specificatie (BT-24) ontbreekt. Vul cbc:CustomizationID in.",
            "The specification (BT-24) is missing. Fill in cbc:CustomizationID.",
        ),
    ),
)
PATTERNS = (
    Pattern(_IS_NAMED, Context(("cbc:CustomizationID",), (SPECIFICATION,))),
    Pattern(*DUTCH, *RECOMMENDED),
)
SHARED = {rule.id: rule for context in DUTCH for rule in context.rules}
"""By id, for their words: NLCIUS-CII asks the same in CII."""
