"""EN 16931: allowances and charges (BR-31 to BR-44, BR-CO-21 to BR-CO-24, BR-DEC-01 to 06, 24 to 28)."""

from omloop.einvoice.rules.rule import Context, Rule, Test
from omloop.einvoice.rules.tree import Node, children
from omloop.einvoice.rules.wording import demand, must_be_cents, must_have
from omloop.einvoice.rules.xpath import has, is_vat, says

_HAS_REASON = has("cbc:AllowanceChargeReason", "cbc:AllowanceChargeReasonCode")
_REASON = "cbc:AllowanceChargeReason"


def _has_vat_category(allowance: Node) -> bool:
    return any(children(each, "cbc:ID") for each in children(allowance, "cac:TaxCategory") if is_vat(each))


def _amount_rules(
    nl: str, en: str, ids: tuple[str, str, str, str, str], terms: tuple[str, ...]
) -> tuple[Rule, ...]:
    """Amount, reason (twice: as BR and as BR-CO), cents of amount and base."""
    amount, reason, reason_again, cents, base_cents = ids
    amount_term, base_term, *reasons = terms
    nl_reason, en_reason = f"de reden van {nl}", f"the reason of {en}"
    return (
        must_have(amount, "cbc:Amount", amount_term, f"het bedrag van {nl}", f"the amount of {en}"),
        demand(reason, _HAS_REASON, _REASON, tuple(reasons), nl_reason, en_reason),
        demand(reason_again, _HAS_REASON, _REASON, tuple(reasons), nl_reason, en_reason),
        must_be_cents(cents, "cbc:Amount", amount_term, f"het bedrag van {nl}", f"the amount of {en}"),
        must_be_cents(
            base_cents, "cbc:BaseAmount", base_term, f"het basisbedrag van {nl}", f"the base amount of {en}"
        ),
    )


def _vat_rule(rule: str, term: str, nl: str, en: str) -> Rule:
    return demand(
        rule,
        _has_vat_category,
        "cac:TaxCategory/cbc:ID met cac:TaxScheme VAT",
        (term,),
        f"de btw-categorie van {nl}",
        f"the VAT category of {en}",
    )


_IS_ALLOWANCE: Test = says(False)
_IS_CHARGE: Test = says(True)
_ON_DOCUMENT = ("/cac:AllowanceCharge",)
_ON_LINE = ("cac:InvoiceLine/cac:AllowanceCharge", "cac:CreditNoteLine/cac:AllowanceCharge")

ALLOWANCES = (
    Context(
        _ON_DOCUMENT,
        (
            *_amount_rules(
                "de korting",
                "the allowance",
                ("BR-31", "BR-33", "BR-CO-21", "BR-DEC-01", "BR-DEC-02"),
                ("BT-92", "BT-93", "BT-97", "BT-98"),
            ),
            _vat_rule("BR-32", "BT-95", "de korting", "the allowance"),
        ),
        where=_IS_ALLOWANCE,
    ),
    Context(
        _ON_DOCUMENT,
        (
            *_amount_rules(
                "de toeslag",
                "the charge",
                ("BR-36", "BR-38", "BR-CO-22", "BR-DEC-05", "BR-DEC-06"),
                ("BT-99", "BT-100", "BT-104", "BT-105"),
            ),
            _vat_rule("BR-37", "BT-102", "de toeslag", "the charge"),
        ),
        where=_IS_CHARGE,
    ),
    Context(
        _ON_LINE,
        _amount_rules(
            "de korting op de regel",
            "the line's allowance",
            ("BR-41", "BR-42", "BR-CO-23", "BR-DEC-24", "BR-DEC-25"),
            ("BT-136", "BT-137", "BT-139", "BT-140"),
        ),
        where=_IS_ALLOWANCE,
    ),
    Context(
        _ON_LINE,
        _amount_rules(
            "de toeslag op de regel",
            "the line's charge",
            ("BR-43", "BR-44", "BR-CO-24", "BR-DEC-27", "BR-DEC-28"),
            ("BT-141", "BT-142", "BT-144", "BT-145"),
        ),
        where=_IS_CHARGE,
    ),
)
