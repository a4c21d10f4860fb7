"""The G-account extension 1.0.2.13 of SI-UBL 2.0 (BR-GA)."""

from decimal import Decimal

from omloop.einvoice.findings import Flag
from omloop.einvoice.rules.nlcius import DUTCH, SPECIFICATION
from omloop.einvoice.rules.nlcius_advice import RECOMMENDED
from omloop.einvoice.rules.nlcius_seller import GACCOUNT_SPECIFICATION
from omloop.einvoice.rules.rule import Context, Pattern, Rule, Test
from omloop.einvoice.rules.tree import Node, children, string
from omloop.einvoice.rules.xpath import number, strings, the_decimal

RULE_SET = "SI-UBL 2.0.3.13, G-account 1.0.2.13"
USED = ("411", "453", "459")
"""What names the accounts: each way to pay has its own identifier and amount."""
_NOTHING = Decimal(0)


def _rule(name: str, test: Test, terms: str, nl: str, en: str, flag: Flag = Flag.FATAL) -> Rule:
    return Rule(name, test, tuple(terms.split()), nl, en, flag)


def _pays_payable(root: Node) -> bool:
    payable = the_decimal(root, "cac:LegalMonetaryTotal/cbc:PayableAmount")
    amounts = (number(text) for text in strings(root, "cac:PaymentTerms/cbc:Amount"))
    return payable == sum(amounts, _NOTHING)


def _count(path: str, wanted: int) -> Test:
    return lambda node: len(children(node, path)) == wanted


def _names_gaccount(root: Node) -> bool:
    return sum(text == "GACCOUNT" for text in strings(root, "cac:PaymentMeans/cbc:ID")) == 1


def _is_known_means(reference: Node) -> bool:
    return string(reference) in strings(reference.tree.root, "cac:PaymentMeans/cbc:ID")


def _of_invoice(path: str, *rules: Rule) -> Context:
    return Context((path,), rules, where=lambda node: node.tree.root.name == "Invoice")


PATTERNS = (
    Pattern(
        Context(
            ("cbc:CustomizationID",),
            (
                SPECIFICATION,
                _rule(
                    *("BR-GA-0", lambda code: GACCOUNT_SPECIFICATION in string(code), "BT-24"),
                    f"De specificatie (BT-24) noemt de G-rekening niet. Vul {GACCOUNT_SPECIFICATION} aan.",
                    f"The specification (BT-24) does not name the G-account. Add {GACCOUNT_SPECIFICATION}.",
                ),
            ),
        ),
        _of_invoice(
            "/",
            _rule(
                *("BR-GA-1", _count("cac:PaymentTerms", 2), ""),
                "Bij een G-rekening horen precies twee betalingsvoorwaarden: één per rekening. Vul ze in.",
                "A G-account needs exactly two payment terms: one for each account. Fill them in.",
            ),
            _rule(
                *("BR-GA-2", _count("cac:PaymentMeans", 2), "BG-16"),
                "Bij een G-rekening horen precies twee betaalwijzen: één per rekening. Vul ze in.",
                "A G-account needs exactly two payment means: one for each account. Fill them in.",
            ),
            _rule(
                *("BR-GA-3", _pays_payable, "BT-115"),
                "De twee betalingen zijn samen niet het te betalen bedrag (BT-115). Reken ze opnieuw uit.",
                "The two payments together are not the amount due (BT-115). Compute them again.",
            ),
            _rule(
                *("BR-GA-7", _names_gaccount, ""),
                "Niet precies één betaalwijze heeft het kenmerk GACCOUNT. Zet dat in cbc:ID van de "
                "G-rekening.",
                "Not exactly one payment means has the identifier GACCOUNT. Put it in cbc:ID of the "
                "G-account.",
            ),
        ),
        _of_invoice(
            "/cac:PaymentTerms",
            _rule(
                *("BR-GA-4", _count("cbc:PaymentMeansID", 1), ""),
                "De betalingsvoorwaarde zegt niet bij welke betaalwijze zij hoort. Vul cbc:PaymentMeansID "
                "in.",
                "The payment terms do not say which payment means they belong to. Fill in "
                "cbc:PaymentMeansID.",
            ),
        ),
        _of_invoice(
            "/cac:PaymentMeans",
            _rule(
                *("BR-GA-5", _count("cbc:ID", 1), ""),
                "De betaalwijze heeft geen kenmerk. Vul cbc:ID in.",
                "The payment means has no identifier. Fill in cbc:ID.",
            ),
        ),
        _of_invoice(
            "/cac:PaymentTerms/cbc:PaymentMeansID",
            _rule(
                *("BR-GA-6", _is_known_means, ""),
                "De betalingsvoorwaarde verwijst naar een betaalwijze die er niet is. Verbeter "
                "cbc:PaymentMeansID.",
                "The payment terms refer to a payment means that is not there. Mend cbc:PaymentMeansID.",
            ),
        ),
    ),
    Pattern(*DUTCH, *RECOMMENDED),
)
