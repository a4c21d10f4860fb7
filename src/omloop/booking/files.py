"""The files of a batch: made from its frozen lines alone, so that they are the same whenever one asks.

`CSV`: semicolons, UTF-8 with its mark, decimal points, dates as 2026-03-31; one row a line of the journal; a
text that a spreadsheet would take for a formula has an apostrophe before it. A profile has its own columns
and signs. `forms.py` lists what else there is, docs/bookkeeping-files.md tells all.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

from django.db.models import Prefetch

from omloop.booking.journal import has_creditor
from omloop.booking.models import JOURNAL, MEMORIAL, Batch, Booking, BookingLine, ExportProfile

HEADINGS = (
    "batch", "entry", "line", "booking_date", "invoice_date", "invoice_number", "supplier", "supplier_name",
    "account", "account_name", "debit", "credit", "currency", "cost_centre", "cost_unit", "vat_code",
    "description", "invoice_id",
)  # fmt: skip
LINE_PERIOD = "line_period"
"""The last column, of exports that tell it."""
MORE = (
    "amount", "side", "period", "year", "reference", "creditor", "due_date", "role", "account_type",
    "account_or_creditor", "journal", "administration", LINE_PERIOD, "line_year", "line_month",
    "description_with_period",
)  # fmt: skip
IN_PROFILES = (*HEADINGS, *MORE)
"""What a profile can use besides: docs/bookkeeping-files.md says what each holds."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def bookings_of(batch: Batch) -> list[Booking]:
    """Its entries in order with their lines; two queries."""
    lines = Prefetch("lines", BookingLine.objects.order_by("position"))
    return list(batch.bookings.order_by("position").prefetch_related(lines))


def csv_of(batch: Batch) -> bytes:
    """The batch as rows for a spreadsheet or an import profile."""
    headings = (*HEADINGS, LINE_PERIOD) if batch.tells_periods else HEADINGS
    rows = columns_of(batch)
    return table(headings, ([row[name] for name in headings] for row in rows))


def table(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A CSV file in our own profile."""
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(headings)
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
    return "\ufeff".encode() + out.getvalue().encode()


def columns_of(batch: Batch) -> Iterator[dict[str, Any]]:
    """Each line of the journal by the names that a profile can use."""
    for each in bookings_of(batch):
        for line, row in zip(each.lines.all(), _rows_of(batch, each), strict=True):
            yield dict(zip(HEADINGS, row, strict=True)) | _more(batch, each, line)


def _more(batch: Batch, each: Booking, line: BookingLine) -> dict[str, Any]:
    is_creditor = line.role == BookingLine.Role.CREDITOR and bool(each.creditor)
    month = month_in(each, line)
    said = (
        line.amount, side(line.amount), each.booked_on.month, each.booked_on.year,
        f"{batch.name}-{each.position}", each.creditor, each.due_on or "", line.role,
        "3" if is_creditor else "1", each.creditor if is_creditor else line.account, journal_of(batch, each),
        batch.company.get("administration", ""), f"{month:%Y-%m}", month.year, month.month,
        with_period(line, line.description),
    )  # fmt: skip
    return dict(zip(MORE, said, strict=True))


def month_in(each: Booking, line: BookingLine) -> date:
    """A day in the month to which a line belongs: its own, else that of the entry."""
    return line.period or each.booked_on


def with_period(line: BookingLine, text: str) -> str:
    """A text about a line that says to which other month it belongs, where a file has no field for it."""
    return f"{line.period:%Y-%m} {text}".strip() if line.period else text


def journal_of(batch: Batch, each: Booking) -> str:
    """In which journal of the package an entry belongs: purchases, or the memorial without a creditor."""
    is_purchase = has_creditor(list(each.lines.all()))
    name, default = ("journal", JOURNAL) if is_purchase else ("memorial", MEMORIAL)
    return str(batch.company.get(name, default))


def side(amount: Decimal) -> str:
    """D for debit, C for credit."""
    return "D" if amount >= 0 else "C"


def profiled(batch: Batch, profile: ExportProfile) -> bytes:
    """The batch in columns and signs of one's own; always the same, for a profile never changes."""
    return in_profile(columns_of(batch), profile)


def in_profile(rows: Iterable[Mapping[str, Any]], profile: ExportProfile) -> bytes:
    """Lines of a journal, by the names that a profile can use, in its columns and signs."""
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=profile.separator, lineterminator="\r\n")
    if profile.has_headings:
        writer.writerow([heading for _, heading in profile.columns])
    for row in rows:
        writer.writerow([_in_signs(row[name], profile) for name, _ in profile.columns])
    return "\ufeff".encode() + out.getvalue().encode()


def _in_signs(cell: Any, profile: ExportProfile) -> str:
    if isinstance(cell, date):
        return cell.strftime(profile.dates)
    if isinstance(cell, Decimal):
        return f"{cell:.2f}".replace(".", profile.decimal_sign)
    return _harmless(cell)


def debit(amount: Decimal) -> Decimal | str:
    """The amount on the debit side, if it stands there."""
    return amount if amount > 0 else ""


def credit(amount: Decimal) -> Decimal | str:
    """The amount on the credit side, without its sign."""
    return -amount if amount < 0 else ""


def _rows_of(batch: Batch, each: Booking) -> Iterator[tuple[Any, ...]]:
    for line in each.lines.all():
        yield (
            batch.name, each.position, line.position, each.booked_on, each.invoice_date,
            each.invoice_number, each.supplier, each.supplier_name, line.account, line.account_name,
            debit(line.amount), credit(line.amount), batch.company["currency"], line.cost_centre,
            line.cost_unit, line.vat_code, line.description, each.invoice_id,
        )  # fmt: skip


def _harmless(cell: Any) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text
