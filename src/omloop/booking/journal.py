"""What is booked of an invoice, account by account; pure (rules 3.10)."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from omloop.booking.models import Booking, BookingLine, FixedAccounts
from omloop.coding.dividing import CENT, divide
from omloop.coding.models import CodingLine, LedgerAccount
from omloop.invoices.models import Invoice

Role = BookingLine.Role


@dataclass(frozen=True)
class Line:
    """An account and what is booked on it: debit with plus, credit with minus, to the cent.

    `period` is the first day of the month to which it belongs, None: that of the entry.
    """

    account: str
    account_name: str
    amount: Decimal
    cost_centre: str = ""
    cost_unit: str = ""
    vat_code: str = ""
    description: str = ""
    role: str = BookingLine.Role.COST
    period: date | None = None


@dataclass(frozen=True)
class Amounts:
    """An invoice in the organisation's currency, to the cent; of a credit note with minus."""

    net: Decimal
    vat: Decimal
    total: Decimal


def amounts_of(invoice: Invoice, rate: Decimal) -> Amounts | None:
    """None where the invoice does not say what it is without and with VAT, or its VAT is not the difference.

    What one unit of its currency is worth is `rate`; VAT is what is left between the two, so that an entry
    balances whatever rounding does.
    """
    if invoice.without_vat is None or invoice.with_vat is None:
        return None
    if invoice.vat is not None and invoice.without_vat + invoice.vat != invoice.with_vat:
        return None
    sign = -1 if invoice.kind == Invoice.Kind.CREDIT_NOTE else 1
    net, total = (
        (sign * each * rate).quantize(CENT, ROUND_HALF_UP) for each in (invoice.without_vat, invoice.with_vat)
    )
    return Amounts(net, total - net, total)


def costs(lines: Sequence[CodingLine], net: Decimal) -> list[Line]:
    """The amount without VAT over the coding lines; what rounding leaves is on the largest (rules 3.8)."""
    nets = divide(net, [line.net for line in lines]) if net else [Decimal(0)] * len(lines)
    return [
        Line(
            line.ledger_account.code,
            line.ledger_account.name,
            part,
            line.cost_centre.code if line.cost_centre else "",
            line.cost_unit.code if line.cost_unit else "",
            line.vat_code,
            line.description,
            period=line.period,
        )
        for line, part in zip(lines, nets, strict=True)
    ]


def pre_booked(amounts: Amounts, fixed: FixedAccounts) -> list[Line]:
    """Creditor and VAT in the ledger, the cost on a suspense account."""
    return _whole([on(fixed.suspense, amounts.net, Role.SUSPENSE)], fixed, amounts)


def fully_booked(
    amounts: Amounts, lines: Sequence[CodingLine], fixed: FixedAccounts, *, is_pre_booked: bool
) -> list[Line]:
    """The costs as coded; of a pre-booked invoice against suspense, for creditor and VAT stand already."""
    if is_pre_booked:
        return [*costs(lines, amounts.net), on(fixed.suspense, -amounts.net, Role.SUSPENSE)]
    return _whole(costs(lines, amounts.net), fixed, amounts)


def reversed_lines(booking: Booking) -> list[Line]:
    """The same entry with the signs turned."""
    return [replace(line, amount=-line.amount) for line in map(line_of, booking.lines.order_by("position"))]


def line_of(line: BookingLine) -> Line:
    """What a stored line says."""
    return Line(**{field.name: getattr(line, field.name) for field in fields(Line)})


def on(account: LedgerAccount, amount: Decimal, role: str) -> Line:
    """An amount on one of the fixed accounts."""
    return Line(account.code, account.name, amount, role=role)


def _whole(debit: list[Line], fixed: FixedAccounts, amounts: Amounts) -> list[Line]:
    vat = on(fixed.vat, amounts.vat, Role.VAT)
    lines = [*debit, vat, on(fixed.creditors, -amounts.total, Role.CREDITOR)]
    return [line for line in lines if line.amount]


def has_creditor(lines: Sequence[BookingLine]) -> bool:
    """Whether an entry is a purchase; without a creditor it moves costs from suspense."""
    return any(line.role == Role.CREDITOR for line in lines)


def vat_by_line(lines: Sequence[BookingLine]) -> dict[int, Decimal]:
    """The VAT of each line with a VAT code, by its position, as far as the entry tells it.

    An invoice says its VAT as one amount: it is known by line where there is none, or one code only, over
    whose lines it is divided. Else, and where the entry has no creditor, empty.
    """
    coded = [line for line in lines if line.role == Role.COST and line.vat_code]
    vat = sum((line.amount for line in lines if line.role == Role.VAT), Decimal(0))
    base = sum((line.amount for line in coded), Decimal(0))
    if not has_creditor(lines) or not coded:
        return {}
    if not vat:
        return {line.position: vat for line in coded}
    if len({line.vat_code for line in coded}) > 1 or not base:
        return {}
    parts = divide(vat, [line.amount for line in coded])
    return {line.position: part for line, part in zip(coded, parts, strict=True)}
