"""EN 16931 in CII: the VAT categories, by the same table as in UBL."""

from decimal import Decimal

from omloop.einvoice.rules.cii_names import (
    CODE,
    DELIVERY,
    HEADER_TAX,
    INDICATOR,
    LINE,
    LINE_TAX,
    PART,
    PART_TAX,
    PERIOD,
    RATE,
    SETTLEMENT,
    TRANSACTION,
)
from omloop.einvoice.rules.cii_words import shared
from omloop.einvoice.rules.rule import Context, Rule, Test, Uncomputable
from omloop.einvoice.rules.tree import Node, Tree, anywhere, children, string
from omloop.einvoice.rules.vat_categories import CATEGORIES, Category
from omloop.einvoice.rules.xpath import number, rounded, strings, the_decimal, the_string, to_cents
from omloop.einvoice.values import parse_boolean

_NOTHING, _ONE, _HUNDRED = Decimal(0), Decimal(1), Decimal(100)
_REGISTRATION = "ram:SpecifiedTaxRegistration/ram:ID"
_BY_CODE = ("AE", "E", "G", "K", "S", "Z")
"""Categories whose breakdown the official rules meet at the code, not at the group."""


def is_vat(tax: Node) -> bool:
    """The tax is of the type VAT."""
    return the_string(tax, "ram:TypeCode").upper() == "VAT"


def is_part(part: Node, *, is_charge: bool) -> bool:
    """The allowance or charge is of this kind."""
    values = [parse_boolean(text) for text in strings(part, INDICATOR)]
    if None in values:
        raise Uncomputable(INDICATOR)
    return is_charge in values


def _has_code(tax: Node, code: str) -> bool:
    return code in strings(tax, CODE)


def _count(tree: Tree, path: str, code: str) -> int:
    return sum(_has_code(tax, code) for tax in anywhere(tree, path))


def _uses(tree: Tree, code: str) -> tuple[int, int, int]:
    """How often a category is in the breakdown, on lines, and on allowances and charges."""
    key = ("cii uses", code)
    found: tuple[int, int, int] | None = tree.memory.get(key)
    if found is None:
        line = "ram:SpecifiedLineTradeSettlement/ram:ApplicableTradeTax"
        paths = (HEADER_TAX, line, "ram:CategoryTradeTax")
        header, lines, parts = (_count(tree, path, code) for path in paths)
        found = tree.memory[key] = (header, lines, parts)
    return found


def _has_breakdown(category: Category) -> Test:
    def holds(root: Node) -> bool:
        header, lines, parts = _uses(root.tree, category.code)
        if category.has_rate:
            return (not lines or lines + header >= 2) and (not parts or parts + header >= 2)
        if category.code == "O":
            return not header or (header == 1 and bool(lines or parts))
        return not (header or lines or parts) or (header == 1 and bool(lines or parts))

    return holds


def _registered(tree: Tree, path: str, *schemes: str) -> bool:
    return any(each.get("schemeID") in schemes for each in anywhere(tree, f"{path}/{_REGISTRATION}"))


def _is_identified(category: Category) -> Test:
    def holds(node: Node) -> bool:
        tree = node.tree
        representative = _registered(tree, "ram:SellerTaxRepresentativeTradeParty", "VA")
        buyer = _registered(tree, "ram:BuyerTradeParty", "VA")
        vat = _registered(tree, "ram:SellerTradeParty", "VA") or representative
        any_number = _registered(tree, "ram:SellerTradeParty", "VA", "FC") or representative
        organisation = anywhere(tree, "ram:BuyerTradeParty/ram:SpecifiedLegalOrganization/ram:ID")
        return {
            "none": not vat and not buyer,
            "seller": any_number,
            "vat": vat,
            "seller and buyer": any_number and (buyer or bool(organisation)),
            "vat of both": vat and buyer,
        }[category.numbers]

    return holds


def _rate(category: Category) -> Test:
    def holds(tax: Node) -> bool:
        rates = [number(text) for text in strings(tax, RATE)]
        if category.rate == "none":
            return not children(tax, RATE)
        return any(rate > _NOTHING if category.has_rate else rate == _NOTHING for rate in rates)

    return holds


def _sum(tree: Tree, code: str, rate: Decimal | None) -> Decimal:
    def is_meant(taxes: list[Node]) -> bool:
        if not any(_has_code(tax, code) for tax in taxes):
            return False
        return rate is None or any(number(text) == rate for tax in taxes for text in strings(tax, RATE))

    root = tree.root
    lines = _NOTHING
    for line in children(root, f"{TRANSACTION}/{LINE}/ram:SpecifiedLineTradeSettlement"):
        if is_meant(children(line, "ram:ApplicableTradeTax")):
            totals = children(line, "ram:SpecifiedTradeSettlementLineMonetarySummation")
            amounts = (the_decimal(total, "ram:LineTotalAmount") for total in totals)
            lines += sum((amount for amount in amounts if amount is not None), _NOTHING)
    sums = {True: _NOTHING, False: _NOTHING}
    for part in children(root, f"{SETTLEMENT}/{PART}"):
        for is_charge in (True, False):
            if is_part(part, is_charge=is_charge) and is_meant(children(part, "ram:CategoryTradeTax")):
                sums[is_charge] += next(
                    (number(text) for text in strings(part, "ram:ActualAmount")), _NOTHING
                )
    return to_cents(lines) + to_cents(sums[True]) - to_cents(sums[False])


def _remembered_sum(tree: Tree, code: str, rate: Decimal | None) -> Decimal:
    key = ("cii sum", code, rate)
    found: Decimal | None = tree.memory.get(key)
    if found is None:
        found = tree.memory[key] = _sum(tree, code, rate)
    return found


def _adds_up(category: Category) -> Test:
    code = category.code

    def holds(tax: Node) -> bool:
        bases = [number(text) for text in strings(tax, "ram:BasisAmount")]
        if category.has_rate:
            rates = [number(text) for text in strings(tax, RATE)]
            return all(_remembered_sum(tax.tree, code, rate) in bases for rate in rates)
        total = _remembered_sum(tax.tree, code, None)
        if code == "O":
            return total in bases
        # Officially these are doubles, and so they are here.
        return any(float(base) - 1 < float(total) < float(base) + 1 for base in bases)

    return holds


def _is_tax(category: Category) -> Test:
    def holds(tax: Node) -> bool:
        if not category.has_rate:
            return any(number(text) == _NOTHING for text in strings(tax, "ram:CalculatedAmount"))
        calculated, base = the_decimal(tax, "ram:CalculatedAmount"), the_decimal(tax, "ram:BasisAmount")
        rate = the_decimal(tax, RATE)
        if calculated is None or base is None or rate is None:
            return False
        expected = rounded(abs(base) * rate) / _HUNDRED
        return abs(calculated) - _ONE < expected < abs(calculated) + _ONE

    return holds


def _has_reason(tax: Node) -> bool:
    return bool(children(tax, "ram:ExemptionReason") or children(tax, "ram:ExemptionReasonCode"))


def _names_delivery(tax: Node) -> bool:
    root = tax.tree.root
    happened = "ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime/udt:DateTimeString"
    return bool(
        children(root, f"{DELIVERY}/{happened}")
        or children(root, f"{SETTLEMENT}/{PERIOD}/ram:StartDateTime")
        or children(root, f"{SETTLEMENT}/{PERIOD}/ram:EndDateTime")
    )


def _names_destination(tax: Node) -> bool:
    country = f"{DELIVERY}/ram:ShipToTradeParty/ram:PostalTradeAddress/ram:CountryID"
    return bool(children(tax.tree.root, country))


def _is_alone(path: str) -> Test:
    return lambda node: all(text == "O" for tax in anywhere(node.tree, path) for text in strings(tax, CODE))


def _at_code(test: Test) -> Test:
    return lambda code: code.parent is not None and test(code.parent)


def _breakdown(category: Category) -> Context:
    family, code = category.family, category.code
    tests: list[tuple[str, Test]] = [
        ("08", _adds_up(category)),
        ("09", _is_tax(category) if code not in ("L", "M") else lambda _tax: True),
        ("10", _has_reason if category.has_reason else lambda tax: not _has_reason(tax)),
    ]
    if code == "K":
        tests += [("11", _names_delivery), ("12", _names_destination)]
    if code == "O":
        taxes = (
            "ram:ApplicableTradeTax",
            "ram:ApplicableTradeTax",
            "ram:CategoryTradeTax",
            "ram:CategoryTradeTax",
        )
        tests += [(str(each), _is_alone(path)) for each, path in enumerate(taxes, start=11)]
    if code in ("L", "M"):
        tests[0] = ("08", _adds_up_above(category))
    if code in _BY_CODE:
        rules = tuple(shared(f"BR-{family}-{each}", _at_code(test)) for each, test in tests)
        return Context((f"{HEADER_TAX}/{CODE}",), rules, where=_is_code(code))
    rules = tuple(shared(f"BR-{family}-{each}", test) for each, test in tests)
    return Context((HEADER_TAX,), rules, where=_is_of(code))


def _adds_up_above(category: Category) -> Test:
    """Officially looks for the rate one element too high, where there is none: nothing to compare."""
    test = _adds_up(category)
    return lambda tax: tax.parent is None or not children(tax.parent, RATE) or test(tax)


def _is_of(code: str) -> Test:
    return lambda tax: _has_code(tax, code) and is_vat(tax)


def _is_code(code: str) -> Test:
    is_any_scheme = code in ("S", "Z")
    return lambda node: (
        string(node) == code and (is_any_scheme or (node.parent is not None and is_vat(node.parent)))
    )


def _is_of_part(code: str, *, is_charge: bool) -> Test:
    is_of = _is_of(code)
    return lambda tax: tax.parent is not None and is_part(tax.parent, is_charge=is_charge) and is_of(tax)


def _contexts(category: Category) -> tuple[Context, ...]:
    family, code = category.family, category.code

    def rules(who: str, rate: str) -> tuple[Rule, ...]:
        return (
            shared(f"BR-{family}-{who}", _is_identified(category)),
            shared(f"BR-{family}-{rate}", _rate(category)),
        )

    return (
        _breakdown(category),
        Context((PART_TAX,), rules("03", "06"), where=_is_of_part(code, is_charge=False)),
        Context((PART_TAX,), rules("04", "07"), where=_is_of_part(code, is_charge=True)),
        Context((LINE_TAX,), rules("02", "05"), where=_is_of(code)),
    )


def _is_italian(root: Node) -> bool:
    codes = {string(each) for each in root.iter(CODE)}
    return "B" not in codes or all(string(each) == "IT" for each in root.iter("ram:CountryID"))


def _is_not_mixed(root: Node) -> bool:
    return not {"B", "S"} <= {string(each) for each in root.iter(CODE)}


VAT_OF_DOCUMENT = (
    *(shared(f"BR-{each.family}-01", _has_breakdown(each)) for each in CATEGORIES.values()),
    shared("BR-B-01", _is_italian),
    shared("BR-B-02", _is_not_mixed),
)
VAT_CONTEXTS = tuple(context for category in CATEGORIES.values() for context in _contexts(category))
