"""EN 16931 in CII: totals and the VAT breakdown (BR-12 to 15, 45 to 48, BR-CO-10 to 17, BR-DEC-09 to 20)."""

from decimal import Decimal

from omloop.einvoice.rules.cii_names import (
    CODE,
    HEADER_TAX,
    LINE,
    LINE_TOTAL,
    PART,
    RATE,
    SETTLEMENT,
    SUMMATION,
)
from omloop.einvoice.rules.cii_vat import is_part, is_vat
from omloop.einvoice.rules.cii_words import shared_rules
from omloop.einvoice.rules.rule import Context, Test
from omloop.einvoice.rules.tree import Node, children, string
from omloop.einvoice.rules.xpath import has, has_cents, number, rounded, strings, the_decimal, to_cents
from omloop.einvoice.values import normalized

_NOTHING, _ONE, _HUNDRED = Decimal(0), Decimal(1), Decimal(100)
CURRENCY = f"{SETTLEMENT}/ram:InvoiceCurrencyCode"
_TAX_CURRENCY = f"{SETTLEMENT}/ram:TaxCurrencyCode"


def _first(node: Node, path: str) -> Decimal | None:
    texts = strings(node, path)
    return number(texts[0]) if texts else None


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
    return not wanted or (bool(given & wanted) and not wanted & set(strings(total.tree.root, CURRENCY)))


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


def adds_up_with_vat(root: Node) -> bool:
    """The total with VAT is the one without, and the VAT (BR-CO-15)."""
    grand = _first(root, f"{SUMMATION}/ram:GrandTotalAmount")
    basis = _first(root, f"{SUMMATION}/ram:TaxBasisTotalAmount")
    amounts = children(root, f"{SUMMATION}/ram:TaxTotalAmount")
    for currency in strings(root, CURRENCY):
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
    return amount.get("currencyID") in strings(amount.tree.root, CURRENCY)


def _has_one_tax_point(tax: Node) -> bool:
    return not (tax.iter("ram:TaxPointDate") and tax.iter("ram:DueDateTypeCode"))


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


_TOTALS = shared_rules(
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
    BR_DEC_13=_has_vat_cents(CURRENCY, is_document=True),
    BR_DEC_14=has_cents("ram:GrandTotalAmount"),
    BR_DEC_15=_has_vat_cents(_TAX_CURRENCY, is_document=False),
    BR_DEC_16=has_cents("ram:TotalPrepaidAmount"),
    BR_DEC_17=has_cents("ram:RoundingAmount"),
    BR_DEC_18=has_cents("ram:DuePayableAmount"),
)
_BREAKDOWN = shared_rules(
    BR_45=has("ram:BasisAmount"),
    BR_46=has("ram:CalculatedAmount"),
    BR_47=lambda tax: is_vat(tax) and bool(children(tax, CODE)),
    BR_48=lambda tax: is_vat(tax) and (bool(children(tax, RATE)) or "O" in strings(tax, CODE)),
    BR_CO_03=_has_one_tax_point,
    BR_CO_17=_is_rate_times_amount,
    BR_DEC_19=has_cents("ram:BasisAmount"),
    BR_DEC_20=has_cents("ram:CalculatedAmount"),
)
TOTALS = (
    Context(("ram:SpecifiedTradeSettlementHeaderMonetarySummation",), _TOTALS),
    Context(
        ("ram:SpecifiedTradeSettlementHeaderMonetarySummation/ram:TaxTotalAmount",),
        shared_rules(BR_CO_14=_adds_up_vat),
        where=_is_in_document_currency,
    ),
)
BREAKDOWN = Context((HEADER_TAX,), _BREAKDOWN)
