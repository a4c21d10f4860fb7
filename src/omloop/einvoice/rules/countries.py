"""The countries of seller and buyer, by which national rules apply: asked once a document."""

from typing import Final

from omloop.einvoice.rules.rule import Test, Uncomputable, once
from omloop.einvoice.rules.tree import Node, Tree, children
from omloop.einvoice.rules.xpath import strings, the_string
from omloop.einvoice.values import normalized

SELLER: Final = "cac:AccountingSupplierParty/cac:Party"
BUYER: Final = "cac:AccountingCustomerParty/cac:Party"
REPRESENTATIVE: Final = "cac:TaxRepresentativeParty"
COUNTRY: Final = "cac:PostalAddress/cac:Country/cbc:IdentificationCode"


def vat_schemes(party: Node, *, exact: bool = True) -> list[Node]:
    """The party's tax schemes called VAT; not `exact`: with white space around it."""
    return [
        each
        for each in children(party, "cac:PartyTaxScheme")
        if "VAT" in (ids := strings(each, "cac:TaxScheme/cbc:ID"))
        or (not exact and any(normalized(text) == "VAT" for text in ids))
    ]


def _vat_prefix(tree: Tree, path: str) -> str:
    schemes = [scheme for party in children(tree.root, path) for scheme in vat_schemes(party)]
    if len(schemes) > 1:
        raise Uncomputable(path)
    return the_string(schemes[0], "cbc:CompanyID")[:2] if schemes else ""


def _country(tree: Tree, *paths: str) -> str:
    """By the first VAT number, else by the address of the first path; XX when neither says."""
    for path in paths:
        prefix = _vat_prefix(tree, path)
        if prefix:
            return normalized(prefix).upper()
    address = f"{paths[0]}/{COUNTRY}"
    return normalized(the_string(tree.root, address)).upper() if children(tree.root, address) else "XX"


def seller_country(tree: Tree) -> str:
    """By the VAT number of the seller, that of the representative, or the seller's address."""
    return once(tree, "seller", lambda: _country(tree, SELLER, REPRESENTATIVE))


def seller_alone_country(tree: Tree) -> str:
    """By the seller's VAT number or address."""
    return once(tree, "seller alone", lambda: _country(tree, SELLER))


def buyer_country(tree: Tree) -> str:
    """By the buyer's VAT number or address."""
    return once(tree, "buyer", lambda: _country(tree, BUYER))


def address_country(tree: Tree, party: str) -> str:
    """The country of a party's address as written, `party` being a path from the root."""
    return once(tree, party, lambda: the_string(tree.root, f"{party}/{COUNTRY}"))


def is_at(country: str, *parties: str) -> Test:
    """All these parties have their address there, in capitals or not, white space around it or not."""
    return lambda node: all(
        normalized(address_country(node.tree, party)).upper() == country for party in parties
    )


def is_exactly_at(country: str, *parties: str) -> Test:
    """All these parties have their address there, written just so."""
    return lambda node: all(address_country(node.tree, party) == country for party in parties)


def both(*tests: Test) -> Test:
    """All tests hold, tried in this order."""
    return lambda node: all(test(node) for test in tests)
