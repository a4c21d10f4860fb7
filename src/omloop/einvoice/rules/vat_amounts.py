"""The sums that the rules of VAT categories compare (BR-*-05 to BR-*-09)."""

from collections.abc import Iterator
from decimal import Decimal

from omloop.einvoice.rules.rule import Test, Uncomputable, once
from omloop.einvoice.rules.tree import Node, Tree, children
from omloop.einvoice.rules.xpath import code_of, number, says, strings, the_decimal, to_cents

_NOTHING = Decimal(0)
_ONE = Decimal(1)
_ITEM = "cac:Item/cac:ClassifiedTaxCategory"
_LINES = ("cac:InvoiceLine", "cac:CreditNoteLine")
_IS_CHARGE = says(True)
_IS_ALLOWANCE = says(False)


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
    expected = to_cents(abs(taxable) * rate.scaleb(-2))
    return abs(tax) - _ONE < expected < abs(tax) + _ONE


def adds_up(code: str) -> Test:
    """The taxable amount is the sum of what has this category."""

    def holds(category: Node) -> bool:
        taxable = the_decimal(_subtotal(category), "cbc:TaxableAmount")
        return any(
            taxable == _sums(category.tree, line, code, by_rate=False).get(_NOTHING, _NOTHING)
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
    return rate in _used_rates(category.tree, line, code)


def _used_rates(tree: Tree, line: str, code: str) -> set[Decimal]:
    """The rates of a category on lines, allowances and charges at any depth."""

    def find() -> set[Decimal]:
        parts = tree.of(line, "cac:AllowanceCharge")
        return {rate for part in parts if code in _codes(part) for rate in _rates_of(part)}

    return once(tree, ("used", line, code), find)


def _is_near(category: Node, code: str, rate: Decimal, line: str) -> bool:
    taxable = the_decimal(_subtotal(category), "cbc:TaxableAmount")
    if taxable is None:
        return False
    amount = float(taxable)  # the official rule adds 1 to a double here, and so do we
    expected = _sums(category.tree, line, code, by_rate=True).get(rate, _NOTHING)
    return Decimal(amount - 1) < expected < Decimal(amount + 1)


def _sums(tree: Tree, line: str, code: str, *, by_rate: bool) -> dict[Decimal, Decimal]:
    """Lines plus charges minus allowances of a category, by rate (else all under 0)."""

    def find() -> dict[Decimal, Decimal]:
        sums: dict[Decimal, Decimal] = {}
        for part, amount in _amounts(tree.root, line, code):
            for rate in _rates_of(part) if by_rate else (_NOTHING,):
                sums[rate] = sums.get(rate, _NOTHING) + amount
        return sums

    return once(tree, ("sums", line, code, by_rate), find)


def _amounts(root: Node, line: str, code: str) -> Iterator[tuple[Node, Decimal]]:
    for each in children(root, line):
        if code in _codes(each):
            yield each, the_decimal(each, "cbc:LineExtensionAmount") or _NOTHING
    for part in children(root, "cac:AllowanceCharge"):
        if code not in _codes(part):
            continue
        amount = the_decimal(part, "cbc:Amount") or _NOTHING
        if _IS_CHARGE(part):
            yield part, amount
        if _IS_ALLOWANCE(part):
            yield part, -amount


def _categories(part: Node) -> list[Node]:
    return children(part, "cac:TaxCategory" if part.name == "cac:AllowanceCharge" else _ITEM)


def _codes(part: Node) -> set[str]:
    """The categories of a line, allowance or charge."""
    return once(part.tree, part, lambda: {code_of(each) for each in _categories(part)})


def _rates_of(part: Node) -> set[Decimal]:
    return {number(text) for each in _categories(part) for text in strings(each, "cbc:Percent")}
