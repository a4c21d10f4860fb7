"""EN 16931 in CII: presence, lines, periods and payment (BR-01 to BR-65, BR-CO-04, 18 to 20)."""

from decimal import Decimal

from omloop.einvoice.rules.cii_names import (
    BUYER,
    CODE,
    HEADER_TAX,
    LINE,
    LINE_TOTAL,
    PERIOD,
    SELLER,
    SETTLEMENT,
    TRANSACTION,
)
from omloop.einvoice.rules.cii_totals import CURRENCY, adds_up_with_vat
from omloop.einvoice.rules.cii_vat import is_vat
from omloop.einvoice.rules.cii_words import shared_rules
from omloop.einvoice.rules.rule import Context, Test, Uncomputable
from omloop.einvoice.rules.tree import Node, anywhere, children, string
from omloop.einvoice.rules.xpath import (
    filled,
    has,
    has_attribute,
    has_cents,
    number,
    strings,
    the_attribute,
    the_string,
)
from omloop.einvoice.values import normalized

_NOTHING = Decimal(0)
_PRICE = "ram:SpecifiedLineTradeAgreement"
_NET = f"{_PRICE}/ram:NetPriceProductTradePrice/ram:ChargeAmount"
_GROSS = f"{_PRICE}/ram:GrossPriceProductTradePrice/ram:ChargeAmount"
_QUANTITY = "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"


def _has_issue_date(root: Node) -> bool:
    dates = children(root, "rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString")
    texts = [string(date) for date in dates if date.get("format") == "102"]
    if len(texts) > 1:
        raise Uncomputable("udt:DateTimeString")
    return bool(texts) and normalized(texts[0]) != ""


def _has_address_scheme(party: str) -> Test:
    def holds(root: Node) -> bool:
        addresses = children(root, f"{party}/ram:URIUniversalCommunication")
        return not addresses or normalized(the_attribute(addresses[0], "ram:URIID", "schemeID")) != ""

    return holds


def _is_positive(path: str, *, may_lack: bool) -> Test:
    def holds(line: Node) -> bool:
        amounts = strings(line, path)
        return (may_lack and not amounts) or any(number(text) >= _NOTHING for text in amounts)

    return holds


def _ends_after_start(period: Node) -> bool:
    if not children(period, "ram:EndDateTime") or not children(period, "ram:StartDateTime"):
        return True
    ends, starts = (
        [
            string(date)
            for date in children(period, f"{name}/udt:DateTimeString")
            if date.get("format") == "102"
        ]
        for name in ("ram:EndDateTime", "ram:StartDateTime")
    )
    return any(end >= start for end in ends for start in starts)


def _has_list(product: Node) -> bool:
    is_listed = normalized(the_attribute(product, "ram:ClassCode", "listID")) != ""
    return is_listed or not children(product, "ram:ClassCode")


def _has_item_scheme(line: Node) -> bool:
    path = "ram:SpecifiedTradeProduct/ram:GlobalID"
    return not children(line, path) or normalized(the_attribute(line, path, "schemeID")) != ""


def _is_transfer(account: Node) -> bool:
    means = account.parent
    return means is not None and bool({"30", "58"} & set(strings(means, "ram:TypeCode")))


_ADDRESS = "ram:PostalTradeAddress"
DOCUMENT = shared_rules(
    BR_01=filled("rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID"),
    BR_02=filled("rsm:ExchangedDocument/ram:ID"),
    BR_03=_has_issue_date,
    BR_04=filled("rsm:ExchangedDocument/ram:TypeCode"),
    BR_05=filled(CURRENCY),
    BR_06=filled(f"{SELLER}/ram:Name"),
    BR_07=filled(f"{BUYER}/ram:Name"),
    BR_08=has(f"{SELLER}/{_ADDRESS}"),
    BR_09=filled(f"{SELLER}/{_ADDRESS}/ram:CountryID"),
    BR_10=has(f"{BUYER}/{_ADDRESS}"),
    BR_11=filled(f"{BUYER}/{_ADDRESS}/ram:CountryID"),
    BR_16=lambda root: bool(root.iter(LINE)),
    BR_62=_has_address_scheme(SELLER),
    BR_63=_has_address_scheme(BUYER),
    BR_CO_15=adds_up_with_vat,
)
_LINES = shared_rules(
    BR_21=filled("ram:AssociatedDocumentLineDocument/ram:LineID"),
    BR_22=has(_QUANTITY),
    BR_23=has_attribute("unitCode", _QUANTITY),
    BR_24=has(f"ram:SpecifiedLineTradeSettlement/{LINE_TOTAL}"),
    BR_25=filled("ram:SpecifiedTradeProduct/ram:Name"),
    BR_26=has(_NET),
    BR_27=_is_positive(_NET, may_lack=False),
    BR_28=_is_positive(_GROSS, may_lack=True),
    BR_64=_has_item_scheme,
    BR_CO_04=lambda line: any(
        is_vat(tax) and children(tax, CODE)
        for tax in children(line, "ram:SpecifiedLineTradeSettlement/ram:ApplicableTradeTax")
    ),
    BR_CO_18=lambda line: bool(anywhere(line.tree, f"{TRANSACTION}/{HEADER_TAX}")),
    BR_DEC_23=has_cents(f"ram:SpecifiedLineTradeSettlement/{LINE_TOTAL}"),
)
_HAS_DATE = has("ram:StartDateTime", "ram:EndDateTime")
CONTEXTS = (
    Context(("ram:DesignatedProductClassification",), shared_rules(BR_65=_has_list)),
    Context(("ram:AdditionalReferencedDocument",), shared_rules(BR_52=filled("ram:IssuerAssignedID"))),
    Context(
        ("ram:ApplicableTradeSettlementFinancialCard",),
        shared_rules(BR_51=lambda card: len(normalized(the_string(card, "ram:ID"))) <= 10),
    ),
    Context(
        ("ram:SpecifiedTradeSettlementPaymentMeans/ram:PayeePartyCreditorFinancialAccount",),
        shared_rules(
            BR_50=filled("ram:IBANID", "ram:ProprietaryID"), BR_61=has("ram:IBANID", "ram:ProprietaryID")
        ),
        where=_is_transfer,
    ),
    Context((LINE,), _LINES),
    Context(
        (f"ram:SpecifiedLineTradeSettlement/{PERIOD}",),
        shared_rules(BR_30=_ends_after_start, BR_CO_20=_HAS_DATE),
    ),
    Context(
        (f"ram:ApplicableHeaderTradeSettlement/{PERIOD}",),
        shared_rules(BR_29=_ends_after_start, BR_CO_19=_HAS_DATE),
    ),
    Context(
        ("ram:ApplicableProductCharacteristic",),
        shared_rules(
            BR_54=lambda each: bool(children(each, "ram:Description") and children(each, "ram:Value"))
        ),
    ),
    Context(("ram:SpecifiedTradeSettlementPaymentMeans",), shared_rules(BR_49=has("ram:TypeCode"))),
    Context(
        (f"/{SETTLEMENT}/ram:InvoiceReferencedDocument",), shared_rules(BR_55=filled("ram:IssuerAssignedID"))
    ),
)
