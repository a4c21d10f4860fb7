"""EN 16931: the VAT categories (BR-S, BR-Z, BR-E, BR-AE, BR-IC, BR-G, BR-O, BR-AF, BR-AG, BR-B).

One pattern of ten rules, filled in for each category from the table; the few that differ stand apart.
"""

from omloop.einvoice.rules.rule import Context, Pattern, Rule, Test
from omloop.einvoice.rules.tree import Node, children
from omloop.einvoice.rules.vat_amounts import (
    adds_up,
    adds_up_by_rate,
    adds_up_by_used_rate,
    has_no_rate,
    has_no_tax,
    is_rate_above_zero,
    is_rate_not_negative,
    is_rate_zero,
    is_tax_of_rate,
)
from omloop.einvoice.rules.vat_categories import CATEGORIES, Category
from omloop.einvoice.rules.vat_use import SUBTOTALS, VatUse, uses, vat_use
from omloop.einvoice.rules.vat_words import say
from omloop.einvoice.rules.xpath import code_of, has, is_vat, says, strings, the_string

_HAS_REASON = has("cbc:TaxExemptionReason", "cbc:TaxExemptionReasonCode")
_RATE_TESTS: dict[str, Test] = {
    "zero": is_rate_zero,
    "positive": is_rate_above_zero,
    "any": is_rate_not_negative,
    "none": has_no_rate,
}


def _is_of(code: str) -> Test:
    return lambda category: code_of(category) == code and is_vat(category)


def _is_part_of(code: str, is_charge: bool) -> Test:
    is_of, is_kind = _is_of(code), says(is_charge)
    return lambda category: is_of(category) and category.parent is not None and is_kind(category.parent)


def _has_breakdown(category: Category) -> Test:
    code = category.code

    def has_one(root: Node) -> bool:
        use = vat_use(root.tree)
        return code not in use.everywhere or use.subtotals.count(code) == 1

    def has_some(root: Node) -> bool:
        use = vat_use(root.tree)
        if code == "S":
            used = use.lines_of_any_scheme + use.of_allowances_and_charges_of_any_scheme
            return (code in used) == (code in use.subtotals_of_any_scheme)
        if code in use.lines or code in use.of_allowances_and_charges:
            return code in (use.subtotals_raw_of_any_scheme if code == "L" else use.subtotals_raw)
        return code not in use.subtotals

    return has_some if category.has_rate else has_one


def _has_numbers(category: Category, use: VatUse) -> bool:
    if category.numbers == "none":
        return not use.has_seller_vat_number and not use.has_buyer_vat_number
    seller = use.has_seller_number if category.numbers.startswith("seller") else use.has_seller_vat_number
    if category.numbers == "seller and buyer":
        return seller and use.has_buyer_number
    return seller and (use.has_buyer_vat_number or category.numbers != "vat of both")


def _is_identified_on_lines(category: Category) -> Test:
    def holds(root: Node) -> bool:
        use = vat_use(root.tree)
        if category.code == "S" and "S" in use.lines_of_any_scheme and "S" not in use.lines:
            return False
        return category.code not in use.lines or _has_numbers(category, use)

    return holds


def _is_identified_in(category: Category, is_charge: bool) -> Test:
    def holds(root: Node) -> bool:
        use = vat_use(root.tree)
        used: list[str] | set[str] = use.charges if is_charge else use.allowances
        if category.code == "O":
            used = use.document_charges if is_charge else use.document_allowances
        elif category.code == "L" and is_charge:
            used = use.charges_raw
        return category.code not in used or _has_numbers(category, use)

    return holds


def _root_rules(category: Category) -> Pattern:
    """What is asked of a document that uses a category; of another these rules hold."""
    rules = [
        say(category, "01", _has_breakdown(category)),
        say(category, "02", _is_identified_on_lines(category)),
        say(category, "03", _is_identified_in(category, is_charge=False)),
        say(category, "04", _is_identified_in(category, is_charge=True)),
    ]
    if category.code == "K":
        rules += [say(category, "11", _names_delivery), say(category, "12", _names_destination)]
    if category.code == "O":
        fields = enumerate(("subtotals", "lines", "allowances", "charges"), start=11)
        rules += [say(category, str(number), _is_alone(field)) for number, field in fields]
    return Pattern(Context(("/",), tuple(rules), where=uses(category.code)))


def _contexts(category: Category) -> tuple[Context, ...]:
    code, rate = category.code, _RATE_TESTS[category.rate]
    sums = adds_up_by_used_rate(code) if code == "S" else adds_up_by_rate(code)
    breakdown = (
        say(category, "08", sums if category.has_rate else adds_up(code)),
        say(category, "09", is_tax_of_rate if category.has_rate else has_no_tax),
        say(category, "10", _HAS_REASON if category.has_reason else lambda node: not _HAS_REASON(node)),
    )
    part = ("cac:AllowanceCharge/cac:TaxCategory",)
    item = "cac:Item/cac:ClassifiedTaxCategory"
    return (
        Context((f"/{SUBTOTALS}/cac:TaxCategory",), breakdown, where=_is_of(code)),
        Context(part, (say(category, "06", rate),), where=_is_part_of(code, is_charge=False)),
        Context(part, (say(category, "07", rate),), where=_is_part_of(code, is_charge=True)),
        Context(
            (f"cac:InvoiceLine/{item}", f"cac:CreditNoteLine/{item}"),
            (say(category, "05", rate),),
            where=_is_of(code),
        ),
    )


def _names_delivery(root: Node) -> bool:
    if "K" not in vat_use(root.tree).subtotals:
        return True
    has_date = len(the_string(root, "cac:Delivery/cbc:ActualDeliveryDate")) > 1
    return has_date or any(period.named for period in children(root, "cac:InvoicePeriod"))


def _names_destination(root: Node) -> bool:
    country = "cac:Delivery/cac:DeliveryLocation/cac:Address/cac:Country/cbc:IdentificationCode"
    return "K" not in vat_use(root.tree).subtotals or len(the_string(root, country)) > 1


def _is_alone(field: str) -> Test:
    def holds(root: Node) -> bool:
        use = vat_use(root.tree)
        return "O" not in use.subtotals or all(code == "O" for code in getattr(use, field))

    return holds


def _is_italian(root: Node) -> bool:
    categories = {text for each in root.iter("cac:TaxCategory") for text in strings(each, "cbc:ID")}
    if "B" not in categories | vat_use(root.tree).lines_raw:
        return True
    return {node.text for node in root.iter("cbc:IdentificationCode")} <= {"IT"}


def _is_not_mixed(root: Node) -> bool:
    use = vat_use(root.tree)
    parts = strings(root, "cac:AllowanceCharge/cac:TaxCategory/cbc:ID")
    used = use.lines_raw | set(use.subtotals_raw_of_any_scheme) | set(parts)
    return not {"B", "S"} <= used


_SPLIT = Rule(
    "BR-B-01",
    _is_italian,
    ("BT-118",),
    "Btw-categorie B (gesplitste betaling) mag alleen op een factuur binnen Italië staan. Kies een andere "
    "categorie.",
    "VAT category B (split payment) is for invoices within Italy only. Choose another category.",
)
_UNMIXED = Rule(
    "BR-B-02",
    _is_not_mixed,
    ("BT-118",),
    "Btw-categorieën B (gesplitste betaling) en S (gewoon tarief) staan op dezelfde factuur. Kies er één.",
    "VAT categories B (split payment) and S (standard rate) are on the same invoice. Choose one of them.",
)
# Most are of the standard rate, so that is asked first; no element is of two categories.
_CATEGORIES = sorted(CATEGORIES.values(), key=lambda category: category.code != "S")

VAT_OF_DOCUMENT = (_SPLIT, _UNMIXED)
VAT_PATTERNS = tuple(_root_rules(category) for category in _CATEGORIES)
VAT_CONTEXTS = tuple(context for category in _CATEGORIES for context in _contexts(category))
