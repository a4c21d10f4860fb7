"""Questions to the element tree with the meaning that XPath 2.0 gives them in the official rules.

A comparison with nothing is false; a value that must be single and is not, or that must be a number and is
not, raises `Uncomputable` (where the official rules stop with an error).
"""

from decimal import ROUND_FLOOR, ROUND_HALF_DOWN, Decimal

from omloop.einvoice.rules.rule import Test, Uncomputable
from omloop.einvoice.rules.tree import Node, children, string
from omloop.einvoice.values import normalized, parse_boolean, parse_decimal, trimmed

_HALF = Decimal("0.5")
_CENT = Decimal("0.01")
_HALF_CENT = Decimal("0.005")
_ONE = Decimal(1)


def strings(element: Node, path: str) -> list[str]:
    """The string values at `path`."""
    return [string(node) if node.named else node.text for node in children(element, path)]


def the_string(element: Node, path: str) -> str:
    """The one string at `path`, empty when there is none; two are `Uncomputable`."""
    found = element.named.get(path) or children(element, path)  # most paths have one step: half of the time
    if not found:
        return ""
    if len(found) > 1:
        raise Uncomputable(path)
    node = found[0]
    return string(node) if node.named else node.text


def number(text: str) -> Decimal:
    """`xs:decimal(text)`."""
    value = parse_decimal(text)
    if value is None:
        raise Uncomputable(text)
    return value


def the_decimal(element: Node, path: str) -> Decimal | None:
    """`xs:decimal(path)`: None when there is nothing."""
    text = the_string(element, path)
    return number(text) if text or children(element, path) else None


def rounded(value: Decimal) -> Decimal:
    """XPath's round: halves go up, also below zero."""
    return (value + _HALF).to_integral_value(ROUND_FLOOR)


def to_cents(value: Decimal) -> Decimal:
    """`round(value * 10 * 10) div 100`."""
    return (value + _HALF_CENT).quantize(_CENT, ROUND_FLOOR)


def is_vat(element: Node) -> bool:
    """Whether a tax category or party tax scheme is of the scheme VAT."""
    for scheme in element.named.get("cac:TaxScheme", ()):
        text = the_string(scheme, "cbc:ID")
        if text == "VAT" or normalized(text.upper()) == "VAT":
            return True
    return False


def code_of(category: Node) -> str:
    """`normalize-space(cbc:ID)` of a tax category."""
    return normalized(the_string(category, "cbc:ID"))


def says(indicator: bool) -> Test:
    """`cbc:ChargeIndicator = true()` or `false()`."""

    def matches(element: Node) -> bool:
        values = [parse_boolean(text) for text in strings(element, "cbc:ChargeIndicator")]
        if None in values:
            raise Uncomputable("cbc:ChargeIndicator")
        return indicator in values

    return matches


def has(*paths: str) -> Test:
    """`exists(a) or exists(b)`."""
    if len(paths) > 1:
        return either(*(has(path) for path in paths))
    (path,) = paths
    if "/" not in path:
        return lambda element: path in element.named
    return lambda element: bool(children(element, path))


def filled(*paths: str) -> Test:
    """`normalize-space(a) != '' or normalize-space(b) != ''`."""
    if len(paths) > 1:
        return either(*(filled(path) for path in paths))
    (path,) = paths
    return lambda element: trimmed(the_string(element, path)) != ""


def has_attribute(name: str, *paths: str) -> Test:
    """`exists(a/@name) or exists(b/@name)`; without a path the element itself is asked."""
    if not paths:
        return lambda element: name in element.attributes
    return lambda element: any(name in node.attributes for path in paths for node in children(element, path))


def either(*tests: Test) -> Test:
    """Some test holds, tried in this order."""
    return lambda element: any(test(element) for test in tests)


def at_most_one(path: str) -> Test:
    """`count(path) <= 1`."""
    return lambda element: len(children(element, path)) <= 1


def has_cents(path: str) -> Test:
    """`string-length(substring-after(path, '.')) <= 2`."""
    return lambda element: len(the_string(element, path).partition(".")[2]) <= 2


def the_normal(element: Node, path: str) -> str:
    """`normalize-space(path)`."""
    return normalized(the_string(element, path))


def the_attribute(element: Node, path: str, name: str) -> str:
    """`string(path/@name)`, empty when there is none; two are `Uncomputable`."""
    found = [value for node in children(element, path) if (value := node.get(name)) is not None]
    if len(found) > 1:
        raise Uncomputable(path)
    return found[0] if found else ""


def never(_element: Node) -> bool:
    """`false()`: that the context is met is the mistake."""
    return False


def saxon_divide(dividend: Decimal, divisor: Decimal) -> Decimal:
    """`dividend div divisor` to as many decimals as the official results have."""
    if divisor == _ONE:
        return dividend
    scales = (-int(each.as_tuple().exponent) for each in (dividend, divisor))
    return (dividend / divisor).quantize(Decimal(1).scaleb(-max(18, *scales)), ROUND_HALF_DOWN)
