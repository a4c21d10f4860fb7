"""EN 16931 in CII: codes that must be on a list (BR-CL), where they differ from UBL's."""

from omloop.einvoice.rules import code_lists
from omloop.einvoice.rules.cii_vat import is_part
from omloop.einvoice.rules.cii_words import shared
from omloop.einvoice.rules.codes import is_below, is_listed
from omloop.einvoice.rules.rule import Context, Test
from omloop.einvoice.rules.tree import Node
from omloop.einvoice.rules.units import UNITS

_COUNTRIES = code_lists.COUNTRIES.replace("SS", "AN")
_TAX_POINTS = "5 29 72"
_SUBJECTS = (
    f"{code_lists.NOTE_SUBJECTS} BAT BAU BAV BAW BAX BAY BAZ BBA BBB BMF BMG BMH CCJ CCK CCL CCM CCN CCO"
)


def _has(attribute: str) -> Test:
    return lambda node: node.get(attribute) is not None


def is_of_country(number: Node) -> bool:
    """The VAT number starts with a country code."""
    return number.text[:2] in (*_COUNTRIES.split(), "EL")


def _is_media_type(node: Node) -> bool:
    return node.get("mimeCode") in code_lists.MEDIA_TYPES.split()


def _is_party_number(node: Node) -> bool:
    inside = ("ram:SpecifiedTradeProduct", "ram:ShipToTradeParty")
    return node.get("schemeID") is not None and not is_below(node, inside)


def _is_own_number(node: Node) -> bool:
    return node.get("schemeID") is not None and not is_below(node, ("ram:SpecifiedTaxRegistration",))


def _is_reason(*, is_charge: bool) -> Test:
    return lambda node: node.parent is not None and is_part(node.parent, is_charge=is_charge)


def _listed(rule: str, paths: tuple[str, ...], codes: str, attribute: str = "", **more: Test) -> Context:
    where = more.get("where") or (_has(attribute) if attribute else _always)
    return Context(paths, (shared(rule, is_listed(codes, attribute)),), where=where)


def _always(_node: Node) -> bool:
    return True


_REASON = ("ram:SpecifiedTradeAllowanceCharge/ram:ReasonCode",)
_SHIP_TO = "ram:ApplicableHeaderTradeDelivery/ram:ShipToTradeParty/ram:GlobalID"
_TYPES = code_lists.INVOICE_TYPES + code_lists.CREDIT_NOTE_TYPES
CODES = (
    _listed("BR-CL-01", ("rsm:ExchangedDocument/ram:TypeCode",), _TYPES),
    _listed("BR-CL-03", ("ram:TaxTotalAmount",), code_lists.CURRENCIES, "currencyID"),
    _listed("BR-CL-04", ("ram:InvoiceCurrencyCode",), code_lists.CURRENCIES),
    _listed("BR-CL-05", ("ram:TaxCurrencyCode",), code_lists.CURRENCIES),
    _listed("BR-CL-06", ("ram:DueDateTypeCode",), _TAX_POINTS),
    _listed("BR-CL-07", ("ram:ReferenceTypeCode",), code_lists.OBJECT_SCHEMES),
    _listed("BR-CL-08", ("ram:SubjectCode",), _SUBJECTS),
    _listed("BR-CL-10", ("ram:GlobalID",), code_lists.SCHEMES, "schemeID", where=_is_party_number),
    _listed("BR-CL-11", ("ram:ID",), code_lists.SCHEMES, "schemeID", where=_is_own_number),
    _listed("BR-CL-13", ("ram:ClassCode",), code_lists.CLASSIFICATIONS, "listID"),
    _listed("BR-CL-14", ("ram:CountryID",), _COUNTRIES),
    _listed("BR-CL-15", ("ram:OriginTradeCountry/ram:ID",), _COUNTRIES),
    _listed(
        *("BR-CL-16", ("ram:SpecifiedTradeSettlementPaymentMeans/ram:TypeCode",)), code_lists.PAYMENT_MEANS
    ),
    _listed("BR-CL-17", ("ram:CategoryTradeTax/ram:CategoryCode",), code_lists.VAT_CATEGORIES),
    _listed("BR-CL-18", ("ram:ApplicableTradeTax/ram:CategoryCode",), code_lists.VAT_CATEGORIES),
    _listed("BR-CL-19", _REASON, code_lists.ALLOWANCE_REASONS, where=_is_reason(is_charge=False)),
    _listed("BR-CL-20", _REASON, code_lists.CHARGE_REASONS, where=_is_reason(is_charge=True)),
    _listed("BR-CL-21", ("ram:SpecifiedTradeProduct/ram:GlobalID",), code_lists.SCHEMES, "schemeID"),
    Context(
        ("ram:ExemptionReasonCode",), (shared("BR-CL-22", is_listed(code_lists.EXEMPTIONS, upper=True)),)
    ),
    _listed("BR-CL-23", ("ram:BasisQuantity", "ram:BilledQuantity"), UNITS, "unitCode"),
    Context(("ram:AttachmentBinaryObject",), (shared("BR-CL-24", _is_media_type),), where=_has("mimeCode")),
    _listed(
        *("BR-CL-25", ("ram:URIUniversalCommunication/ram:URIID",)), code_lists.ADDRESS_SCHEMES, "schemeID"
    ),
    _listed("BR-CL-26", (_SHIP_TO,), code_lists.SCHEMES, "schemeID"),
)
