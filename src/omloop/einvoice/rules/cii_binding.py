"""EN 16931, binding to CII: how often, and what it does not use (CII-SR, CII-DT)."""

import re
from collections.abc import Iterator
from typing import Final

from omloop.einvoice.findings import Flag
from omloop.einvoice.rules.cii_names import AGREEMENT, DELIVERY, LINE, SETTLEMENT, TRANSACTION
from omloop.einvoice.rules.cii_structure import STRUCTURE
from omloop.einvoice.rules.cii_vat import is_part
from omloop.einvoice.rules.codes import is_below
from omloop.einvoice.rules.rule import Context, Rule, Test
from omloop.einvoice.rules.tree import Node, anywhere, children, string
from omloop.einvoice.rules.xpath import has, strings
from omloop.einvoice.values import normalized

_W: Final = Flag.WARNING
_LINE_PATH: Final = f"/{TRANSACTION}/IncludedSupplyChainTradeLineItem"
_HEADER_PATH: Final = f"/{TRANSACTION}/ApplicableHeaderTrade"
_TOKEN: Final = re.compile(r"([FW])(SR|DT)(\d+)([-?=])(\S+)")
_IDS: Final = (
    "/rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID",
    "/rsm:ExchangedDocument/ram:ID",
    f"/{TRANSACTION}/{LINE}/ram:AssociatedDocumentLineDocument/ram:LineID",
    f"/{TRANSACTION}/{LINE}/ram:SpecifiedTradeProduct/ram:SellerAssignedID",
)
_ENDINGS: Final = ("ID", "ReferencedDocument", "Amount", "Quantity", "TradeTax")
_DATE: Final = re.compile(r"\s*\d{4}(1[0-2]|0[1-9])(3[01]|[12][0-9]|0[1-9])\s*")


def _full(path: str) -> str:
    """A path of the table, with `ram:` where it names nothing else."""
    start = "/" if path.startswith("/") else ""
    return start + "/".join(
        step if ":" in step or step.startswith("@") or not step else f"ram:{step}"
        for step in path.lstrip("/").split("/")
    )


def _count(node: Node, path: str) -> int:
    above, mark, attribute = path.partition("@")
    nodes = children(node, above.rstrip("/")) if above else [node]
    return sum(each.get(attribute) is not None for each in nodes) if mark else len(nodes)


def _table_rule(token: str) -> Rule:
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise ValueError(token)
    weight, kind, number, sign, name = match.groups()
    path = _full(name)
    flag = Flag.FATAL if weight == "F" else _W
    if sign == "-":
        return _rule(
            *(f"{kind}-{number}", lambda node: not _count(node, path)),
            f"Het onderdeel {path} hoort hier niet volgens EN 16931. Laat het weg.",
            f"The element {path} does not belong here by EN 16931. Leave it out.",
            flag,
        )
    if sign == "?":
        return _rule(
            *(f"{kind}-{number}", lambda node: _count(node, path) <= 1),
            f"Het onderdeel {path} staat er meer dan eens. Laat er één staan.",
            f"The element {path} is there more than once. Keep one.",
            flag,
        )
    return _rule(
        *(f"{kind}-{number}", lambda node: _count(node, path) == 1),
        f"Het onderdeel {path} staat er niet precies één keer. Geef er één.",
        f"The element {path} is not there exactly once. Give one.",
        flag,
    )


def _rule(name: str, test: Test, nl: str, en: str, flag: Flag = Flag.FATAL) -> Rule:
    return Rule(f"CII-{name}", test, (), nl, en, flag)


def _is_tax_reference(*codes: str) -> Test:
    return lambda node: (
        node.name == "ram:AdditionalReferencedDocument"
        and bool(set(codes) & set(strings(node, "ram:TypeCode")))
    )


def _unless(path: str, test: Test) -> Test:
    return lambda node: not children(node, path) or test(node)


def _is_named(name: str) -> Test:
    return lambda node: node.name == name


def _is_of_header(node: Node) -> bool:
    return is_below(node, ("ram:ApplicableHeaderTradeSettlement",))


def _leave_out(name: str, path: str, test: Test, flag: Flag = Flag.FATAL) -> Rule:
    return _rule(
        *(name, _unless(path, test)),
        f"Het onderdeel {path} hoort hier niet volgens EN 16931. Laat het weg.",
        f"The element {path} does not belong here by EN 16931. Leave it out.",
        flag,
    )


def _is_quantity_of_line(quantity: Node) -> bool:
    if quantity.get("unitCode") is None:
        return True
    path = f"{TRANSACTION}/{LINE}/ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"
    return any(each.get("unitCode") is not None for each in children(quantity.tree.root, path))


def _has_one_of(party: str) -> Test:
    return lambda node: not (children(node, f"{party}/ram:ID") and children(node, f"{party}/ram:GlobalID"))


def _references(node: Node, code: str) -> list[Node]:
    found = children(node, "ram:AdditionalReferencedDocument")
    return [each for each in found if code in map(normalized, strings(each, "ram:TypeCode"))]


def _has_one_reference(code: str) -> Test:
    return lambda node: len(_references(node, code)) <= 1


def _has_one_in_references(name: str) -> Test:
    return lambda node: sum(len(children(each, name)) for each in _references(node, "916")) <= 1


def _has_one_contact(party: str) -> Test:
    path = f"{party}/ram:DefinedTradeContact"
    return lambda node: (
        not (children(node, f"{path}/ram:PersonName") and children(node, f"{path}/ram:DepartmentName"))
    )


def _has_item_scheme(product: Node) -> bool:
    numbers = children(product, "ram:GlobalID")
    return not numbers or any(each.get("schemeID") is not None for each in numbers)


def _has_one_origin(product: Node) -> bool:
    origins = children(product, "ram:OriginTradeCountry")
    return not origins or len(children(product, "ram:OriginTradeCountry/ram:ID")) == 1


def _has_discount(agreement: Node) -> bool:
    parts = children(agreement, "ram:GrossPriceProductTradePrice/ram:AppliedTradeAllowanceCharge")
    amounts = any(children(part, "ram:ActualAmount") for part in parts)
    indicators = any(children(part, "ram:ChargeIndicator") for part in parts)
    is_allowance = any(is_part(part, is_charge=False) for part in parts)
    return (is_allowance and amounts) or (not indicators and not amounts)


def _says_one(path: str) -> Test:
    return lambda root: len({normalized(string(each)) for each in anywhere(root.tree, path)}) <= 1


def _has_one_code(settlement: Node) -> bool:
    codes = anywhere(settlement.tree, "ram:ApplicableTradeTax/ram:DueDateTypeCode")
    return len({string(code) for code in codes}) <= 1


def _has_accounts(settlement: Node) -> bool:
    account = "ram:PayeePartyCreditorFinancialAccount"
    has_account = has(f"{account}/ram:IBANID", f"{account}/ram:ProprietaryID")
    means = children(settlement, "ram:SpecifiedTradeSettlementPaymentMeans")
    return all(
        has_account(each)
        for each in means
        if {"30", "58"} & {normalized(text) for text in strings(each, "ram:TypeCode")}
    )


def _once(name: str, test: Test, what: str, flag: Flag = Flag.FATAL) -> Rule:
    return _rule(
        *(name, test),
        f"Het onderdeel {what} staat er niet eenmaal, of niet zoals EN 16931 het wil. Laat er één staan.",
        f"The element {what} is not there once, or not as EN 16931 wants it. Keep one.",
        flag,
    )


_BINARY = "ram:AttachmentBinaryObject"
_REFERENCE = "ram:ApplicableHeaderTradeSettlement/ram:PaymentReference"
_MEANS = "ram:SpecifiedTradeSettlementPaymentMeans"
_ATTACHED = _is_tax_reference("916")
_IS_TAX = _is_named("ram:ApplicableTradeTax")
_SPECIAL: Final[dict[str, tuple[Rule, ...]]] = {
    f"/{TRANSACTION}/{LINE}/ram:SpecifiedTradeProduct": (
        _once("SR-046", _has_item_scheme, "ram:GlobalID/@schemeID"),
        _once("SR-090", _has_one_origin, "ram:OriginTradeCountry/ram:ID"),
    ),
    f"/{TRANSACTION}/{LINE}/ram:SpecifiedLineTradeAgreement": (
        _once("SR-119", _has_discount, "ram:AppliedTradeAllowanceCharge", _W),
    ),
    "ram:SpecifiedTradeAllowanceCharge": (
        _once("SR-463", has("ram:ChargeIndicator"), "ram:ChargeIndicator"),
    ),
    f"/{TRANSACTION}/{LINE}/ram:SpecifiedLineTradeSettlement": (
        _once("SR-474", _has_one_reference("130"), "ram:AdditionalReferencedDocument", _W),
    ),
    f"/{AGREEMENT}": (
        _once("SR-450", _has_one_of("ram:BuyerTradeParty"), "ram:BuyerTradeParty/ram:ID", _W),
        _once("SR-457", _has_one_reference("50"), "ram:AdditionalReferencedDocument (50)", _W),
        _once("SR-458", _has_one_reference("130"), "ram:AdditionalReferencedDocument (130)", _W),
        _once("SR-465", _has_one_contact("ram:SellerTradeParty"), "ram:DefinedTradeContact", _W),
        _once("SR-466", _has_one_contact("ram:BuyerTradeParty"), "ram:DefinedTradeContact", _W),
        _once("SR-475", _has_one_in_references("ram:Name"), "ram:AdditionalReferencedDocument/ram:Name", _W),
        _once(
            "SR-476", _has_one_in_references("ram:AttachmentBinaryObject"), "ram:AttachmentBinaryObject", _W
        ),
    ),
    f"/{DELIVERY}": (
        _once("SR-449", _has_one_of("ram:ShipToTradeParty"), "ram:ShipToTradeParty/ram:ID", _W),
    ),
    f"/{SETTLEMENT}": (
        _once("SR-451", _has_one_of("ram:PayeeTradeParty"), "ram:PayeeTradeParty/ram:ID", _W),
        _once("SR-462", _has_one_code, "ram:DueDateTypeCode"),
        _once("SR-470", _has_accounts, "ram:PayeePartyCreditorFinancialAccount"),
    ),
    "/": (
        _once("SR-467", _says_one(f"{_MEANS}/ram:TypeCode"), f"{_MEANS}/ram:TypeCode"),
        _once("SR-468", _says_one(f"{_MEANS}/ram:Information"), f"{_MEANS}/ram:Information"),
        _once(
            "SR-469",
            lambda root: (
                len(anywhere(root.tree, "ram:ApplicableHeaderTradeSettlement/ram:PaymentReference")) <= 1
            ),
            "ram:PaymentReference",
        ),
    ),
    "*ReferencedDocument": (
        _leave_out("DT-015", "ram:URIID", _ATTACHED),
        _leave_out("DT-018", "ram:TypeCode", _is_tax_reference("50", "130", "916")),
        _leave_out("DT-021", "ram:Name", _ATTACHED),
        _leave_out("DT-022", "ram:AttachmentBinaryObject", _ATTACHED),
        _leave_out("DT-024", "ram:ReferenceTypeCode", _is_tax_reference("130")),
        _leave_out("DT-027", "ram:FormattedIssueDateTime", _is_named("ram:InvoiceReferencedDocument")),
    ),
    "*Quantity": (_once("DT-033", _is_quantity_of_line, "@unitCode"),),
    "*TradeTax": (
        _leave_out("DT-037", "ram:TypeCode", lambda tax: "VAT" in strings(tax, "ram:TypeCode")),
        _leave_out("DT-041", "ram:BasisAmount", _is_of_header, _W),
        _leave_out("DT-052", "ram:ExemptionReasonCode", _IS_TAX, _W),
        _leave_out("DT-098", "ram:ExemptionReason", _IS_TAX, _W),
        _leave_out("DT-054", "ram:TaxPointDate", _is_of_header, _W),
        _leave_out("DT-058", "ram:DueDateTypeCode", _is_of_header, _W),
    ),
}


def _is_ram(node: Node) -> bool:
    return node.name.startswith("ram:") and node.name != "ram:TaxTotalAmount"


def _contexts() -> Iterator[Context]:
    for block in STRUCTURE.strip().split("> ")[1:]:
        name, *tokens = block.split()
        name = name.replace("LINE", _LINE_PATH).replace("HEADER", _HEADER_PATH)
        path = name if name in ("/", "IDS") or name.startswith("*") else _full(name)
        rules = (*(_table_rule(token) for token in tokens), *_SPECIAL.get(path, ()))
        if path[1:] in _ENDINGS:
            yield Context((path,), rules, where=_is_ram)
        else:
            yield Context(_IDS if path == "IDS" else (path,), rules)
    yield Context(
        ("udt:DateTimeString",),
        (
            _rule(
                *("DT-097", lambda date: _DATE.fullmatch(string(date)) is not None),
                "Deze datum is niet geschreven als jjjjmmdd. Verbeter hem.",
                "This date is not written as yyyymmdd. Mend it.",
            ),
        ),
        where=lambda date: date.get("format") == "102",
    )


BINDING: Final = tuple(_contexts())
