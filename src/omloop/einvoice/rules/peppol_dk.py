"""Peppol BIS Billing 3.0.21: Denmark (DK-R)."""

import re

from omloop.einvoice.rules.check_digits import is_number
from omloop.einvoice.rules.countries import BUYER, SELLER, both, is_exactly_at
from omloop.einvoice.rules.rule import Context, Rule, Test
from omloop.einvoice.rules.tree import Node, children
from omloop.einvoice.rules.xpath import strings, the_attribute, the_normal, the_string
from omloop.einvoice.values import normalized

_REGISTRATION = "cac:PartyLegalEntity/cbc:CompanyID"
_ACCOUNT = "cac:PayeeFinancialAccount/cbc:ID"
_MEANS = ("1", "10", "31", "42", "48", "49", "50", "58", "59", "93", "97")
_VERSIONS = ("19.05.01", "19.0501", "26.08.01", "26.0801")
_FROM_DK = is_exactly_at("DK", SELLER)
_WITHIN_DK = is_exactly_at("DK", SELLER, BUYER)


def _has_cvr_scheme(party: str) -> Test:
    path = f"{party}/{_REGISTRATION}" if party else _REGISTRATION
    return lambda node: (
        not children(node, path) or normalized(the_attribute(node, path, "schemeID")) == "0184"
    )


def _is_not_negative(root: Node) -> bool:
    if root.name != "CreditNote" or not is_exactly_at("DK", BUYER)(root):
        return True
    payable = the_string(root, "cac:LegalMonetaryTotal/cbc:PayableAmount")
    return not is_number(payable) or float(payable) >= 0


def _has_scheme(party: Node) -> bool:
    return not children(party, "cbc:ID") or normalized(the_attribute(party, "cbc:ID", "schemeID")) != ""


def _has_means(means: Node) -> bool:
    return f" {the_string(means, 'cbc:PaymentMeansCode')} " in f" {' '.join(_MEANS)} "


def _needs(codes: tuple[str, ...], test: Test) -> Test:
    return lambda means: not set(codes) & set(strings(means, "cbc:PaymentMeansCode")) or test(means)


def _filled(*paths: str) -> Test:
    return lambda means: all(the_normal(means, path) != "" for path in paths)


def _kind(means: Node) -> str:
    return the_string(means, "cbc:PaymentID")[:3]


def _is_giro(means: Node) -> bool:
    if _kind(means) not in ("01#", "04#", "15#"):
        return False
    return re.fullmatch("[0-9]{7,8}", the_string(means, _ACCOUNT)) is not None


def _is_giro_reference(means: Node) -> bool:
    return _kind(means) not in ("04#", "15#") or len(the_string(means, "cbc:PaymentID")) == 19


def _is_fik(means: Node) -> bool:
    return _kind(means) in ("71#", "73#", "75#") and len(the_string(means, _ACCOUNT)) == 8


def _is_fik_reference(means: Node) -> bool:
    return _kind(means) not in ("71#", "75#") or len(the_string(means, "cbc:PaymentID")) in (18, 19)


def _has_unspsc_version(line: Node) -> bool:
    codes = children(line, "cac:Item/cac:CommodityClassification/cbc:ItemClassificationCode")
    is_unspsc = any(code.get("listID") == "TST" for code in codes)
    return not is_unspsc or any(code.get("listVersionID") in _VERSIONS for code in codes)


def _is_reason_well_formed(part: Node) -> bool:
    if "ZZZ" not in strings(part, "cbc:AllowanceChargeReasonCode"):
        return True
    reason = the_string(part, "cbc:AllowanceChargeReason")
    if len(normalized(reason)) == 4 and is_number(reason) and 0 <= float(reason) <= 9999:
        return True
    return "#" in reason and not reason.startswith("#") and not reason.endswith("#")


def _rule(number: str, test: Test, terms: str, nl: str, en: str) -> Rule:
    return Rule(f"DK-R-{number}", test, tuple(terms.split()), nl, en)


_SELLERS = (
    _rule(
        *("002", _filled(f"{SELLER}/{_REGISTRATION}"), "BT-30"),
        "De Deense verkoper noemt geen CVR-nummer (BT-30). Vul het in.",
        "The Danish seller gives no CVR number (BT-30). Fill it in.",
    ),
    _rule(
        *("014", _has_cvr_scheme(SELLER), "BT-30-1"),
        "Het nummer van de Deense verkoper (BT-30) is geen CVR-nummer. Geef schemeID 0184.",
        "The number of the Danish seller (BT-30) is no CVR number. Give schemeID 0184.",
    ),
    _rule(
        *("016", _is_not_negative, "BT-115"),
        "Een Deense creditnota heeft een negatief bedrag (BT-115). Stuur een factuur.",
        "A Danish credit note has a negative amount (BT-115). Send an invoice.",
    ),
)
_PAYMENTS = (
    _rule(
        *("005", _has_means, "BT-81"),
        f"Tussen Deense partijen is de betaalwijze een van {', '.join(_MEANS)}. Kies een van deze.",
        f"Between Danish parties the payment means is one of {', '.join(_MEANS)}. Choose one of these.",
    ),
    _rule(
        *(
            "006",
            _needs(
                ("31", "42"),
                _filled(_ACCOUNT, "cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID"),
            ),
            "BT-84 BT-86",
        ),
        "Bij betaalwijze 31 en 42 horen rekening (BT-84) en bank (BT-86). Vul beide in.",
        "Payment means 31 and 42 need account (BT-84) and bank (BT-86). Fill in both.",
    ),
    _rule(
        *(
            "007",
            _needs(
                ("49",),
                _filled("cac:PaymentMandate/cbc:ID", "cac:PaymentMandate/cac:PayerFinancialAccount/cbc:ID"),
            ),
            "BT-89 BT-91",
        ),
        "Bij betaalwijze 49 horen machtiging (BT-89) en rekening (BT-91). Vul beide in.",
        "Payment means 49 needs mandate (BT-89) and account (BT-91). Fill in both.",
    ),
    _rule(
        *("008", _needs(("50",), _is_giro), "BT-83 BT-84"),
        "Bij betaalwijze 50 begint BT-83 met 01#, 04# of 15# en heeft BT-84 7 of 8 cijfers. Verbeter dat.",
        "With payment means 50, BT-83 starts with 01#, 04# or 15# and BT-84 has 7 or 8 digits. Mend that.",
    ),
    _rule(
        *("009", _needs(("50",), _is_giro_reference), "BT-83"),
        "Bij betaalwijze 50 met 04# of 15# heeft BT-83 precies 19 tekens. Verbeter dat.",
        "With payment means 50 and 04# or 15#, BT-83 has exactly 19 characters. Mend that.",
    ),
    _rule(
        *("010", _needs(("93",), _is_fik), "BT-83 BT-84"),
        "Bij betaalwijze 93 begint BT-83 met 71#, 73# of 75# en heeft BT-84 8 tekens. Verbeter dat.",
        "With payment means 93, BT-83 starts with 71#, 73# or 75# and BT-84 has 8 characters. Mend that.",
    ),
    _rule(
        *("011", _needs(("93",), _is_fik_reference), "BT-83"),
        "Bij betaalwijze 93 met 71# of 75# heeft BT-83 18 of 19 tekens. Verbeter dat.",
        "With payment means 93 and 71# or 75#, BT-83 has 18 or 19 characters. Mend that.",
    ),
)
DENMARK = (
    Context(("/",), _SELLERS, where=_FROM_DK),
    Context(
        tuple(f"/{party}/cac:PartyIdentification" for party in (SELLER, BUYER)),
        (
            _rule(
                *("013", _has_scheme, "BT-29-1 BT-46-1"),
                "Het nummer van de partij noemt zijn stelsel niet. Vul @schemeID in.",
                "The identifier of the party does not name its scheme. Fill in @schemeID.",
            ),
        ),
        where=_WITHIN_DK,
    ),
    Context(
        ("/cac:PaymentMeans",),
        _PAYMENTS,
        where=both(lambda node: node.tree.root.name == "Invoice", _WITHIN_DK),
    ),
    Context(
        (f"/{BUYER}",),
        (
            _rule(
                *("017", _has_cvr_scheme(""), "BT-47-1"),
                "Het nummer van de Deense koper (BT-47) is geen CVR-nummer. Geef schemeID 0184.",
                "The number of the Danish buyer (BT-47) is no CVR number. Give schemeID 0184.",
            ),
        ),
        where=_WITHIN_DK,
    ),
    Context(
        ("/cac:InvoiceLine", "/cac:CreditNoteLine"),
        (
            _rule(
                *("003", _has_unspsc_version, "BT-158-2"),
                f"Een UNSPSC-code noemt haar versie niet. Vul @listVersionID in: {' of '.join(_VERSIONS)}.",
                f"A UNSPSC code does not give its version. Fill in @listVersionID: {' or '.join(_VERSIONS)}.",
            ),
        ),
        where=_WITHIN_DK,
    ),
    Context(
        ("cac:AllowanceCharge",),
        (
            _rule(
                *("004", _is_reason_well_formed, "BT-97 BT-104 BT-98 BT-105"),
                "Bij reden ZZZ hoort in de tekst een Deense belastingcode van vier cijfers, of code en "
                "omschrijving met # ertussen. Verbeter de tekst.",
                "With reason ZZZ the text holds a Danish tax code of four digits, or code and description "
                "with # in between. Mend the text.",
            ),
        ),
        where=_WITHIN_DK,
    ),
)
