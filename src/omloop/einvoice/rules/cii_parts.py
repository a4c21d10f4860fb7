"""EN 16931 in CII: allowances and charges (BR-31 to BR-44, BR-CO-05 to 08 and 21 to 24, BR-DEC)."""

from omloop.einvoice.rules.cii_names import CODE, PART
from omloop.einvoice.rules.cii_vat import is_vat
from omloop.einvoice.rules.cii_words import shared
from omloop.einvoice.rules.rule import Context, Rule, Test
from omloop.einvoice.rules.tree import Node, children
from omloop.einvoice.rules.xpath import has, has_cents, strings

_REASON = has("ram:Reason", "ram:ReasonCode")
_ALWAYS: Test = lambda _node: True  # noqa: E731  # officially these check nothing


def _cents_of_first(path: str) -> Test:
    return lambda node: len((strings(node, path) or [""])[0].partition(".")[2]) <= 2


def _of_part(test: Test) -> Test:
    return lambda indicator: indicator.parent is not None and test(indicator.parent)


def _has_category(part: Node) -> bool:
    return any(is_vat(tax) and children(tax, CODE) for tax in children(part, "ram:CategoryTradeTax"))


def _part_rules(ids: dict[str, Test]) -> tuple[Rule, ...]:
    return tuple(shared(rule, _of_part(test)) for rule, test in ids.items())


def _is_kind(kind: str) -> Test:
    return lambda indicator: kind in strings(indicator, "udt:Indicator")


_AMOUNT = has("ram:ActualAmount")
_AMOUNT_CENTS, _BASE_CENTS = _cents_of_first("ram:ActualAmount"), has_cents("ram:BasisAmount")


def _part(path: str, kind: str, ids: tuple[str, ...]) -> Context:
    tests = (_AMOUNT, _REASON, _REASON, _ALWAYS, _AMOUNT_CENTS, _BASE_CENTS, _has_category)
    return Context((path,), _part_rules(dict(zip(ids, tests, strict=False))), where=_is_kind(kind))


_OF_DOCUMENT = f"ram:ApplicableHeaderTradeSettlement/{PART}/ram:ChargeIndicator"
_OF_LINE = f"ram:SpecifiedLineTradeSettlement/{PART}/ram:ChargeIndicator"
PARTS = (
    _part(
        *(_OF_DOCUMENT, "false"),
        ("BR-31", "BR-33", "BR-CO-21", "BR-CO-05", "BR-DEC-01", "BR-DEC-02", "BR-32"),
    ),
    _part(
        *(_OF_DOCUMENT, "true"),
        ("BR-36", "BR-38", "BR-CO-22", "BR-CO-06", "BR-DEC-05", "BR-DEC-06", "BR-37"),
    ),
    _part(*(_OF_LINE, "false"), ("BR-41", "BR-42", "BR-CO-23", "BR-CO-07", "BR-DEC-24", "BR-DEC-25")),
    _part(*(_OF_LINE, "true"), ("BR-43", "BR-44", "BR-CO-24", "BR-CO-08", "BR-DEC-27", "BR-DEC-28")),
)
