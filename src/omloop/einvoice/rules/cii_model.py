"""EN 16931 in CII: presence, totals, periods and parties (BR, BR-CO, BR-DEC)."""

from decimal import Decimal

from omloop.einvoice.rules.cii_codes import is_of_country
from omloop.einvoice.rules.cii_names import (
    BUYER,
    CODE,
    DELIVERY,
    HEADER_TAX,
    LINE,
    LINE_TOTAL,
    PART,
    PERIOD,
    RATE,
    SELLER,
    SETTLEMENT,
    SUMMATION,
    TRANSACTION,
)
from omloop.einvoice.rules.cii_vat import is_part, is_vat
from omloop.einvoice.rules.cii_words import shared
from omloop.einvoice.rules.rule import Context, Rule, Test, Uncomputable
from omloop.einvoice.rules.tree import Node, anywhere, children, string
from omloop.einvoice.rules.xpath import (
    filled,
    has,
    has_attribute,
    has_cents,
    number,
    rounded,
    strings,
    the_attribute,
    the_decimal,
    the_string,
    to_cents,
)
from omloop.einvoice.values import normalized

_NOTHING, _ONE, _HUNDRED = Decimal(0), Decimal(1), Decimal(100)
_PRICE = "ram:SpecifiedLineTradeAgreement"
_NET = f"{_PRICE}/ram:NetPriceProductTradePrice/ram:ChargeAmount"
_GROSS = f"{_PRICE}/ram:GrossPriceProductTradePrice/ram:ChargeAmount"
_QUANTITY = "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"
_CURRENCY = f"{SETTLEMENT}/ram:InvoiceCurrencyCode"
_TAX_CURRENCY = f"{SETTLEMENT}/ram:TaxCurrencyCode"
_REASON = has("ram:Reason", "ram:ReasonCode")
_ALWAYS: Test = lambda _node: True  # noqa: E731  # officially these check nothing


def _first(node: Node, path: str) -> Decimal | None:
    texts = strings(node, path)
    return number(texts[0]) if texts else None


def _cents_of_first(path: str) -> Test:
    return lambda node: len((strings(node, path) or [""])[0].partition(".")[2]) <= 2


def _of_part(test: Test) -> Test:
    return lambda indicator: indicator.parent is not None and test(indicator.parent)


def _has_category(part: Node) -> bool:
    return any(is_vat(tax) and children(tax, CODE) for tax in children(part, "ram:CategoryTradeTax"))


def _part_rules(ids: dict[str, Test]) -> tuple[Rule, ...]:
    return tuple(shared(rule, _of_part(test)) for rule, test in ids.items())


def _is_kind(kind: str) -> Test:
    return lambda indicator: kind in strings(indicator, "udt:Indicator")


_AMOUNT = has("ram:ActualAmount")
_AMOUNT_CENTS, _BASE_CENTS = _cents_of_first("ram:ActualAmount"), has_cents("ram:BasisAmount")


def _part(path: str, kind: str, ids: tuple[str, ...]) -> Context:
    tests = (_AMOUNT, _REASON, _REASON, _ALWAYS, _AMOUNT_CENTS, _BASE_CENTS, _has_category)
    return Context((path,), _part_rules(dict(zip(ids, tests, strict=False))), where=_is_kind(kind))


_OF_DOCUMENT = f"ram:ApplicableHeaderTradeSettlement/{PART}/ram:ChargeIndicator"
_OF_LINE = f"ram:SpecifiedLineTradeSettlement/{PART}/ram:ChargeIndicator"
PARTS = (
    _part(
        *(_OF_DOCUMENT, "false"),
        ("BR-31", "BR-33", "BR-CO-21", "BR-CO-05", "BR-DEC-01", "BR-DEC-02", "BR-32"),
    ),
    _part(
        *(_OF_DOCUMENT, "true"),
        ("BR-36", "BR-38", "BR-CO-22", "BR-CO-06", "BR-DEC-05", "BR-DEC-06", "BR-37"),
    ),
    _part(*(_OF_LINE, "false"), ("BR-41", "BR-42", "BR-CO-23", "BR-CO-07", "BR-DEC-24", "BR-DEC-25")),
    _part(*(_OF_LINE, "true"), ("BR-43", "BR-44", "BR-CO-24", "BR-CO-08", "BR-DEC-27", "BR-DEC-28")),
)


def _adds_up_lines(total: Node) -> bool:
    transaction = total.parent and total.parent.parent
    amounts = (
        strings(transaction, f"{LINE}/ram:SpecifiedLineTradeSettlement/{LINE_TOTAL}") if transaction else []
    )
    lines = sum((number(text) for text in amounts), _NOTHING)
    return the_decimal(total, "ram:LineTotalAmount") == to_cents(lines)


def _adds_up_parts(path: str, *, is_charge: bool) -> Test:
    def holds(total: Node) -> bool:
        parts = [
            each
            for each in children(total.tree.root, f"{SETTLEMENT}/{PART}")
            if is_part(each, is_charge=is_charge)
        ]
        if not parts and not children(total, path):
            return True
        amounts = (_first(part, "ram:ActualAmount") for part in parts)
        expected = to_cents(sum((amount for amount in amounts if amount is not None), _NOTHING))
        return any(number(text) == expected for text in strings(total, path))

    return holds


def _adds_up_without_vat(total: Node) -> bool:
    basis, lines = _first(total, "ram:TaxBasisTotalAmount"), _first(total, "ram:LineTotalAmount")
    allowances = _first(total, "ram:AllowanceTotalAmount") or _NOTHING
    charges = _first(total, "ram:ChargeTotalAmount") or _NOTHING
    return basis is not None and lines is not None and basis == to_cents(lines - allowances + charges)


def _adds_up_payable(total: Node) -> bool:
    payable, grand = _first(total, "ram:DuePayableAmount"), _first(total, "ram:GrandTotalAmount")
    prepaid = _first(total, "ram:TotalPrepaidAmount") or _NOTHING
    rounding = _first(total, "ram:RoundingAmount") or _NOTHING
    return payable is not None and grand is not None and payable == grand - prepaid + rounding


def _has_total_in_tax_currency(total: Node) -> bool:
    wanted = set(strings(total.tree.root, _TAX_CURRENCY))
    given = {each.get("currencyID") for each in children(total, "ram:TaxTotalAmount")}
    return not wanted or (bool(given & wanted) and not wanted & set(strings(total.tree.root, _CURRENCY)))


def _is_in_cents(amount: Node) -> bool:
    value = number(string(amount))
    return value == to_cents(value)


def _has_vat_cents(currency: str, *, is_document: bool) -> Test:
    def holds(total: Node) -> bool:
        amounts = children(total, "ram:TaxTotalAmount")
        currencies = strings(total.tree.root, currency)
        return not amounts or any(
            (
                amount.get("currencyID") in currencies
                and number(string(amount)) == to_cents(number(string(amount)))
            )
            or (amount.get("currencyID") not in currencies if is_document else not currencies)
            for amount in amounts
        )

    return holds


def _adds_up_with_vat(root: Node) -> bool:
    grand = _first(root, f"{SUMMATION}/ram:GrandTotalAmount")
    basis = _first(root, f"{SUMMATION}/ram:TaxBasisTotalAmount")
    amounts = children(root, f"{SUMMATION}/ram:TaxTotalAmount")
    for currency in strings(root, _CURRENCY):
        taxes = [number(string(each)) for each in amounts if each.get("currencyID") == currency]
        if grand is None or basis is None:
            return False
        if grand != basis and (len(taxes) != 1 or grand != rounded((basis + taxes[0]) * _HUNDRED) / _HUNDRED):
            return False
    return True


def _adds_up_vat(amount: Node) -> bool:
    taxes = strings(amount.tree.root, f"{SETTLEMENT}/ram:ApplicableTradeTax/ram:CalculatedAmount")
    return number(string(amount)) == to_cents(sum((number(text) for text in taxes), _NOTHING))


def _is_in_document_currency(amount: Node) -> bool:
    return amount.get("currencyID") in strings(amount.tree.root, _CURRENCY)


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


def _has_one_tax_point(tax: Node) -> bool:
    return not (tax.iter("ram:TaxPointDate") and tax.iter("ram:DueDateTypeCode"))


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


def _is_rate_times_amount(tax: Node) -> bool:
    calculated, base = the_decimal(tax, "ram:CalculatedAmount"), the_decimal(tax, "ram:BasisAmount")
    is_of_vat = any(normalized(text.upper()) == "VAT" for text in strings(tax, "ram:TypeCode"))
    rate = the_decimal(tax, RATE) if is_of_vat else None
    if rate is None or rounded(rate) == _NOTHING:
        return calculated is not None and rounded(calculated) == _NOTHING
    if calculated is None or base is None:
        return False
    expected = to_cents(abs(base) * (rate / _HUNDRED))
    return abs(calculated) - _ONE <= expected <= abs(calculated) + _ONE


def _is_another_payee(payee: Node) -> bool:
    transaction = payee.parent and payee.parent.parent
    if transaction is None or not children(payee, "ram:Name"):
        return False
    seller = "ram:ApplicableHeaderTradeAgreement/ram:SellerTradeParty"
    return not any(
        set(strings(payee, path)) & set(strings(transaction, f"{seller}/{path}"))
        for path in ("ram:Name", "ram:ID", "ram:SpecifiedLegalOrganization/ram:ID")
    )


def _registration(party: Node) -> list[Node]:
    return [
        each
        for each in children(party, "ram:SpecifiedTaxRegistration/ram:ID")
        if each.get("schemeID") == "VA"
    ]


def _is_identified(party: Node) -> bool:
    is_named = has("ram:ID", "ram:GlobalID", "ram:SpecifiedLegalOrganization/ram:ID")(party)
    return is_named or bool(_registration(party))


def _has_vat_number(party: Node) -> bool:
    numbers = _registration(party)
    if len(numbers) > 1:
        raise Uncomputable("ram:SpecifiedTaxRegistration")
    return bool(numbers) and normalized(string(numbers[0])) != ""


def _has_destination_country(delivery: Node) -> bool:
    address = "ram:ShipToTradeParty/ram:PostalTradeAddress"
    return not children(delivery, address) or filled(f"{address}/ram:CountryID")(delivery)


def _has_list(product: Node) -> bool:
    is_listed = normalized(the_attribute(product, "ram:ClassCode", "listID")) != ""
    return is_listed or not children(product, "ram:ClassCode")


def _has_item_scheme(line: Node) -> bool:
    path = "ram:SpecifiedTradeProduct/ram:GlobalID"
    return not children(line, path) or normalized(the_attribute(line, path, "schemeID")) != ""


def _is_transfer(account: Node) -> bool:
    means = account.parent
    return means is not None and bool({"30", "58"} & set(strings(means, "ram:TypeCode")))


def _rules(**tests: Test) -> tuple[Rule, ...]:
    """Rules by id, written with `_` for `-`."""
    return tuple(shared(rule.replace("_", "-"), test) for rule, test in tests.items())


_ADDRESS = "ram:PostalTradeAddress"
DOCUMENT = _rules(
    BR_01=filled("rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID"),
    BR_02=filled("rsm:ExchangedDocument/ram:ID"),
    BR_03=_has_issue_date,
    BR_04=filled("rsm:ExchangedDocument/ram:TypeCode"),
    BR_05=filled(_CURRENCY),
    BR_06=filled(f"{SELLER}/ram:Name"),
    BR_07=filled(f"{BUYER}/ram:Name"),
    BR_08=has(f"{SELLER}/{_ADDRESS}"),
    BR_09=filled(f"{SELLER}/{_ADDRESS}/ram:CountryID"),
    BR_10=has(f"{BUYER}/{_ADDRESS}"),
    BR_11=filled(f"{BUYER}/{_ADDRESS}/ram:CountryID"),
    BR_16=lambda root: bool(root.iter(LINE)),
    BR_62=_has_address_scheme(SELLER),
    BR_63=_has_address_scheme(BUYER),
    BR_CO_15=_adds_up_with_vat,
)
_TOTALS = _rules(
    BR_12=has("ram:LineTotalAmount"),
    BR_13=has("ram:TaxBasisTotalAmount"),
    BR_14=has("ram:GrandTotalAmount"),
    BR_15=has("ram:DuePayableAmount"),
    BR_53=_has_total_in_tax_currency,
    BR_CO_10=_adds_up_lines,
    BR_CO_11=_adds_up_parts("ram:AllowanceTotalAmount", is_charge=False),
    BR_CO_12=_adds_up_parts("ram:ChargeTotalAmount", is_charge=True),
    BR_CO_13=_adds_up_without_vat,
    BR_CO_16=_adds_up_payable,
    BR_DEC_09=has_cents("ram:LineTotalAmount"),
    BR_DEC_10=has_cents("ram:AllowanceTotalAmount"),
    BR_DEC_11=has_cents("ram:ChargeTotalAmount"),
    BR_DEC_12=has_cents("ram:TaxBasisTotalAmount"),
    BR_DEC_13=_has_vat_cents(_CURRENCY, is_document=True),
    BR_DEC_14=has_cents("ram:GrandTotalAmount"),
    BR_DEC_15=_has_vat_cents(_TAX_CURRENCY, is_document=False),
    BR_DEC_16=has_cents("ram:TotalPrepaidAmount"),
    BR_DEC_17=has_cents("ram:RoundingAmount"),
    BR_DEC_18=has_cents("ram:DuePayableAmount"),
)
_LINES = _rules(
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
_BREAKDOWN = _rules(
    BR_45=has("ram:BasisAmount"),
    BR_46=has("ram:CalculatedAmount"),
    BR_47=lambda tax: is_vat(tax) and bool(children(tax, CODE)),
    BR_48=lambda tax: is_vat(tax) and (bool(children(tax, RATE)) or "O" in strings(tax, CODE)),
    BR_CO_03=_has_one_tax_point,
    BR_CO_17=_is_rate_times_amount,
    BR_DEC_19=has_cents("ram:BasisAmount"),
    BR_DEC_20=has_cents("ram:CalculatedAmount"),
)
_HAS_DATE = has("ram:StartDateTime", "ram:EndDateTime")
CONTEXTS = (
    Context(("ram:DesignatedProductClassification",), _rules(BR_65=_has_list)),
    Context(("ram:AdditionalReferencedDocument",), _rules(BR_52=filled("ram:IssuerAssignedID"))),
    Context(
        ("ram:ApplicableTradeSettlementFinancialCard",),
        _rules(BR_51=lambda card: len(normalized(the_string(card, "ram:ID"))) <= 10),
    ),
    Context(
        ("ram:SpecifiedTradeSettlementPaymentMeans/ram:PayeePartyCreditorFinancialAccount",),
        _rules(BR_50=filled("ram:IBANID", "ram:ProprietaryID"), BR_61=has("ram:IBANID", "ram:ProprietaryID")),
        where=_is_transfer,
    ),
    Context((f"/{DELIVERY}",), _rules(BR_57=_has_destination_country)),
    *PARTS,
    Context(("ram:SpecifiedTradeSettlementHeaderMonetarySummation",), _TOTALS),
    Context((LINE,), _LINES),
    Context(
        (f"ram:SpecifiedLineTradeSettlement/{PERIOD}",), _rules(BR_30=_ends_after_start, BR_CO_20=_HAS_DATE)
    ),
    Context(
        (f"ram:ApplicableHeaderTradeSettlement/{PERIOD}",),
        _rules(BR_29=_ends_after_start, BR_CO_19=_HAS_DATE),
    ),
    Context(
        ("ram:ApplicableProductCharacteristic",),
        _rules(BR_54=lambda each: bool(children(each, "ram:Description") and children(each, "ram:Value"))),
    ),
    Context(("ram:PayeeTradeParty",), _rules(BR_17=_is_another_payee)),
    Context(("ram:SpecifiedTradeSettlementPaymentMeans",), _rules(BR_49=has("ram:TypeCode"))),
    Context((f"/{SETTLEMENT}/ram:InvoiceReferencedDocument",), _rules(BR_55=filled("ram:IssuerAssignedID"))),
    Context(("ram:SellerTradeParty",), _rules(BR_CO_26=_is_identified)),
    Context(
        ("ram:SellerTaxRepresentativeTradeParty",),
        _rules(
            BR_18=filled("ram:Name"),
            BR_19=has(_ADDRESS),
            BR_20=filled(f"{_ADDRESS}/ram:CountryID"),
            BR_56=_has_vat_number,
        ),
    ),
    Context(
        ("ram:SpecifiedTradeSettlementHeaderMonetarySummation/ram:TaxTotalAmount",),
        _rules(BR_CO_14=_adds_up_vat),
        where=_is_in_document_currency,
    ),
    Context(
        ("ram:SpecifiedTaxRegistration/ram:ID",),
        _rules(BR_CO_09=is_of_country),
        where=lambda number_: number_.get("schemeID") == "VA",
    ),
)
BREAKDOWN = Context((HEADER_TAX,), _BREAKDOWN)
