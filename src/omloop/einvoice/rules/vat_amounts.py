"""The sums that the rules of VAT categories compare (BR-*-05 to BR-*-09)."""

from collections.abc import Iterable
from decimal import Decimal

from omloop.einvoice.rules.rule import Test, Uncomputable
from omloop.einvoice.rules.tree import Node, children
from omloop.einvoice.rules.xpath import number, says, strings, the_decimal, the_string, to_cents
from omloop.einvoice.values import normalized

_NOTHING = Decimal(0)
_ONE = Decimal(1)
_HUNDRED = Decimal(100)
_ITEM = "cac:Item/cac:ClassifiedTaxCategory"
_LINES = ("cac:InvoiceLine", "cac:CreditNoteLine")
_IS_CHARGE = says(True)


def is_rate_zero(category: Node) -> bool:
    """`xs:decimal(cbc:Percent) = 0`."""
    return the_decimal(category, "cbc:Percent") == _NOTHING


def is_rate_above_zero(category: Node) -> bool:
    """`cbc:Percent > 0`."""
    return any(number(text) > _NOTHING for text in strings(category, "cbc:Percent"))


def is_rate_not_negative(category: Node) -> bool:
    """`cbc:Percent >= 0`."""
    return any(number(text) >= _NOTHING for text in strings(category, "cbc:Percent"))


def has_no_rate(category: Node) -> bool:
    """There is no rate."""
    return not children(category, "cbc:Percent")


def has_no_tax(category: Node) -> bool:
    """The VAT amount of the subtotal is 0."""
    return the_decimal(_subtotal(category), "cbc:TaxAmount") == _NOTHING


def is_tax_of_rate(category: Node) -> bool:
    """The VAT amount is the taxable amount times the rate, give or take less than 1."""
    subtotal = _subtotal(category)
    tax = the_decimal(subtotal, "cbc:TaxAmount")
    taxable = the_decimal(subtotal, "cbc:TaxableAmount")
    rate = the_decimal(category, "cbc:Percent")
    if tax is None or taxable is None or rate is None:
        return False
    expected = to_cents(abs(taxable) * rate / _HUNDRED)
    return abs(tax) - _ONE < expected < abs(tax) + _ONE


def adds_up(code: str) -> Test:
    """The taxable amount is the sum of what has this category."""

    def holds(category: Node) -> bool:
        taxable = the_decimal(_subtotal(category), "cbc:TaxableAmount")
        return any(
            taxable == _sum(category, line, lambda part: _has_code(part, code))
            for line in _LINES
            if category.tree.of(line)
        )

    return holds


def adds_up_by_rate(code: str) -> Test:
    """The taxable amount differs less than 1 from the sum of what has this category and rate."""

    def holds(category: Node) -> bool:
        return all(
            any(_is_near(category, code, rate, line) for line in _LINES if category.tree.of(line))
            for rate in _rates(category)
        )

    return holds


def adds_up_by_used_rate(code: str) -> Test:
    """As `adds_up_by_rate`, where some line, allowance or charge must have the rate."""

    def holds(category: Node) -> bool:
        return all(
            any(
                _is_near(category, code, rate, line)
                for line in _LINES
                if _is_used(category, code, rate, line)
            )
            for rate in _rates(category)
        )

    return holds


def _subtotal(category: Node) -> Node:
    if category.parent is None:
        raise Uncomputable("..")
    return category.parent


def _rates(category: Node) -> list[Decimal]:
    rate = the_decimal(category, "cbc:Percent")
    return [] if rate is None else [rate]


def _is_used(category: Node, code: str, rate: Decimal, line: str) -> bool:
    parts = category.tree.of(line, "cac:AllowanceCharge")
    return any(_has_code(part, code) and _has_rate(part, rate) for part in parts)


def _is_near(category: Node, code: str, rate: Decimal, line: str) -> bool:
    text = the_string(_subtotal(category), "cbc:TaxableAmount")
    if not children(_subtotal(category), "cbc:TaxableAmount"):
        return False
    amount = float(number(text))  # the official rule adds 1 to a double here, and so do we
    expected = _sum(category, line, lambda part: _has_code(part, code) and _has_rate(part, rate))
    return Decimal(amount - 1) < expected < Decimal(amount + 1)


def _sum(category: Node, line: str, is_meant: Test) -> Decimal:
    document = _subtotal(_subtotal(_subtotal(category)))
    parts = [part for part in children(document, "cac:AllowanceCharge") if is_meant(part)]
    lines = (
        the_decimal(each, "cbc:LineExtensionAmount") for each in children(document, line) if is_meant(each)
    )
    charges = (the_decimal(each, "cbc:Amount") for each in parts if _IS_CHARGE(each))
    allowances = (the_decimal(each, "cbc:Amount") for each in parts if says(False)(each))
    return _total(lines) + _total(charges) - _total(allowances)


def _total(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), _NOTHING)


def _categories(part: Node) -> list[Node]:
    return children(part, "cac:TaxCategory" if part.name == "cac:AllowanceCharge" else _ITEM)


def _codes(part: Node) -> frozenset[str]:
    """The categories of a line, allowance or charge, remembered with the document."""
    codes: frozenset[str] | None = part.tree.memory.get((part, "codes"))
    if codes is None:
        codes = frozenset(normalized(the_string(each, "cbc:ID")) for each in _categories(part))
        part.tree.memory[part, "codes"] = codes
    return codes


def _part_rates(part: Node) -> frozenset[Decimal]:
    rates: frozenset[Decimal] | None = part.tree.memory.get((part, "rates"))
    if rates is None:
        texts = (text for each in _categories(part) for text in strings(each, "cbc:Percent"))
        rates = part.tree.memory[part, "rates"] = frozenset(number(text) for text in texts)
    return rates


def _has_code(part: Node, code: str) -> bool:
    return code in _codes(part)


def _has_rate(part: Node, rate: Decimal) -> bool:
    return rate in _part_rates(part)
