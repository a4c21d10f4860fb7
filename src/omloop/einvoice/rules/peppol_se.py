"""Peppol BIS Billing 3.0.21: Sweden (SE-R)."""

from decimal import Decimal

from omloop.einvoice.findings import Flag
from omloop.einvoice.rules.check_digits import is_number, is_swedish
from omloop.einvoice.rules.countries import (
    BUYER,
    COUNTRY,
    SELLER,
    vat_schemes,
)
from omloop.einvoice.rules.rule import Context, Rule, Test, Uncomputable
from omloop.einvoice.rules.tree import Node, Tree, anywhere, children, string
from omloop.einvoice.rules.xpath import never, strings, the_normal, the_string
from omloop.einvoice.values import normalized

_W = Flag.WARNING
_REGISTRATION = "cac:PartyLegalEntity/cbc:CompanyID"
_RATES = (Decimal(25), Decimal(12), Decimal(6))


def _rule(name: str, test: Test, terms: str, nl: str, en: str, flag: Flag = Flag.FATAL) -> Rule:
    return Rule(name, test, tuple(terms.split()), nl, en, flag)


def _is_in_sweden(party: Node | None) -> bool:
    return party is not None and "SE" in strings(party, COUNTRY)


def _has_swedish_vat(party: Node) -> bool:
    numbers = (the_string(each, "cbc:CompanyID") for each in vat_schemes(party))
    return _is_in_sweden(party) and any(number[:2] == "SE" for number in numbers)


def _vat_number(party: Node) -> str:
    numbers = [text for each in vat_schemes(party) for text in strings(each, "cbc:CompanyID")]
    if len(numbers) > 1:
        raise Uncomputable("cac:PartyTaxScheme/cbc:CompanyID")
    return numbers[0] if numbers else ""


def _is_f_tax_number(number: Node) -> bool:
    scheme = number.parent
    party = scheme and scheme.parent
    if scheme is None or party is None or not _is_in_sweden(party) or not children(party, _REGISTRATION):
        return False
    return the_normal(scheme, "cac:TaxScheme/cbc:ID").upper() != "VAT"


def _some(tree: Tree, party: str, is_so: Test) -> bool:
    """Whether some party is so, remembered with the document."""
    found: bool | None = tree.memory.get((party, is_so))
    if found is None:
        found = tree.memory[party, is_so] = any(is_so(each) for each in anywhere(tree, party))
    return found


def _is_swedish_standard(category: Node) -> bool:
    return _some(category.tree, SELLER, _has_swedish_vat) and "S" in strings(category, "cbc:ID")


def _is_swedish_rate(category: Node) -> bool:
    rate = the_string(category, "cbc:Percent").strip(" \t\r\n")
    return is_number(rate) and Decimal(rate) in _RATES


def _pays_by(giro: str) -> Test:
    def matches(number: Node) -> bool:
        account = number.parent
        means = account and account.parent
        if means is None or not _some(number.tree, SELLER, _is_in_sweden):
            return False
        branch = "cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID"
        return the_normal(means, "cbc:PaymentMeansCode") == "30" and the_normal(means, branch) == giro

    return matches


def _pays_with(*codes: str, parties: tuple[str, ...] = (SELLER,)) -> Test:
    return lambda means: (
        all(any(_is_in_sweden(each) for each in anywhere(means.tree, party)) for party in parties)
        and bool(set(codes) & set(strings(means, "cbc:PaymentMeansCode")))
    )


def _is_number(node: Node) -> bool:
    return is_number(normalized(string(node)))


def _is_long(*lengths: int) -> Test:
    return lambda node: len(normalized(string(node))) in lengths


def _giro(numeric: str, long: str, scheme: str, lengths: tuple[int, ...]) -> Context:
    return Context(
        ("cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID",),
        (
            _rule(
                *(numeric, _is_number, "BT-84"),
                f"Een nummer van {scheme} bestaat uit cijfers. Verbeter de rekening (BT-84).",
                f"A {scheme} number is made of digits. Mend the account (BT-84).",
                _W,
            ),
            _rule(
                *(long, _is_long(*lengths), "BT-84"),
                f"Een nummer van {scheme} heeft {lengths[0]} tot {lengths[-1]} cijfers. Verbeter de "
                "rekening (BT-84).",
                f"A {scheme} number has {lengths[0]} to {lengths[-1]} digits. Mend the account (BT-84).",
                _W,
            ),
        ),
        where=_pays_by(f"SE:{scheme.upper()}"),
    )


_SWEDISH_REGISTRATION = (
    _rule(
        *("SE-R-003", lambda entity: is_number(the_string(entity, "cbc:CompanyID")), "BT-30"),
        "Een Zweeds organisatienummer bestaat uit cijfers. Verbeter BT-30.",
        "A Swedish organisation number is made of digits. Mend BT-30.",
    ),
    _rule(
        *("SE-R-004", lambda entity: len(the_normal(entity, "cbc:CompanyID")) == 10, "BT-30"),
        "Een Zweeds organisatienummer heeft 10 cijfers. Verbeter BT-30.",
        "A Swedish organisation number has 10 digits. Mend BT-30.",
    ),
    _rule(
        *("SE-R-013", lambda entity: is_swedish(the_normal(entity, "cbc:CompanyID")), "BT-30"),
        "Het laatste cijfer van het Zweedse organisatienummer klopt niet. Verbeter BT-30.",
        "The last digit of the Swedish organisation number is wrong. Mend BT-30.",
    ),
)
SWEDEN = (
    Context(
        (SELLER,),
        (
            _rule(
                *("SE-R-001", lambda party: len(normalized(_vat_number(party))) == 14, "BT-31"),
                "Een Zweeds btw-nummer heeft 14 tekens. Verbeter BT-31.",
                "A Swedish VAT number has 14 characters. Mend BT-31.",
            ),
            _rule(
                *("SE-R-002", lambda party: is_number(_vat_number(party)[2:14]), "BT-31"),
                "Na SE volgen in een Zweeds btw-nummer alleen cijfers. Verbeter BT-31.",
                "After SE a Swedish VAT number has digits only. Mend BT-31.",
            ),
        ),
        where=_has_swedish_vat,
    ),
    Context(
        (f"{SELLER}/cac:PartyLegalEntity",),
        _SWEDISH_REGISTRATION,
        where=lambda entity: _is_in_sweden(entity.parent) and bool(children(entity, "cbc:CompanyID")),
    ),
    Context(
        (f"{SELLER}/cac:PartyTaxScheme/cbc:CompanyID",),
        (
            _rule(
                *(
                    "SE-R-005",
                    lambda node: normalized(string(node)).upper() == "GODKÄND FÖR F-SKATT",
                    "BT-32",
                ),
                "Hier hoort bij een Zweedse verkoper: Godkänd för F-skatt. Vul dat in.",
                "With a Swedish seller this must say: Godkänd för F-skatt. Fill that in.",
            ),
        ),
        where=_is_f_tax_number,
    ),
    Context(
        ("cac:TaxCategory", "cac:ClassifiedTaxCategory"),
        (
            _rule(
                *("SE-R-006", _is_swedish_rate, "BT-96 BT-103 BT-119 BT-152"),
                "Zweedse btw-tarieven zijn 25, 12 en 6. Kies een van deze.",
                "Swedish VAT rates are 25, 12 and 6. Choose one of these.",
            ),
        ),
        where=_is_swedish_standard,
    ),
    _giro("SE-R-007", "SE-R-010", "Plusgiro", tuple(range(2, 9))),
    _giro("SE-R-008", "SE-R-009", "Bankgiro", (7, 8)),
    Context(
        ("cac:PaymentMeans",),
        (
            _rule(
                *("SE-R-011", never, "BT-81"),
                "Voor Zweedse giro's is de betaalwijze 30, met de giro als bank (BT-86). Verbeter BT-81.",
                "For Swedish giros the payment means is 30, with the giro as bank (BT-86). Mend BT-81.",
                _W,
            ),
        ),
        where=_pays_with("50", "56"),
    ),
    Context(
        ("cac:PaymentMeans",),
        (
            _rule(
                *("SE-R-012", never, "BT-81"),
                "Tussen Zweedse partijen is de betaalwijze van een overboeking 30. Verbeter BT-81.",
                "Between Swedish parties the payment means of a transfer is 30. Mend BT-81.",
                _W,
            ),
        ),
        where=_pays_with("31", parties=(SELLER, BUYER)),
    ),
)
