"""NLCIUS-CII 1.0.3.13 (BR-NL in CII)."""

from decimal import Decimal

from omloop.einvoice.findings import Flag
from omloop.einvoice.rules.cii_names import AGREEMENT
from omloop.einvoice.rules.nlcius import SHARED
from omloop.einvoice.rules.rule import Context, Pattern, Rule, Test
from omloop.einvoice.rules.tree import Node, anywhere, children, string
from omloop.einvoice.rules.xpath import has, never, number, strings, the_decimal, the_normal
from omloop.einvoice.values import normalized

RULE_SET = "NLCIUS-CII 1.0.3.13"
_NLCIUS = "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0"
_SPECIFICATIONS = (_NLCIUS, f"{_NLCIUS}#conformant#urn:fdc:nen.nl:gaccount:v1.0")
_GUIDELINE = "rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID"
_ADDRESS = "ram:PostalTradeAddress"
_MEANS = "ram:SpecifiedTradeSettlementPaymentMeans"
_CODES = frozenset(Decimal(code) for code in (30, 48, 49, 57, 58, 59))


def _is_nlcius(node: Node) -> bool:
    return the_normal(node.tree.root, _GUIDELINE) in _SPECIFICATIONS


def _is_dutch(node: Node) -> bool:
    country = the_normal(node.tree.root, f"{AGREEMENT}/ram:SellerTradeParty/{_ADDRESS}/ram:CountryID")
    return country.upper() == "NL" and _is_nlcius(node)


def _is_listed(numbers: list[Node]) -> bool:
    schemes = {scheme for each in numbers for scheme in (each.get("schemeID") or "").split()}
    return bool(schemes & {"0106", "0190"})


def _is_filled(numbers: list[Node]) -> bool:
    return any(normalized(string(each)) for each in numbers)


def _is_seller_registered(organisation: Node) -> bool:
    numbers = children(organisation, "ram:ID")
    return _is_listed(numbers) and _is_filled(numbers)


def _is_buyer_registered(party: Node) -> bool:
    numbers = children(party, "ram:SpecifiedLegalOrganization/ram:ID")
    is_abroad = "NL" not in strings(party, f"{_ADDRESS}/ram:CountryID")
    return (is_abroad or _is_listed(numbers)) and _is_filled(numbers)


def _is_complete(address: Node) -> bool:
    return all(children(address, f"ram:{name}") for name in ("LineOne", "CityName", "PostcodeCode"))


def _is_abroad_or_complete(address: Node) -> bool:
    return any(country != "NL" for country in strings(address, "ram:CountryID")) or _is_complete(address)


def _has_type(code: Node) -> bool:
    return number(string(code)) in (380, 381, 384, 389)


def _corrects_something(code: Node) -> bool:
    # Officially the preceding invoice is looked for where it can't be, so that 384 never passes.
    return not _is_dutch(code) or number(string(code)) != 384


def _names_payment(total: Node) -> bool:
    payable = the_decimal(total, "ram:DuePayableAmount")
    types = [number(text) for text in strings(total.tree.root, "rsm:ExchangedDocument/ram:TypeCode")]
    settlement = total.parent
    has_means = settlement is not None and bool(children(settlement, f"{_MEANS}/ram:TypeCode"))
    return (payable is not None and payable <= 0) or 381 in types or has_means


def _is_dutch_means(means: Node) -> bool:
    return any(number(text) in _CODES for text in strings(means, "ram:TypeCode"))


def _has_no_bank(means: Node) -> bool:
    is_sepa = any(number(text) in (58, 59) for text in strings(means, "ram:TypeCode"))
    payer, payee = (
        "ram:PayerSpecifiedDebtorFinancialInstitution",
        "ram:PayeeSpecifiedCreditorFinancialInstitution",
    )
    return not is_sepa or not has(f"{payer}/ram:BICID", f"{payee}/ram:BICID")(means)


def _has_order(line: Node) -> bool:
    path = "ram:ApplicableHeaderTradeAgreement/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID"
    return bool(anywhere(line.tree, path))


def _is_of_vat(registration: Node) -> bool:
    numbers = children(registration, "ram:ID")
    return not numbers or any(each.get("schemeID") == "VA" for each in numbers)


def _is_in_document_currency(amount: Node) -> bool:
    settlement = amount.parent and amount.parent.parent
    currencies = strings(settlement, "ram:InvoiceCurrencyCode") if settlement else []
    return amount.get("currencyID") in currencies


def _fatal(rule: str, path: str, test: Test, where: Test = _is_dutch) -> Context:
    meant = SHARED[rule]
    return Context((path,), (Rule(rule, test, meant.terms, meant.nl, meant.en),), where=where)


def _unwanted(number_: str, path: str, term: str, test: Test = never) -> Context:
    name = path.rpartition("/")[2]
    rule = Rule(
        f"BR-NL-{number_}",
        test,
        (term,),
        f"In Nederland wordt het onderdeel {name} ({term}) hier afgeraden. Laat het liefst weg.",
        f"In the Netherlands the element {name} ({term}) is advised against here. Better leave it out.",
        Flag.WARNING,
    )
    return Context((path,), (rule,), where=_is_dutch)


_PARTIES = (
    ("1", "ram:SellerTradeParty", "BT-162", "BT-39"),
    ("2", "ram:BuyerTradeParty", "BT-163", "BT-54"),
    ("3", "ram:SellerTaxRepresentativeTradeParty", "BT-164", "BT-68"),
    ("4", "ram:ShipToTradeParty", "BT-165", "BT-79"),
)
_EMPTY = Rule(
    "empty-element-check",
    never,
    (),
    "Dit onderdeel is leeg. Vul het in of laat het weg.",
    "This element is empty. Fill it in or leave it out.",
    Flag.WARNING,
)
_SUMMATION = "ram:SpecifiedTradeSettlementHeaderMonetarySummation"
_TYPE = "/rsm:ExchangedDocument/ram:TypeCode"
_PATTERN = Pattern(
    _fatal("BR-NL-1", "ram:SellerTradeParty/ram:SpecifiedLegalOrganization", _is_seller_registered),
    _fatal(
        *("BR-NL-2", "ram:ApplicableHeaderTradeAgreement"),
        has("ram:BuyerReference", "ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID"),
    ),
    _fatal("BR-NL-3", f"ram:SellerTradeParty/{_ADDRESS}", _is_complete),
    _fatal("BR-NL-4", f"ram:BuyerTradeParty/{_ADDRESS}", _is_abroad_or_complete),
    _fatal("BR-NL-5", f"ram:SellerTaxRepresentativeTradeParty/{_ADDRESS}", _is_abroad_or_complete),
    _fatal("BR-NL-7", _TYPE, _has_type, _is_nlcius),
    _fatal("BR-NL-9", _TYPE, _corrects_something, _is_nlcius),
    _fatal("BR-NL-10", "ram:BuyerTradeParty", _is_buyer_registered),
    _fatal("BR-NL-11", _SUMMATION, _names_payment),
    _fatal("BR-NL-12", _MEANS, _is_dutch_means),
    _unwanted("31", _MEANS, "BT-86", _has_no_bank),
    _fatal("BR-NL-13", "ram:BuyerOrderReferencedDocument/ram:LineID", _has_order, _is_nlcius),
    _unwanted("19", "ram:TaxCurrencyCode", "BT-6"),
    _unwanted("20", "ram:TaxPointDate/udt:DateString", "BT-7"),
    _unwanted("21", "ram:DueDateTypeCode", "BT-8"),
    _unwanted("22", "ram:SubjectCode", "BT-21"),
    _unwanted("23", "ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID", "BT-23"),
    _unwanted("24", "ram:InvoiceReferencedDocument/ram:FormattedIssueDateTime/qdt:DateTimeString", "BT-26"),
    _unwanted("25", "ram:SellerTradeParty/ram:SpecifiedTaxRegistration", "BT-32", _is_of_vat),
    _unwanted("26", "ram:SellerTradeParty/ram:Description", "BT-33"),
    *(
        _unwanted(f"27-{each}", f"{party}/{_ADDRESS}/ram:LineThree", term)
        for each, party, term, _ in _PARTIES
    ),
    *(
        _unwanted(f"28-{each}", f"{party}/{_ADDRESS}/ram:CountrySubDivisionName", term)
        for each, party, _, term in _PARTIES
    ),
    _unwanted("29", f"{_MEANS}/ram:Information", "BT-82"),
    _unwanted("30", "ram:PayeePartyCreditorFinancialAccount/ram:AccountName", "BT-85"),
    _unwanted("32-and-34", "ram:SpecifiedTradeAllowanceCharge/ram:ReasonCode", "BT-98"),
    _unwanted("33", f"{_SUMMATION}/ram:TaxTotalAmount", "BT-111", _is_in_document_currency),
    _unwanted("35", "ram:ApplicableTradeTax/ram:ExemptionReasonCode", "BT-121"),
    Context(("*",), (_EMPTY,), where=lambda node: not node.named and not node.text.strip(" \t\r\n")),
)
PATTERNS = (_PATTERN,)
