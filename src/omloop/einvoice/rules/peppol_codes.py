"""Peppol BIS Billing 3.0.21: codes and dates (PEPPOL-EN16931-CL, P and F)."""

from typing import Final

from omloop.einvoice.rules import code_lists
from omloop.einvoice.rules.countries import BUYER, SELLER, is_at
from omloop.einvoice.rules.peppol_tests import has_known_process
from omloop.einvoice.rules.rule import Context, Rule, Test
from omloop.einvoice.rules.tree import Node, string
from omloop.einvoice.rules.xpath import strings, the_normal, the_string
from omloop.einvoice.values import normalized, parse_date

INVOICE_TYPES: Final = """
71 80 82 84 102 218 219 326 331 380 382 383 384 386 388 393 395 553 575 623 780 817 870 875 876 877
"""
"""BT-3 of an invoice, as Peppol BIS May 2026 (3.0.21) restricts it."""
CREDIT_NOTE_TYPES: Final = "381 396 81 83 532"
"""BT-3 of a credit note, as Peppol BIS May 2026 (3.0.21) restricts it."""
ADDRESS_SCHEMES: Final = """
0002 0007 0009 0060 0088 0096 0097 0106 0130 0135 0142 0151 0183 0184 0188 0190 0191 0192 0195 0196 0198
0199 0200 0201 0204 0208 0209 0210 0211 0216 0218 0221 0225 0230 0235 0240 0242 0244 0245 0246 0248 9910
9913 9914 9915 9918 9919 9920 9922 9923 9924 9925 9926 9927 9928 9929 9930 9931 9932 9933 9934 9935 9936
9937 9938 9939 9940 9941 9942 9943 9944 9945 9946 9947 9948 9949 9950 9951 9952 9953 9957 9959
"""
"""Schemes of electronic addresses (BT-34-1, BT-49-1) of the Peppol network, May 2026 (3.0.21)."""
CURRENCIES: Final = code_lists.CURRENCIES.replace("STD", "STN")
"""As EN 16931, but with the new dobra of São Tomé."""
_IS_GERMAN = is_at("DE", SELLER, BUYER)
_AMOUNTS = (
    *("cbc:Amount", "cbc:BaseAmount", "cbc:PriceAmount", "cbc:TaxAmount", "cbc:TaxableAmount"),
    *("cbc:LineExtensionAmount", "cbc:TaxExclusiveAmount", "cbc:TaxInclusiveAmount"),
    *("cbc:AllowanceTotalAmount", "cbc:ChargeTotalAmount", "cbc:PrepaidAmount"),
    *("cbc:PayableRoundingAmount", "cbc:PayableAmount"),
)
_DATES = (
    *("cbc:IssueDate", "cbc:DueDate", "cbc:TaxPointDate", "cbc:StartDate", "cbc:EndDate"),
    "cbc:ActualDeliveryDate",
)


def _among(codes: str) -> Test:
    known = frozenset(codes.split())
    return lambda node: normalized(node.text) in known


def _attribute_among(attribute: str, codes: str) -> Test:
    known = frozenset(codes.split())
    return lambda node: node.get(attribute) in known


def _is_type(codes: str) -> Test:
    is_known = _among(codes)
    return lambda node: not has_known_process(node.tree.root) or is_known(node)


def _is_german_or_common(code: Node) -> bool:
    return normalized(string(code)) not in ("326", "384") or _IS_GERMAN(code)


def _is_plain_date(node: Node) -> bool:
    return len(node.text) == 10 and parse_date(node.text) is not None


def _is_reason_of(kind: str) -> Test:
    return lambda node: node.parent is not None and kind in strings(node.parent, "cbc:ChargeIndicator")


def _exempts_by(code: str) -> Test:
    return lambda category: the_string(category, "cbc:TaxExemptionReasonCode").upper() == code


def _has(attribute: str) -> Test:
    return lambda node: node.get(attribute) is not None


def _rule(name: str, test: Test, terms: str, nl: str, en: str) -> Rule:
    return Rule(f"PEPPOL-EN16931-{name}", test, tuple(terms.split()), nl, en)


def _listed(name: str, test: Test, terms: str, nl: str, en: str) -> tuple[Rule, ...]:
    return (
        _rule(
            *(name, test, terms),
            f"{nl} staat niet op de lijst van Peppol BIS. Kies een code van die lijst.",
            f"{en} is not on the list of Peppol BIS. Choose a code of that list.",
        ),
    )


def _exemption(number: str, code: str, category: str) -> Context:
    return Context(
        ("cac:TaxCategory",),
        (
            _rule(
                *(number, lambda node: the_normal(node, "cbc:ID") == category, "BT-121 BT-118"),
                f"Bij de vrijstelling {code} hoort btw-categorie {category}. Verbeter een van de twee.",
                f"With the exemption {code} goes VAT category {category}. Mend one of the two.",
            ),
        ),
        where=_exempts_by(code),
    )


_REASON = ("cac:AllowanceCharge/cbc:AllowanceChargeReasonCode",)
CODES = (
    Context(
        ("cbc:EmbeddedDocumentBinaryObject",),
        _listed(
            *("CL001", _attribute_among("mimeCode", code_lists.MEDIA_TYPES), "BT-125-1"),
            *("Het bestandstype van de bijlage", "The media type of the attachment"),
        ),
        where=_has("mimeCode"),
    ),
    Context(
        _REASON,
        _listed(
            *("CL002", _among(code_lists.ALLOWANCE_REASONS), "BT-98 BT-140"),
            *("De reden van de korting", "The reason of the allowance"),
        ),
        where=_is_reason_of("false"),
    ),
    Context(
        _REASON,
        _listed(
            *("CL003", _among(code_lists.CHARGE_REASONS), "BT-105 BT-145"),
            *("De reden van de toeslag", "The reason of the charge"),
        ),
        where=_is_reason_of("true"),
    ),
    Context(
        ("cac:InvoicePeriod/cbc:DescriptionCode",),
        _listed(
            *("CL006", _among(code_lists.TAX_POINTS), "BT-8"),
            *("De code voor het moment van de btw", "The tax point code"),
        ),
    ),
    Context(
        _AMOUNTS,
        _listed(
            *("CL007", _attribute_among("currencyID", CURRENCIES), "BT-5"),
            *("De valuta van het bedrag", "The currency of the amount"),
        ),
    ),
    Context(
        ("cbc:InvoiceTypeCode",),
        (
            *_listed(
                *("P0100", _is_type(INVOICE_TYPES), "BT-3"),
                *("De soort factuur", "The invoice type code"),
            ),
            _rule(
                *("P0112", _is_german_or_common, "BT-3"),
                "Soort 326 en 384 mogen alleen tussen Duitse partijen. Kies 380, of stuur een creditnota.",
                "Types 326 and 384 are for German parties only. Choose 380, or send a credit note.",
            ),
        ),
    ),
    Context(
        ("cbc:CreditNoteTypeCode",),
        _listed(
            *("P0101", _is_type(CREDIT_NOTE_TYPES), "BT-3"),
            *("De soort creditnota", "The credit note type code"),
        ),
    ),
    Context(
        _DATES,
        (
            _rule(
                *("F001", _is_plain_date, ""),
                "Deze datum is niet geschreven als jjjj-mm-dd. Verbeter hem.",
                "This date is not written as yyyy-mm-dd. Mend it.",
            ),
        ),
    ),
    Context(
        ("cbc:EndpointID",),
        _listed(
            *("CL008", _attribute_among("schemeID", ADDRESS_SCHEMES), "BT-34-1 BT-49-1"),
            *("Het stelsel van het elektronisch adres", "The scheme of the electronic address"),
        ),
        where=_has("schemeID"),
    ),
    _exemption("P0104", "VATEX-EU-G", "G"),
    _exemption("P0105", "VATEX-EU-O", "O"),
    _exemption("P0106", "VATEX-EU-IC", "K"),
    _exemption("P0107", "VATEX-EU-AE", "AE"),
    _exemption("P0108", "VATEX-EU-D", "E"),
    _exemption("P0109", "VATEX-EU-F", "E"),
    _exemption("P0110", "VATEX-EU-I", "E"),
    _exemption("P0111", "VATEX-EU-J", "E"),
)
