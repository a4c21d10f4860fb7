"""Peppol BIS Billing 3.0.21: the questions of the general rules to the elements of a document."""

from datetime import timedelta
from decimal import Decimal

from omloop.einvoice.rules.countries import BUYER, SELLER, is_at
from omloop.einvoice.rules.rule import Test, Uncomputable
from omloop.einvoice.rules.tree import Node, child, children, string
from omloop.einvoice.rules.xpath import (
    number,
    strings,
    the_decimal,
    the_normal,
)
from omloop.einvoice.values import normalized, parse_instant

PROCESSES = (
    "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
    "urn:peppol:france:billing:regulated",
    "urn:peppol:france:billing:non-regulated",
    "urn:peppol:bis:billing_with_response",
)
SPECIFICATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_SLACK = Decimal("0.02")
_NOTHING = Decimal(0)
_IS_GERMAN = is_at("DE", SELLER, BUYER)


def is_near(expected: Decimal, value: Decimal) -> bool:
    """They differ by 0.02 at most."""
    return expected - _SLACK <= value <= expected + _SLACK


def has_known_process(root: Node) -> bool:
    """The process (BT-23) is one that Peppol BIS allows."""
    return the_normal(root, "cbc:ProfileID") in PROCESSES


def is_empty(node: Node) -> bool:
    """There is neither an element nor text inside."""
    return not node.named and not node.text.strip(" \t\r\n")


def has_one_note(root: Node) -> bool:
    """One note at most (R002)."""
    return len(children(root, "cbc:Note")) <= 1 or _IS_GERMAN(root)


def has_specification(root: Node) -> bool:
    """The specification is that of Peppol BIS (R004)."""
    named = the_normal(root, "cbc:CustomizationID")
    return named.startswith(SPECIFICATION) and "::" not in named


def count_totals(root: Node, *, with_breakdown: bool) -> int:
    """How many VAT totals have a breakdown, or have none."""
    totals = children(root, "cac:TaxTotal")
    return sum(bool(children(total, "cac:TaxSubtotal")) is with_breakdown for total in totals)


def has_total_in_tax_currency(root: Node) -> bool:
    """One VAT total without breakdown where there is a VAT currency, else none (R054)."""
    expected = 1 if children(root, "cbc:TaxCurrencyCode") else 0
    return count_totals(root, with_breakdown=False) == expected


def has_same_signs(root: Node) -> bool:
    """Both VAT totals are above or both below zero (R055)."""
    if not children(root, "cbc:TaxCurrencyCode"):
        return True
    in_tax = _tax_amounts(root, "cbc:TaxCurrencyCode")
    in_document = _tax_amounts(root, "cbc:DocumentCurrencyCode")
    are_below = any(each <= _NOTHING for each in in_tax) and any(each <= _NOTHING for each in in_document)
    return are_below or (
        any(each >= _NOTHING for each in in_tax) and any(each >= _NOTHING for each in in_document)
    )


def _tax_amounts(root: Node, currency: str) -> list[Decimal]:
    amounts = children(root, "cac:TaxTotal/cbc:TaxAmount")
    wanted = the_normal(root, currency) if amounts else ""
    return [number(string(each)) for each in amounts if each.get("currencyID") == wanted]


def differs_from_document_currency(code: Node) -> bool:
    """The VAT currency is not the invoice currency (R005)."""
    document = code.parent and the_normal(code.parent, "cbc:DocumentCurrencyCode")
    return normalized(code.text) != document


def lacks_base(allowance: Node) -> bool:
    """A percentage without a base amount."""
    return bool(children(allowance, "cbc:MultiplierFactorNumeric")) and not children(
        allowance, "cbc:BaseAmount"
    )


def lacks_percentage(allowance: Node) -> bool:
    """A base amount without a percentage."""
    return not children(allowance, "cbc:MultiplierFactorNumeric") and bool(
        children(allowance, "cbc:BaseAmount")
    )


def is_part_of_base(allowance: Node) -> bool:
    """The amount is the base times the percentage (R040)."""
    base = the_decimal(allowance, "cbc:BaseAmount")
    percentage = the_decimal(allowance, "cbc:MultiplierFactorNumeric")
    if base is None or percentage is None:
        return True
    return is_near(the_decimal(allowance, "cbc:Amount") or _NOTHING, base * percentage / 100)


def says_kind(allowance: Node) -> bool:
    """The indicator is true or false, in these words (R043)."""
    return the_normal(allowance, "cbc:ChargeIndicator") in ("true", "false")


def is_direct_debit(means: Node) -> bool:
    """Payment by direct debit."""
    return the_normal(means, "cbc:PaymentMeansCode") in ("49", "59")


def is_in_document_currency(amount: Node) -> bool:
    """The amount is in the invoice currency (R051)."""
    return amount.get("currencyID") in strings(amount.tree.root, "cbc:DocumentCurrencyCode")


def is_of_document_currency(amount: Node) -> bool:
    """An amount that must be in the invoice currency."""
    total = amount.parent
    return total is not None and (total.name != "cac:TaxTotal" or bool(children(total, "cac:TaxSubtotal")))


def _instant(node: Node | None) -> timedelta:
    instant = None if node is None else parse_instant(string(node))
    if instant is None:
        raise Uncomputable("xs:date")
    return instant


def is_within(name: str, *, is_start: bool) -> Test:
    """A date of a line is within the invoice period (R110, R111)."""
    path = f"cac:InvoicePeriod/{name}"

    def holds(date: Node) -> bool:
        of_line, of_document = _instant(date), _instant(child(date.tree.root, path))
        return of_line >= of_document if is_start else of_line <= of_document

    return holds


def has_document_date(name: str) -> Test:
    """The invoice period names this date."""
    return lambda date: bool(children(date.tree.root, f"cac:InvoicePeriod/{name}"))


def has_one_project(root: Node) -> bool:
    """One project at most (R080)."""
    references = children(root, "cac:AdditionalDocumentReference")
    return sum("50" in strings(each, "cbc:DocumentTypeCode") for each in references) <= 1
