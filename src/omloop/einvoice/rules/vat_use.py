"""Where a document uses VAT categories: asked once a document, for the rules of all categories."""

from dataclasses import dataclass

from omloop.einvoice.rules.rule import Test, once
from omloop.einvoice.rules.tree import Node, Tree, children
from omloop.einvoice.rules.xpath import code_of, is_vat, says, strings
from omloop.einvoice.values import normalized

SUBTOTALS = "cac:TaxTotal/cac:TaxSubtotal"
_SELLER = "cac:AccountingSupplierParty"
_BUYER = "cac:AccountingCustomerParty"
_IS_ALLOWANCE = says(False)
_IS_CHARGE = says(True)


@dataclass(slots=True)
class VatUse:
    """The categories of lines, allowances, charges and breakdown; those of the scheme VAT and all of them."""

    lines: list[str]
    lines_of_any_scheme: list[str]
    lines_raw: set[str]
    allowances: list[str]
    charges: list[str]
    charges_raw: set[str]
    document_allowances: list[str]
    document_charges: list[str]
    of_allowances_and_charges: list[str]
    of_allowances_and_charges_of_any_scheme: list[str]
    everywhere: set[str]
    subtotals: list[str]
    subtotals_of_any_scheme: list[str]
    subtotals_raw: list[str]
    subtotals_raw_of_any_scheme: list[str]
    has_seller_number: bool
    has_seller_vat_number: bool
    has_buyer_number: bool
    has_buyer_vat_number: bool


def uses(code: str) -> Test:
    """Some line, allowance, charge or part of the breakdown has this category, whatever its scheme."""
    return lambda root: code in once(root.tree, uses, lambda: _used(root.tree))


def _used(tree: Tree) -> set[str]:
    return {code for each in tree.of("cac:ClassifiedTaxCategory", "cac:TaxCategory") for code in _ids(each)}


def vat_use(tree: Tree) -> VatUse:
    """The use of VAT categories in a document, remembered with it."""
    return once(tree, vat_use, lambda: _look(tree))


def _look(tree: Tree) -> VatUse:
    lines, categories = tree.of("cac:ClassifiedTaxCategory"), tree.of("cac:TaxCategory")
    any_parts = [each for each in categories if _is_in_part(each)]
    subtotals = children(tree.root, f"{SUBTOTALS}/cac:TaxCategory")
    is_of_vat = {each: is_vat(each) for each in (*lines, *categories)}
    codes = {each: code_of(each) for each in (*lines, *any_parts, *subtotals)}

    def of_vat(found: list[Node]) -> list[Node]:
        return [each for each in found if is_of_vat[each]]

    def codes_of(found: list[Node]) -> list[str]:
        return [codes[each] for each in found]

    parts = of_vat(any_parts)
    allowances = [each for each in parts if each.parent and _IS_ALLOWANCE(each.parent)]
    charges = [each for each in parts if each.parent and _IS_CHARGE(each.parent)]
    return VatUse(
        lines=codes_of(of_vat(lines)),
        lines_of_any_scheme=codes_of(lines),
        lines_raw={text for each in lines for text in strings(each, "cbc:ID")},
        allowances=codes_of(allowances),
        charges=codes_of(charges),
        charges_raw={text for each in charges for text in strings(each, "cbc:ID")},
        document_allowances=codes_of([each for each in allowances if _is_of_document(each)]),
        document_charges=codes_of([each for each in charges if _is_of_document(each)]),
        of_allowances_and_charges=codes_of(parts),
        of_allowances_and_charges_of_any_scheme=codes_of(any_parts),
        everywhere={code for each in of_vat([*categories, *lines]) for code in _ids(each)},
        subtotals=codes_of(of_vat(subtotals)),
        subtotals_of_any_scheme=codes_of(subtotals),
        subtotals_raw=[text for each in of_vat(subtotals) for text in strings(each, "cbc:ID")],
        subtotals_raw_of_any_scheme=[text for each in subtotals for text in strings(each, "cbc:ID")],
        has_seller_number=_has_seller_number(tree),
        has_seller_vat_number=_has_vat_number(tree, _SELLER) or _has_representative(tree),
        has_buyer_number=_has_buyer_number(tree),
        has_buyer_vat_number=_has_vat_number(tree, _BUYER),
    )


def _ids(category: Node) -> list[str]:
    return [normalized(text) for text in strings(category, "cbc:ID")]


def _is_in_part(category: Node) -> bool:
    return category.parent is not None and category.parent.name == "cac:AllowanceCharge"


def _is_of_document(category: Node) -> bool:
    part = category.parent
    return part is not None and part.parent is part.tree.root


def _parties(tree: Tree, role: str) -> list[Node]:
    return [party for each in tree.of(role) for party in children(each, "cac:Party")]


def _numbers(party: Node, *, of_vat: bool) -> bool:
    return any(
        children(scheme, "cbc:CompanyID")
        for scheme in children(party, "cac:PartyTaxScheme")
        if not of_vat or is_vat(scheme)
    )


def _has_vat_number(tree: Tree, role: str) -> bool:
    return any(_numbers(party, of_vat=True) for party in _parties(tree, role))


def _has_representative(tree: Tree) -> bool:
    return any(_numbers(party, of_vat=True) for party in tree.of("cac:TaxRepresentativeParty"))


def _has_seller_number(tree: Tree) -> bool:
    has_any = any(_numbers(party, of_vat=False) for party in _parties(tree, _SELLER))
    return has_any or _has_representative(tree)


def _has_buyer_number(tree: Tree) -> bool:
    registered = (children(party, "cac:PartyLegalEntity/cbc:CompanyID") for party in _parties(tree, _BUYER))
    return _has_vat_number(tree, _BUYER) or any(registered)
