"""Peppol BIS Billing 3.0.21: Greece (GR-R, GR-S)."""

import re

from omloop.einvoice.findings import Flag
from omloop.einvoice.rules.check_digits import is_greek, is_number
from omloop.einvoice.rules.countries import (
    COUNTRY,
    REPRESENTATIVE,
    SELLER,
    buyer_country,
    seller_alone_country,
    seller_country,
    vat_schemes,
)
from omloop.einvoice.rules.rule import Context, Rule, Test, Uncomputable
from omloop.einvoice.rules.tree import Node, children, string
from omloop.einvoice.rules.xpath import strings, the_normal, the_string
from omloop.einvoice.values import normalized

_GREECE = ("GR", "EL")
_TYPES = ("1.1", "1.6", "2.1", "2.4", "5.1", "5.2", "")
_DATE = re.compile(r"(0?[1-9]|[12][0-9]|3[01])[-\\/ ]?(0?[1-9]|1[0-2])[-\\/ ]?(19|20)[0-9]{2}")
_MARK, _URL = "##M.AR.K##", "##INVOICE|URL##"
_REFERENCE = "cac:AdditionalDocumentReference"


def _from_greece(node: Node) -> bool:
    return seller_country(node.tree) in _GREECE


def _within_greece(node: Node) -> bool:
    return _from_greece(node) and buyer_country(node.tree) in _GREECE


def _from_greek_address(node: Node) -> bool:
    return _from_greece(node) and "GR" in strings(node.tree.root, f"{SELLER}/{COUNTRY}")


def _pieces(number: Node) -> list[str]:
    text = string(number)
    return text.split("|") if text else []


def _piece(number: Node, place: int) -> str:
    pieces = _pieces(number)
    return pieces[place] if place < len(pieces) else ""


def _has_six_pieces(number: Node) -> bool:
    return len(_pieces(number)) == 6


def _is_own_tax_number(number: Node) -> bool:
    piece = _piece(number, 0)
    if len(normalized(piece)) != 9 or not is_greek(piece):
        return False
    parties = children(number.tree.root, SELLER) + children(number.tree.root, REPRESENTATIVE)
    own = (the_string(scheme, "cbc:CompanyID")[2:11] for party in parties for scheme in vat_schemes(party))
    return piece in own


def _is_date_of_invoice(number: Node) -> bool:
    piece = _piece(number, 1)
    if _DATE.match(piece) is None:
        return False
    issued = the_string(number.tree.root, "cbc:IssueDate").split("-")
    return len(issued) >= 3 and piece.split("/")[:3] == [issued[2], issued[1], issued[0]]


def _is_branch(number: Node) -> bool:
    piece = _piece(number, 2)
    if not normalized(piece) or not is_number(piece):
        return False
    if re.fullmatch(r"[+-]?[0-9]+", normalized(piece)) is None:
        raise Uncomputable(piece)
    return int(piece) >= 0


def _is_document_type(number: Node) -> bool:
    return normalized(_piece(number, 3)) != "" and _piece(number, 3) in _TYPES


def _has_piece(place: int) -> Test:
    return lambda number: _piece(number, place) != ""


def _has_name(party: Node) -> bool:
    return the_string(party, "cac:PartyName/cbc:Name") != ""


def _has_one_vat_number(party: Node) -> bool:
    schemes = [
        each
        for each in children(party, "cac:PartyTaxScheme")
        if the_normal(each, "cac:TaxScheme/cbc:ID") == "VAT"
    ]
    numbers = [text for each in schemes for text in strings(each, "cbc:CompanyID")]
    return len(numbers) == 1 and _is_greek_vat(numbers[0])


def _is_greek_vat(number: str) -> bool:
    return number[:2] == "EL" and is_greek(number[2:])


def _is_vat_number(company: Node) -> bool:
    scheme = company.parent
    return (
        _from_greece(company) and scheme is not None and the_normal(scheme, "cac:TaxScheme/cbc:ID") == "VAT"
    )


def _references(root: Node, description: str) -> list[Node]:
    return [
        each for each in children(root, _REFERENCE) if description in strings(each, "cbc:DocumentDescription")
    ]


def _has_one(description: str) -> Test:
    return lambda root: len(_references(root, description)) == 1


def _has_one_url_at_most(root: Node) -> bool:
    return len(_references(root, _URL)) <= 1


def _describes(reference: Node | None, description: str) -> bool:
    return reference is not None and description in strings(reference, "cbc:DocumentDescription")


def _is_mark(number: Node) -> bool:
    return re.match("[1-9]", string(number)) is not None


def _has_address(reference: Node) -> bool:
    return the_normal(reference, "cac:Attachment/cac:ExternalReference/cbc:URI") != ""


def _is_greek_endpoint(endpoint: Node) -> bool:
    return endpoint.get("schemeID") == "9933" and is_greek(string(endpoint))


def _rule(name: str, test: Test, terms: str, nl: str, en: str, flag: Flag = Flag.FATAL) -> Rule:
    return Rule(f"GR-{name}", test, tuple(terms.split()), nl, en, flag)


def _number(part: str, test: Test, nl: str, en: str) -> Rule:
    return _rule(
        *(f"R-001-{part}", test, "BT-1"),
        f"Het factuurnummer van een Griekse verkoper heeft zes delen met | ertussen; {nl}. Verbeter BT-1.",
        f"The invoice number of a Greek seller has six parts with | in between; {en}. Mend BT-1.",
    )


_NUMBERS = (
    _number("1", _has_six_pieces, "het zijn er niet zes", "these are not six"),
    _number("2", _is_own_tax_number, "deel 1 is niet zijn belastingnummer", "part 1 is not its tax number"),
    _number(
        "3",
        _is_date_of_invoice,
        "deel 2 is niet de factuurdatum dd/mm/jjjj",
        "part 2 is not the date dd/mm/yyyy",
    ),
    _number("4", _is_branch, "deel 3 is geen vestiging (0 of hoger)", "part 3 is no branch (0 or more)"),
    _number("5", _is_document_type, "deel 4 is geen documentsoort", "part 4 is no document type"),
    _number("6", _has_piece(4), "deel 5 (reeks) is leeg", "part 5 (series) is empty"),
    _number("7", _has_piece(5), "deel 6 (volgnummer) is leeg", "part 6 (serial number) is empty"),
)
_MARKS = (
    _rule(
        *("R-004-1", _has_one(_MARK), "BT-122"),
        f"Het MARK-nummer ontbreekt of staat er dubbel. Geef één bijlage met omschrijving {_MARK}.",
        f"The MARK number is missing or there twice. Give one document with description {_MARK}.",
    ),
    _rule(
        *("S-008-1", _has_one(_URL), "BT-124"),
        f"Het adres van de factuur ontbreekt of staat er dubbel. Geef één bijlage met omschrijving {_URL}.",
        f"The address of the invoice is missing or there twice. Give one document with description {_URL}.",
        Flag.WARNING,
    ),
    _rule(
        *("R-008-2", _has_one_url_at_most, "BT-124"),
        f"Er staat meer dan één bijlage met omschrijving {_URL}. Laat er één staan.",
        f"There is more than one document with description {_URL}. Keep one.",
    ),
)


def _name(number: str, term: str, nl: str, en: str) -> Rule:
    return _rule(
        *(number, _has_name, term),
        f"De handelsnaam van {nl} ({term}) ontbreekt. Vul cac:PartyName in.",
        f"The trading name of the {en} ({term}) is missing. Fill in cac:PartyName.",
    )


def _vat(name: str, test: Test, term: str, flag: Flag = Flag.FATAL) -> Rule:
    return _rule(
        *(name, test, term),
        f"Hier hoort één Grieks btw-nummer ({term}): EL en negen cijfers. Verbeter het.",
        f"There must be one Greek VAT number ({term}): EL and nine digits. Mend it.",
        flag,
    )


def _endpoint(name: str, term: str) -> Rule:
    return _rule(
        *(name, _is_greek_endpoint, term),
        f"Het elektronisch adres ({term}) is geen Grieks belastingnummer. Geef negen cijfers met schemeID "
        "9933.",
        f"The electronic address ({term}) is no Greek tax number. Give nine digits with schemeID 9933.",
    )


_BUYER_PARTY = ("cac:AccountingCustomerParty/cac:Party",)
SENDERS = (
    Context(("/cbc:ID",), _NUMBERS, where=_from_greece),
    Context(
        ("cac:AccountingSupplierParty/cac:Party",),
        (
            _name("R-002", "BT-28", "de verkoper", "seller"),
            _vat("S-011", _has_one_vat_number, "BT-31", Flag.WARNING),
        ),
        where=_from_greece,
    ),
    Context(
        ("cac:AccountingSupplierParty/cac:Party/cac:PartyTaxScheme/cbc:CompanyID",),
        (_vat("R-003", lambda node: _is_greek_vat(string(node)), "BT-31"),),
        where=_is_vat_number,
    ),
    Context(("/",), _MARKS, where=_from_greek_address),
    Context(
        (f"{_REFERENCE}/cbc:ID",),
        (
            _rule(
                *("R-004-2", _is_mark, "BT-122"),
                "Het MARK-nummer is geen getal boven nul. Verbeter het.",
                "The MARK number is no number above zero. Mend it.",
            ),
        ),
        where=lambda number: _from_greek_address(number) and _describes(number.parent, _MARK),
    ),
    Context(
        (_REFERENCE,),
        (
            _rule(
                *("R-008-3", _has_address, "BT-124"),
                f"De bijlage {_URL} noemt geen internetadres (BT-124). Vul het in.",
                f"The document {_URL} gives no web address (BT-124). Fill it in.",
            ),
        ),
        where=lambda reference: _from_greece(reference) and _describes(reference, _URL),
    ),
    Context(_BUYER_PARTY, (_name("R-005", "BT-45", "de koper", "buyer"),), where=_from_greece),
    Context(
        (f"{SELLER}/cbc:EndpointID",),
        (_endpoint("R-009", "BT-34"),),
        where=lambda endpoint: seller_alone_country(endpoint.tree) in _GREECE,
    ),
)
BOTH_SIDES = (
    Context(_BUYER_PARTY, (_vat("R-006", _has_one_vat_number, "BT-48"),), where=_within_greece),
    Context((f"{_BUYER_PARTY[0]}/cbc:EndpointID",), (_endpoint("R-010", "BT-49"),), where=_within_greece),
)
