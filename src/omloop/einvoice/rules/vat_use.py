"""Where a document uses VAT categories: asked once a document, for the rules of all categories."""

from dataclasses import dataclass

from omloop.einvoice.rules.rule import Test, once
from omloop.einvoice.rules.tree import Node, Tree, children
from omloop.einvoice.rules.xpath import code_of, is_vat, says, strings
from omloop.einvoice.values import normalized

SUBTOTALS = "cac:TaxTotal/cac:TaxSubtotal"
_SELLER = "cac:AccountingSupplierParty"
_BUYER = "cac:AccountingCustomerParty"
_REGISTRATION = "cac:PartyLegalEntity/cbc:CompanyID"
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
    categories = tree.of("cac:ClassifiedTaxCategory", "cac:TaxCategory")
    return {normalized(text) for each in categories for text in strings(each, "cbc:ID")}


def vat_use(tree: Tree) -> VatUse:
    """The use of VAT categories in a document, remembered with it."""
    return once(tree, vat_use, lambda: _look(tree))


def _look(tree: Tree) -> VatUse:
    lines, categories = tree.of("cac:ClassifiedTaxCategory"), tree.of("cac:TaxCategory")
    any_parts = [each for each in categories if _is_in_part(each)]
    subtotals = children(tree.root, f"{SUBTOTALS}/cac:TaxCategory")
    is_of_vat = {each: is_vat(each) for each in (*lines, *categories)}
    raw = {each: strings(each, "cbc:ID") for each in (*lines, *categories)}
    codes = {each: code_of(each) for each in (*lines, *any_parts, *subtotals)}

    def of_vat(found: list[Node]) -> list[Node]:
        return [each for each in found if is_of_vat[each]]

    def codes_of(found: list[Node]) -> list[str]:
        return [codes[each] for each in found]

    def raw_of(found: list[Node]) -> list[str]:
        return [text for each in found for text in raw[each]]

    parts, vat_subtotals = of_vat(any_parts), of_vat(subtotals)
    allowances = [each for each in parts if each.parent and _IS_ALLOWANCE(each.parent)]
    charges = [each for each in parts if each.parent and _IS_CHARGE(each.parent)]
    sellers, buyers = _parties(tree, _SELLER), _parties(tree, _BUYER)
    has_representative = _has_number(tree.of("cac:TaxRepresentativeParty"), of_vat=True)
    has_buyer_vat_number = _has_number(buyers, of_vat=True)
    return VatUse(
        lines=codes_of(of_vat(lines)),
        lines_of_any_scheme=codes_of(lines),
        lines_raw=set(raw_of(lines)),
        allowances=codes_of(allowances),
        charges=codes_of(charges),
        charges_raw=set(raw_of(charges)),
        document_allowances=codes_of([each for each in allowances if _is_of_document(each)]),
        document_charges=codes_of([each for each in charges if _is_of_document(each)]),
        of_allowances_and_charges=codes_of(parts),
        of_allowances_and_charges_of_any_scheme=codes_of(any_parts),
        everywhere={normalized(text) for text in raw_of(of_vat([*categories, *lines]))},
        subtotals=codes_of(vat_subtotals),
        subtotals_of_any_scheme=codes_of(subtotals),
        subtotals_raw=raw_of(vat_subtotals),
        subtotals_raw_of_any_scheme=raw_of(subtotals),
        has_seller_number=_has_number(sellers, of_vat=False) or has_representative,
        has_seller_vat_number=_has_number(sellers, of_vat=True) or has_representative,
        has_buyer_number=has_buyer_vat_number or any(children(buyer, _REGISTRATION) for buyer in buyers),
        has_buyer_vat_number=has_buyer_vat_number,
    )


def _is_in_part(category: Node) -> bool:
    return category.parent is not None and category.parent.name == "cac:AllowanceCharge"


def _is_of_document(category: Node) -> bool:
    part = category.parent
    return part is not None and part.parent is part.tree.root


def _parties(tree: Tree, role: str) -> list[Node]:
    return [party for each in tree.of(role) for party in children(each, "cac:Party")]


def _has_number(parties: list[Node], *, of_vat: bool) -> bool:
    return any(
        children(scheme, "cbc:CompanyID")
        for party in parties
        for scheme in children(party, "cac:PartyTaxScheme")
        if not of_vat or is_vat(scheme)
    )
