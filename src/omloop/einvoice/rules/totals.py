"""EN 16931: totals that must be there and add up (BR-12 to 15, BR-CO-10 to 17, BR-DEC-09 to 20)."""

from decimal import Decimal

from omloop.einvoice.rules.payment_vat import VAT_BREAKDOWN
from omloop.einvoice.rules.rule import Context, Rule, Uncomputable
from omloop.einvoice.rules.tree import Node, children, string
from omloop.einvoice.rules.wording import must_be_cents, must_have
from omloop.einvoice.rules.xpath import (
    is_vat,
    number,
    rounded,
    says,
    the_decimal,
    the_string,
    to_cents,
)

_LINE_TAGS = ("cac:InvoiceLine", "cac:CreditNoteLine")
_NOTHING = Decimal(0)
_ONE = Decimal(1)


def _sum(elements: list[Node], path: str) -> Decimal:
    """The sum of the amounts at `path`; an element without one adds nothing."""
    amounts = (the_decimal(element, path) for element in elements)
    return sum((amount for amount in amounts if amount is not None), _NOTHING)


def _adds_up_lines(total: Node) -> bool:
    lines = list(total.iter(*_LINE_TAGS))
    return the_decimal(total, "cbc:LineExtensionAmount") == to_cents(_sum(lines, "cbc:LineExtensionAmount"))


def _adds_up_parts(total: Node, path: str, is_charge: bool) -> bool:
    parent = total.parent
    siblings = [] if parent is None else children(parent, "cac:AllowanceCharge")
    parts = [part for part in siblings if says(is_charge)(part)]
    amount = the_decimal(total, path)
    return amount == to_cents(_sum(parts, "cbc:Amount")) or (amount is None and not parts)


def _adds_up_without_vat(total: Node) -> bool:
    without_vat = the_decimal(total, "cbc:TaxExclusiveAmount")
    lines = the_decimal(total, "cbc:LineExtensionAmount")
    allowances = the_decimal(total, "cbc:AllowanceTotalAmount")
    charges = the_decimal(total, "cbc:ChargeTotalAmount")
    if without_vat is None or lines is None:
        return False
    if allowances is None and charges is None:
        return without_vat == lines
    return without_vat == to_cents(lines + (charges or _NOTHING) - (allowances or _NOTHING))


def _adds_up_payable(total: Node) -> bool:
    payable = the_decimal(total, "cbc:PayableAmount")
    with_vat = the_decimal(total, "cbc:TaxInclusiveAmount")
    prepaid = the_decimal(total, "cbc:PrepaidAmount")
    rounding = the_decimal(total, "cbc:PayableRoundingAmount")
    if payable is None or with_vat is None:
        return False
    due = with_vat if prepaid is None else to_cents(with_vat - prepaid)
    return (payable if rounding is None else to_cents(payable - rounding)) == due


def _adds_up_vat(tax_total: Node) -> bool:
    subtotals = children(tax_total, "cac:TaxSubtotal")
    vat = the_decimal(tax_total, "cbc:TaxAmount")
    return not subtotals or vat == to_cents(_sum(subtotals, "cbc:TaxAmount"))


def _adds_up_with_vat(root: Node) -> bool:
    if not children(root, "cbc:DocumentCurrencyCode"):
        return True
    return _adds_up_in(root, the_string(root, "cbc:DocumentCurrencyCode"))


def _adds_up_in(root: Node, currency: str) -> bool:
    amounts = [_vat_in(total, currency) for total in children(root, "cac:TaxTotal")]
    vats = [amount for amount in amounts if amount is not None]
    if len(vats) != 1:
        return False
    totals = children(root, "cac:LegalMonetaryTotal")
    without = [
        amount for each in totals if (amount := the_decimal(each, "cbc:TaxExclusiveAmount")) is not None
    ]
    if len(without) > 1:
        raise Uncomputable("cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount")
    expected = {to_cents(amount + vats[0]) for amount in without}
    return any(the_decimal(each, "cbc:TaxInclusiveAmount") in expected for each in totals)


def _vat_in(tax_total: Node, currency: str) -> Decimal | None:
    found = [
        amount for amount in children(tax_total, "cbc:TaxAmount") if amount.get("currencyID") == currency
    ]
    if len(found) > 1:
        raise Uncomputable("cac:TaxTotal/cbc:TaxAmount")
    return number(string(found[0])) if found else None


def _is_rate_times_amount(subtotal: Node) -> bool:
    """VAT is the taxable amount times the rate, give or take less than 1; without a rate it rounds to 0."""
    categories = [each for each in children(subtotal, "cac:TaxCategory") if is_vat(each)]
    rates = [rate for each in categories if (rate := the_decimal(each, "cbc:Percent")) is not None]
    if len(rates) > 1:
        raise Uncomputable("cac:TaxCategory/cbc:Percent")
    tax = the_decimal(subtotal, "cbc:TaxAmount")
    if not rates or rounded(rates[0]) == _NOTHING:
        return tax is not None and rounded(tax) == _NOTHING
    taxable = the_decimal(subtotal, "cbc:TaxableAmount")
    if tax is None or taxable is None:
        return False
    expected = to_cents(abs(taxable) * rates[0].scaleb(-2))
    return abs(tax) - _ONE < expected < abs(tax) + _ONE


_AMOUNTS = (
    ("BR-DEC-09", "cbc:LineExtensionAmount", "BT-106", "het totaal van de regels", "the sum of the lines"),
    (
        "BR-DEC-10",
        "cbc:AllowanceTotalAmount",
        "BT-107",
        "het totaal van de kortingen",
        "the sum of allowances",
    ),
    ("BR-DEC-11", "cbc:ChargeTotalAmount", "BT-108", "het totaal van de toeslagen", "the sum of charges"),
    ("BR-DEC-12", "cbc:TaxExclusiveAmount", "BT-109", "het totaal zonder btw", "the total without VAT"),
    ("BR-DEC-14", "cbc:TaxInclusiveAmount", "BT-112", "het totaal met btw", "the total with VAT"),
    ("BR-DEC-16", "cbc:PrepaidAmount", "BT-113", "het vooruitbetaalde bedrag", "the paid amount"),
    ("BR-DEC-17", "cbc:PayableRoundingAmount", "BT-114", "het afrondingsbedrag", "the rounding amount"),
    ("BR-DEC-18", "cbc:PayableAmount", "BT-115", "het te betalen bedrag", "the amount due for payment"),
)

_PRESENT = (
    must_have(
        "BR-12", "cbc:LineExtensionAmount", "BT-106", "het totaal van de regels", "the sum of the lines"
    ),
    must_have("BR-13", "cbc:TaxExclusiveAmount", "BT-109", "het totaal zonder btw", "the total without VAT"),
    must_have("BR-14", "cbc:TaxInclusiveAmount", "BT-112", "het totaal met btw", "the total with VAT"),
    must_have("BR-15", "cbc:PayableAmount", "BT-115", "het te betalen bedrag", "the amount due for payment"),
)

_SUMS = (
    Rule(
        "BR-CO-10",
        _adds_up_lines,
        ("BT-106", "BT-131"),
        "Het totaal van de regels (BT-106) is niet de som van de regelbedragen (BT-131). Tel ze opnieuw op.",
        "The sum of the lines (BT-106) is not the sum of the line net amounts (BT-131). Add them up again.",
    ),
    Rule(
        "BR-CO-11",
        lambda total: _adds_up_parts(total, "cbc:AllowanceTotalAmount", is_charge=False),
        ("BT-107", "BT-92"),
        "Het totaal van de kortingen (BT-107) is niet de som van de kortingen op de factuur (BT-92). "
        "Tel ze opnieuw op.",
        "The sum of allowances (BT-107) is not the sum of the document level allowances (BT-92). "
        "Add them up again.",
    ),
    Rule(
        "BR-CO-12",
        lambda total: _adds_up_parts(total, "cbc:ChargeTotalAmount", is_charge=True),
        ("BT-108", "BT-99"),
        "Het totaal van de toeslagen (BT-108) is niet de som van de toeslagen op de factuur (BT-99). "
        "Tel ze opnieuw op.",
        "The sum of charges (BT-108) is not the sum of the document level charges (BT-99). "
        "Add them up again.",
    ),
    Rule(
        "BR-CO-13",
        _adds_up_without_vat,
        ("BT-109", "BT-106", "BT-107", "BT-108"),
        "Het totaal zonder btw (BT-109) is niet het totaal van de regels (BT-106) min de kortingen (BT-107) "
        "plus de toeslagen (BT-108). Reken het opnieuw uit.",
        "The total without VAT (BT-109) is not the sum of the lines (BT-106) minus the allowances (BT-107) "
        "plus the charges (BT-108). Compute it again.",
    ),
    Rule(
        "BR-CO-16",
        _adds_up_payable,
        ("BT-115", "BT-112", "BT-113", "BT-114"),
        "Het te betalen bedrag (BT-115) is niet het totaal met btw (BT-112) min het vooruitbetaalde (BT-113) "
        "plus de afronding (BT-114). Reken het opnieuw uit.",
        "The amount due for payment (BT-115) is not the total with VAT (BT-112) minus the paid amount "
        "(BT-113) plus the rounding amount (BT-114). Compute it again.",
    ),
)

TOTALS = (
    Context(
        ("cac:LegalMonetaryTotal",),
        (*_PRESENT, *_SUMS, *(must_be_cents(*amount) for amount in _AMOUNTS)),
    ),
    Context(
        ("/cac:TaxTotal",),
        (
            Rule(
                "BR-CO-14",
                _adds_up_vat,
                ("BT-110", "BT-117"),
                "Het btw-totaal (BT-110) is niet de som van de btw-bedragen per tarief (BT-117). "
                "Tel ze opnieuw op.",
                "The VAT total (BT-110) is not the sum of the VAT amounts by rate (BT-117). "
                "Add them up again.",
            ),
        ),
    ),
    Context(
        ("cac:TaxTotal/cac:TaxSubtotal",),
        (
            *VAT_BREAKDOWN,
            Rule(
                "BR-CO-17",
                _is_rate_times_amount,
                ("BT-117", "BT-116", "BT-119"),
                "Het btw-bedrag (BT-117) is niet het bedrag zonder btw (BT-116) maal het tarief (BT-119). "
                "Reken het opnieuw uit.",
                "The VAT amount (BT-117) is not the taxable amount (BT-116) times the rate (BT-119). "
                "Compute it again.",
            ),
            must_be_cents(
                "BR-DEC-19",
                "cbc:TaxableAmount",
                "BT-116",
                "het bedrag waarover btw is gerekend",
                "the VAT taxable amount",
            ),
            must_be_cents("BR-DEC-20", "cbc:TaxAmount", "BT-117", "het btw-bedrag", "the VAT amount"),
        ),
    ),
)

WITH_VAT = Rule(
    "BR-CO-15",
    _adds_up_with_vat,
    ("BT-112", "BT-109", "BT-110"),
    "Het totaal met btw (BT-112) is niet het totaal zonder btw (BT-109) plus het btw-totaal (BT-110), of er "
    "is niet precies één btw-totaal in de valuta van de factuur. Reken het opnieuw uit.",
    "The total with VAT (BT-112) is not the total without VAT (BT-109) plus the VAT total (BT-110), or there "
    "is not exactly one VAT total in the invoice currency. Compute it again.",
)

NEVER_BROKEN = tuple(
    Rule(
        rule,
        lambda _root: True,
        terms,
        "Deze regel controleert officieel niets en kan dus niet breken.",
        "Officially this rule checks nothing, so it can't be broken.",
    )
    for rule, terms in (
        ("BR-CO-05", ("BT-97", "BT-98")),
        ("BR-CO-06", ("BT-104", "BT-105")),
        ("BR-CO-07", ("BT-139", "BT-140")),
        ("BR-CO-08", ("BT-144", "BT-145")),
        ("BR-DEC-13", ("BT-110",)),
        ("BR-DEC-15", ("BT-111",)),
    )
)
