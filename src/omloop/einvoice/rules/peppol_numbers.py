"""Peppol BIS Billing 3.0.21: numbers of parties by their scheme (PEPPOL-COMMON)."""

import re
from collections.abc import Callable

from omloop.einvoice.findings import Flag
from omloop.einvoice.rules import check_digits
from omloop.einvoice.rules.rule import Context, Rule, Test
from omloop.einvoice.rules.tree import Node, string
from omloop.einvoice.rules.xpath import the_normal
from omloop.einvoice.values import normalized

_NUMBERS = ("cbc:EndpointID", "cac:PartyIdentification/cbc:ID", "cbc:CompanyID")
_DUTCH_VAT = r"NL[0-9]{9}B[0-9]{2}"


def _matches(pattern: str, check: Callable[[str], bool] = bool) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None and check(text)


def _raw(pattern: str) -> Test:
    compiled = re.compile(pattern)
    return lambda node: compiled.fullmatch(string(node)) is not None


def _normal(check: Callable[[str], bool]) -> Test:
    return lambda node: check(normalized(string(node)))


def _is_of(scheme: str) -> Test:
    return lambda node: node.get("schemeID") == scheme


def _is_swedish(text: str) -> bool:
    return len(text) == 10 and check_digits.is_number(text) and check_digits.is_swedish(text)


def _is_dutch_vat(company: Node) -> bool:
    scheme = company.parent
    is_vat = scheme is not None and the_normal(scheme, "cac:TaxScheme/cbc:ID") == "VAT"
    return is_vat and normalized(string(company)).startswith("NL")


def _number(
    rule: str,
    scheme: str,
    test: Test,
    nl: str,
    en: str,
    flag: Flag = Flag.FATAL,
    paths: tuple[str, ...] = _NUMBERS,
) -> Context:
    return Context(
        paths,
        (
            Rule(
                f"PEPPOL-COMMON-{rule}",
                test,
                (),
                f"Dit is geen goed {nl} (stelsel {scheme}). Neem het over uit het register.",
                f"This is no good {en} (scheme {scheme}). Copy it from the register.",
                flag,
            ),
        ),
        where=_is_of(scheme),
    )


_W = Flag.WARNING
_DK8, _DK10 = r"[0-9]{8}", r"DK[0-9]{8}"
NUMBERS = (
    _number("R040", "0088", _normal(_matches("[0-9]+", check_digits.is_gln)), "GLN", "GLN"),
    _number(
        *("R041", "0192", _normal(_matches("[0-9]{9}", check_digits.is_mod11))),
        *("Noors organisatienummer", "Norwegian organisation number"),
    ),
    _number("R042", "0184", _raw(f"{_DK10}|{_DK8}"), "Deens CVR-nummer", "Danish CVR number"),
    _number("R052", "0096", _raw("[0-9]{10}"), "Deens P-nummer", "Danish P number"),
    _number("R053", "0198", _raw(_DK10), "Deens SE-nummer", "Danish SE number"),
    _number(
        *("R043", "0208", _normal(_matches("[0-9]{10}", check_digits.is_belgian))),
        *("Belgisch ondernemingsnummer", "Belgian enterprise number"),
    ),
    _number(
        "R044", "0201", _normal(check_digits.is_ipa), "Italiaanse kantoorcode", "Italian office code", _W
    ),
    _number(
        *("R045", "0210", _normal(check_digits.is_fiscal_code)),
        *("Italiaanse fiscale code", "Italian fiscal code", _W),
    ),
    _number(
        *("R046", "9907", _normal(check_digits.is_fiscal_code)),
        *("Italiaanse fiscale code", "Italian fiscal code"),
        flag=_W,
        paths=("cbc:EndpointID",),
    ),
    _number(
        *("R047", "0211", _normal(check_digits.is_italian_vat)),
        *("Italiaans btw-nummer", "Italian VAT number", _W),
    ),
    _number(
        *("R049", "0007", _normal(_is_swedish)),
        *("Zweeds organisatienummer", "Swedish organisation number"),
    ),
    _number(
        *("R050", "0151", _normal(_matches("[0-9]{11}", check_digits.is_abn))),
        *("Australisch ondernemingsnummer (ABN)", "Australian business number (ABN)"),
    ),
    _number(
        "R054",
        "0106",
        _normal(_matches("[0-9]{8}")),
        "KvK-nummer van 8 cijfers",
        "KvK number of 8 digits",
        _W,
    ),
    _number("R055", "0190", _normal(_matches("[0-9]{20}")), "OIN van 20 cijfers", "OIN of 20 digits", _W),
    _number("R056-1", "9944", _normal(_matches(_DUTCH_VAT)), "Nederlands btw-nummer", "Dutch VAT number", _W),
    Context(
        ("cac:PartyTaxScheme/cbc:CompanyID",),
        (
            Rule(
                "PEPPOL-COMMON-R056-2",
                _normal(_matches(_DUTCH_VAT)),
                ("BT-31", "BT-48"),
                "Dit is geen goed Nederlands btw-nummer. Schrijf het als NL, negen cijfers, B en twee "
                "cijfers.",
                "This is no good Dutch VAT number. Write it as NL, nine digits, B and two digits.",
                Flag.WARNING,
            ),
        ),
        where=_is_dutch_vat,
    ),
    _number(
        "R057",
        "0217",
        _normal(_matches("[0-9]{12}")),
        "KvK-vestigingsnummer",
        "Dutch establishment number",
        _W,
    ),
)
