"""Peppol BIS Billing 3.0.21: Norway (NO-R), Iceland (IS-R), Italy (IT-R)."""

import re

from omloop.einvoice.findings import Flag
from omloop.einvoice.rules.check_digits import is_mod11
from omloop.einvoice.rules.countries import (
    BUYER,
    SELLER,
    is_exactly_at,
    seller_country,
)
from omloop.einvoice.rules.rule import Context, Rule, Test, Uncomputable
from omloop.einvoice.rules.tree import Node, children, string
from omloop.einvoice.rules.xpath import has, strings, the_normal
from omloop.einvoice.values import normalized, parse_date

_W = Flag.WARNING
_REGISTRATION = "cac:PartyLegalEntity/cbc:CompanyID"


def _rule(name: str, test: Test, terms: str, nl: str, en: str, flag: Flag = Flag.FATAL) -> Rule:
    return Rule(name, test, tuple(terms.split()), nl, en, flag)


def _company(party: Node, scheme_id: str) -> str:
    schemes = [
        each
        for each in children(party, "cac:PartyTaxScheme")
        if the_normal(each, "cac:TaxScheme/cbc:ID") == scheme_id
    ]
    numbers = [string(number) for each in schemes for number in children(each, "cbc:CompanyID")]
    if len(numbers) > 1:
        raise Uncomputable("cac:PartyTaxScheme")
    return numbers[0] if numbers else ""


def _is_norwegian_register(party: Node) -> bool:
    return normalized(_company(party, "TAX")) == "Foretaksregisteret"


def _is_norwegian_vat(party: Node) -> bool:
    number = _company(party, "VAT")
    is_well_formed = re.fullmatch("[0-9]{9}MVA", number[2:]) is not None
    return number[:2] != "NO" or (is_well_formed and is_mod11(number[2:11]))


NORWAY = (
    Context(
        (SELLER,),
        (
            _rule(
                *("NO-R-002", _is_norwegian_register, "BT-32"),
                "Een Noorse verkoper hoort Foretaksregisteret te vermelden (BT-32). Vul het in.",
                "A Norwegian seller should state Foretaksregisteret (BT-32). Fill it in.",
                _W,
            ),
            _rule(
                *("NO-R-001", _is_norwegian_vat, "BT-31"),
                "Dit is geen goed Noors btw-nummer. Schrijf NO, negen cijfers en MVA.",
                "This is no good Norwegian VAT number. Write NO, nine digits and MVA.",
            ),
        ),
        where=lambda party: seller_country(party.tree) == "NO",
    ),
)


def _is_icelandic(party: str) -> Test:
    def holds(node: Node) -> bool:
        return any(each.get("schemeID") == "0196" for each in children(node, f"{party}/{_REGISTRATION}"))

    return holds


def _has_street(party: str) -> Test:
    paths = [f"{party}/cac:PostalAddress/{name}" for name in ("cbc:StreetName", "cbc:PostalZone")]
    return lambda node: all(children(node, path) for path in paths)


def _has_account(code: str) -> Test:
    def holds(root: Node) -> bool:
        means = [
            each
            for each in children(root, "cac:PaymentMeans")
            if code in strings(each, "cbc:PaymentMeansCode")
        ]
        accounts = [text for each in means for text in strings(each, "cac:PayeeFinancialAccount/cbc:ID")]
        if len(accounts) > 1:
            raise Uncomputable("cac:PayeeFinancialAccount/cbc:ID")
        return not means or (bool(accounts) and len(normalized(accounts[0])) == 12)

    return holds


def _deadlines(root: Node) -> list[Node]:
    references = children(root, "cac:AdditionalDocumentReference")
    return [each for each in references if "EINDAGI" in strings(each, "cbc:DocumentDescription")]


def _is_deadline_a_date(root: Node) -> bool:
    found = _deadlines(root)
    dates = [text for each in found for text in strings(each, "cbc:ID")]
    if len(dates) > 1:
        raise Uncomputable("cac:AdditionalDocumentReference/cbc:ID")
    return not found or (bool(dates) and len(dates[0]) == 10 and parse_date(dates[0]) is not None)


def _has_due_date(root: Node) -> bool:
    return not _deadlines(root) or bool(children(root, "cbc:DueDate"))


def _is_due_before_deadline(root: Node) -> bool:
    found = _deadlines(root)
    dates = [text for each in found for text in strings(each, "cbc:ID")]
    return not found or any(due <= date for due in strings(root, "cbc:DueDate") for date in dates)


def _is_usual_type(root: Node) -> bool:
    codes = (the_normal(root, f"cbc:{kind}TypeCode") for kind in ("Invoice", "CreditNote"))
    return any(code in ("380", "381") for code in codes)


ICELAND = (
    Context(
        ("/",),
        (
            _rule(
                *("IS-R-001", _is_usual_type, "BT-3"),
                "Een IJslandse verkoper stuurt soort 380 of 381. Kies een van deze.",
                "An Icelandic seller sends type 380 or 381. Choose one of these.",
                _W,
            ),
            _rule(
                *("IS-R-002", _is_icelandic(SELLER), "BT-30"),
                "De IJslandse verkoper noemt geen kennitala. Geef BT-30 met schemeID 0196.",
                "The Icelandic seller gives no kennitala. Give BT-30 with schemeID 0196.",
            ),
            _rule(
                *("IS-R-003", _has_street(SELLER), "BT-35 BT-38"),
                "In het adres van de verkoper ontbreekt straat of postcode. Vul beide in.",
                "The address of the seller lacks street or post code. Fill in both.",
            ),
            *(
                _rule(
                    *(name, _has_account(code), "BT-84"),
                    f"Bij betaalwijze {code} hoort een rekening van 12 cijfers (BT-84). Vul die in.",
                    f"Payment means {code} needs an account of 12 digits (BT-84). Fill it in.",
                )
                for name, code in (("IS-R-006", "9"), ("IS-R-007", "42"))
            ),
            _rule(
                *("IS-R-008", _is_deadline_a_date, "BT-122"),
                "De uiterste betaaldatum (EINDAGI) is geen datum. Schrijf haar als jjjj-mm-dd in BT-122.",
                "The deadline (EINDAGI) is no date. Write it as yyyy-mm-dd in BT-122.",
            ),
            _rule(
                *("IS-R-009", _has_due_date, "BT-9"),
                "Bij een uiterste betaaldatum (EINDAGI) hoort een vervaldatum (BT-9). Vul die in.",
                "A deadline (EINDAGI) needs a due date (BT-9). Fill it in.",
            ),
            _rule(
                *("IS-R-010", _is_due_before_deadline, "BT-9"),
                "De vervaldatum (BT-9) valt na de uiterste betaaldatum (EINDAGI). Verbeter een van de twee.",
                "The due date (BT-9) is after the deadline (EINDAGI). Mend one of the two.",
            ),
        ),
        where=is_exactly_at("IS", SELLER),
    ),
    Context(
        ("/cac:AccountingCustomerParty",),
        (
            _rule(
                *("IS-R-004", _is_icelandic("cac:Party"), "BT-47"),
                "De IJslandse koper heeft geen kennitala. Geef BT-47 met schemeID 0196.",
                "The Icelandic buyer has no kennitala. Give BT-47 with schemeID 0196.",
            ),
            _rule(
                *("IS-R-005", _has_street("cac:Party"), "BT-50 BT-53"),
                "In het adres van de koper ontbreekt straat of postcode. Vul beide in.",
                "The address of the buyer lacks street or post code. Fill in both.",
            ),
        ),
        where=is_exactly_at("IS", SELLER, BUYER),
    ),
)


def _is_italian_number(scheme: Node) -> bool:
    return re.fullmatch("[A-Z0-9]{11,16}", the_normal(scheme, "cbc:CompanyID")) is not None


ITALY = (
    Context(
        (f"{SELLER}/cac:PartyTaxScheme",),
        (
            _rule(
                *("IT-R-001", _is_italian_number, "BT-32"),
                "Een Italiaanse fiscale code heeft 11 tot 16 hoofdletters en cijfers. Verbeter BT-32.",
                "An Italian fiscal code has 11 to 16 capitals and digits. Mend BT-32.",
            ),
        ),
        where=lambda scheme: (
            seller_country(scheme.tree) == "IT" and the_normal(scheme, "cac:TaxScheme/cbc:ID") != "VAT"
        ),
    ),
    Context(
        (SELLER,),
        tuple(
            _rule(
                *(name, has(f"cac:PostalAddress/{element}"), term),
                f"In het adres van de Italiaanse verkoper ontbreekt {nl} ({term}). Vul {element} in.",
                f"The address of the Italian seller lacks {en} ({term}). Fill in {element}.",
            )
            for name, element, term, nl, en in (
                ("IT-R-002", "cbc:StreetName", "BT-35", "de straat", "the street"),
                ("IT-R-003", "cbc:CityName", "BT-37", "de plaats", "the city"),
                ("IT-R-004", "cbc:PostalZone", "BT-38", "de postcode", "the post code"),
            )
        ),
        where=lambda party: seller_country(party.tree) == "IT",
    ),
)
