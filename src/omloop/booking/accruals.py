"""The month-end list: what was received and is not booked, as an accrual that reverses (rules 3.11)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from omloop.booking.choosing import Rates, lines_by_invoice
from omloop.booking.files import IN_PROFILES, credit, debit, in_profile, side, table
from omloop.booking.journal import Line, Role, costs, on
from omloop.booking.models import STANDS, Batch, Booking, ExportProfile, FixedAccounts
from omloop.invoices.models import Invoice
from omloop.invoices.paying import PaymentState, payments_of
from omloop.organisations.models import Organisation

HEADINGS = (
    "date", "invoice_number", "supplier_name", "account", "account_name", "debit", "credit", "currency",
    "cost_centre", "cost_unit", "description", "invoice_id",
)  # fmt: skip


ENDED = (Invoice.State.REJECTED, Invoice.State.CANCELLED)
"""Nothing of it becomes a cost."""


@dataclass(frozen=True)
class Accrued:
    """An invoice of the list; `net` in the organisation's currency, None where rate or amount is unknown."""

    invoice: Invoice
    net: Decimal | None
    lines: list[Line]
    is_coded: bool
    is_pre_booked: bool
    is_paid: bool


def unbooked(place: Organisation, day: date) -> "QuerySet[Invoice]":
    """Received up to and including the day, not ended, without a full booking dated then or before."""
    full = Booking.objects.filter(
        STANDS, organisation_id=place.id, invoice=OuterRef("id"), kind=Batch.Kind.FULL, booked_on__lte=day
    )
    rows = Invoice.objects.filter(organisation_id=place.id, import_date__lte=day)
    found: QuerySet[Invoice] = rows.exclude(state__in=ENDED).filter(~Exists(full))
    return found.order_by("import_date", "id")


def accrued(place: Organisation, day: date, fixed: FixedAccounts) -> list[Accrued]:
    """The list, in a fixed number of queries. What is not coded is accrued on the suspense account."""
    invoices = list(unbooked(place, day))
    lines, rates = lines_by_invoice(invoices), Rates(place)
    pre = Booking.objects.filter(STANDS, invoice__in=invoices, kind=Batch.Kind.PRE, booked_on__lte=day)
    pre_booked = set(pre.values_list("invoice_id", flat=True))
    paid = {
        key
        for key, each in payments_of(each.id for each in invoices).items()
        if each.state == PaymentState.PAID
    }
    made = []
    for invoice in invoices:
        amounts, own = rates.amounts(invoice), lines.get(invoice.id, [])
        net = amounts.net if amounts else None
        is_coded = bool(own) and sum(line.net for line in own) == invoice.without_vat
        booked: list[Line] = []
        if net is not None:
            booked = costs(own, net) if is_coded else [on(fixed.suspense, net, Role.SUSPENSE)]
        stands = invoice.id in pre_booked, invoice.id in paid
        made.append(Accrued(invoice, net, booked, is_coded, *stands))
    return made


def total_of(rows: list[Accrued]) -> Decimal:
    """What is accrued together."""
    return sum((each.net for each in rows if each.net is not None), Decimal(0))


def csv_of(rows: list[Accrued], day: date, fixed: FixedAccounts, currency: str) -> bytes:
    """The entries of the day and their reversal on the next, as one file.

    A pre-booked cost stands on suspense already: it moves from there. Zero amounts say nothing.
    """
    return table(HEADINGS, _entries(rows, day, fixed, currency))


def profiled(
    rows: list[Accrued], day: date, fixed: FixedAccounts, currency: str, profile: ExportProfile
) -> bytes:
    """The same in a profile, of one's own or a ready one: for each invoice an entry a day."""
    known = dict.fromkeys(IN_PROFILES, "")
    same = {"currency": currency, "journal": fixed.memorial, "administration": fixed.administration}
    found = (
        known | same | _columns(*each) | {"line": place}
        for place, each in enumerate(_lines(rows, day, fixed), 1)
    )
    return in_profile(found, profile)


def _columns(number: int, on_day: date, invoice: Invoice, line: Line) -> dict[str, Any]:
    """A VAT code is left out: no VAT is accrued. All of it belongs to the day, also of another period."""
    return {
        "entry": number, "reference": f"{on_day:%Y%m%d}-{number}", "booking_date": on_day,
        "invoice_date": invoice.issued_on or invoice.import_date, "invoice_number": invoice.number,
        "supplier": invoice.supplier_key, "supplier_name": invoice.supplier_name, "account": line.account,
        "account_or_creditor": line.account, "account_type": "1", "account_name": line.account_name,
        "debit": debit(line.amount), "credit": credit(line.amount), "amount": line.amount,
        "side": side(line.amount), "cost_centre": line.cost_centre, "cost_unit": line.cost_unit,
        "description": line.description, "invoice_id": invoice.id, "period": on_day.month,
        "year": on_day.year, "role": line.role, "line_period": f"{on_day:%Y-%m}", "line_year": on_day.year,
        "line_month": on_day.month, "description_with_period": line.description,
    }  # fmt: skip


def _entries(
    rows: list[Accrued], day: date, fixed: FixedAccounts, currency: str
) -> Iterator[tuple[Any, ...]]:
    for _number, on_day, invoice, line in _lines(rows, day, fixed):
        yield _entry(on_day, invoice, line, line.amount, currency)


def _lines(rows: list[Accrued], day: date, fixed: FixedAccounts) -> Iterator[tuple[int, date, Invoice, Line]]:
    """The lines of the day and, with their signs turned, of the next; with the place of the invoice."""
    for on_day, sign in ((day, 1), (day + timedelta(days=1), -1)):
        for number, each in enumerate(rows, 1):
            against = fixed.suspense if each.is_pre_booked else fixed.accruals
            for line in [*each.lines, on(against, -(each.net or Decimal(0)), Role.SUSPENSE)]:
                if line.amount:
                    yield number, on_day, each.invoice, replace(line, amount=sign * line.amount)


def _entry(day: date, invoice: Invoice, line: Line, amount: Decimal, currency: str) -> tuple[Any, ...]:
    return (
        day, invoice.number, invoice.supplier_name, line.account, line.account_name, debit(amount),
        credit(amount), currency, line.cost_centre, line.cost_unit, line.description, invoice.id,
    )  # fmt: skip
