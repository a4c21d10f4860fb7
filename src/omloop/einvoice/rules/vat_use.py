"""Where a document uses VAT categories: asked once a document, for the rules of all categories."""

from dataclasses import dataclass

from omloop.einvoice.rules.rule import Test
from omloop.einvoice.rules.tree import Node, Tree, children, string
from omloop.einvoice.rules.xpath import is_vat, says, strings, the_string
from omloop.einvoice.values import normalized

SUBTOTALS = "cac:TaxTotal/cac:TaxSubtotal"
_SELLER = "cac:AccountingSupplierParty"
_BUYER = "cac:AccountingCustomerParty"
_IS_ALLOWANCE = says(False)
_IS_CHARGE = says(True)


def code_of(category: Node) -> str:
    """`normalize-space(cbc:ID)` of a tax category."""
    return normalized(the_string(category, "cbc:ID"))


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


def vat_use(tree: Tree) -> VatUse:
    """The use of VAT categories in a document, remembered with it."""
    found: VatUse | None = tree.memory.get(vat_use)
    if found is None:
        found = tree.memory[vat_use] = _look(tree)
    return found


def _look(tree: Tree) -> VatUse:
    root = tree.root
    lines, categories = tree.of("cac:ClassifiedTaxCategory"), tree.of("cac:TaxCategory")
    on_lines = [each for each in lines if is_vat(each)]
    of_vat = [each for each in categories if is_vat(each)]
    allowances = _parts(of_vat, _IS_ALLOWANCE)
    charges = _parts(of_vat, _IS_CHARGE)
    any_parts = [each for each in categories if _is_in_part(each)]
    subtotals = children(root, f"{SUBTOTALS}/cac:TaxCategory")
    vat_subtotals = [each for each in subtotals if is_vat(each)]
    return VatUse(
        lines=_codes(on_lines),
        lines_of_any_scheme=_codes(lines),
        lines_raw={string(code) for each in lines for code in children(each, "cbc:ID")},
        allowances=_codes(allowances),
        charges=_codes(charges),
        charges_raw={text for each in charges for text in strings(each, "cbc:ID")},
        document_allowances=_codes([each for each in allowances if _is_of_document(each)]),
        document_charges=_codes([each for each in charges if _is_of_document(each)]),
        of_allowances_and_charges=_codes([each for each in any_parts if is_vat(each)]),
        of_allowances_and_charges_of_any_scheme=_codes(any_parts),
        everywhere={code for each in of_vat + on_lines for code in _ids(each)},
        subtotals=_codes(vat_subtotals),
        subtotals_of_any_scheme=_codes(subtotals),
        subtotals_raw=[text for each in vat_subtotals for text in strings(each, "cbc:ID")],
        subtotals_raw_of_any_scheme=[text for each in subtotals for text in strings(each, "cbc:ID")],
        has_seller_number=_has_seller_number(tree),
        has_seller_vat_number=_has_vat_number(tree, _SELLER) or _has_representative(tree),
        has_buyer_number=_has_buyer_number(tree),
        has_buyer_vat_number=_has_vat_number(tree, _BUYER),
    )


def _codes(categories: list[Node]) -> list[str]:
    return [code_of(each) for each in categories]


def _ids(category: Node) -> list[str]:
    return [normalized(text) for text in strings(category, "cbc:ID")]


def _is_in_part(category: Node) -> bool:
    return category.parent is not None and category.parent.name == "cac:AllowanceCharge"


def _parts(categories: list[Node], is_kind: Test) -> list[Node]:
    return [each for each in categories if _is_in_part(each) and each.parent and is_kind(each.parent)]


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
