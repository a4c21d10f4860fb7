"""A batch as transactions of Twinfield, in its XML (rules 3.11; docs/bookkeeping-files.md names the sources).

All are temporary: somebody looks at them in Twinfield and makes them final. Amounts are without a sign, the
side is said beside them.
"""

from collections.abc import Sequence
from decimal import Decimal
from xml.etree.ElementTree import Element, SubElement

from omloop.booking.elements import plain, say, written
from omloop.booking.files import bookings_of, journal_of, with_period
from omloop.booking.journal import has_creditor
from omloop.booking.models import Batch, Booking, BookingLine

LONGEST_DESCRIPTION = 40
Role = BookingLine.Role


def twinfield_of(batch: Batch) -> bytes:
    """Every entry as a transaction: a purchase, or of the memorial where it has no creditor."""
    root = Element("transactions")
    for each in bookings_of(batch):
        lines = list(each.lines.all())
        row = SubElement(root, "transaction", destiny="temporary", autobalancevat="true")
        _header(SubElement(row, "header"), batch, each, is_purchase=has_creditor(lines))
        group = SubElement(row, "lines")
        for number, (kind, line) in enumerate(_typed(lines), 1):
            _line(SubElement(group, "line", type=kind, id=str(number)), each, kind, line, lines)
    return written(root)


def _header(header: Element, batch: Batch, each: Booking, *, is_purchase: bool) -> None:
    say(header, code=journal_of(batch, each), currency=batch.company["currency"])
    say(header, date=each.booked_on.strftime("%Y%m%d"), period=each.booked_on.strftime("%Y/%m"))
    if is_purchase:
        say(header, invoicenumber=each.reference)
    if office := batch.company.get("administration"):
        say(header, office=office)
    if is_purchase and each.due_on:
        say(header, duedate=each.due_on.strftime("%Y%m%d"))


def _typed(lines: Sequence[BookingLine]) -> list[tuple[str, BookingLine]]:
    """Each line with its type, the total first.

    VAT with one code is a line of VAT. With several codes it is left out, for Twinfield reckons it by each
    code; without any it is a detail on its account.
    """
    codes = _codes(lines)
    vat = {0: "detail", 1: "vat"}.get(len(codes), "")
    kinds = {Role.CREDITOR: "total", Role.VAT: vat if has_creditor(lines) else "detail"}
    typed = [(kinds.get(Role(line.role), "detail"), line) for line in lines]
    return sorted((each for each in typed if each[0]), key=lambda each: each[0] != "total")


def _line(row: Element, each: Booking, kind: str, line: BookingLine, lines: Sequence[BookingLine]) -> None:
    say(row, dim1=line.account)
    second = each.creditor if kind == "total" else line.cost_centre
    if second:
        say(row, dim2=second)
    if line.cost_unit:
        say(row, dim3=line.cost_unit)
    say(row, debitcredit="debit" if line.amount >= 0 else "credit", value=plain(abs(line.amount)))
    said = with_period(line, line.description or each.supplier_name)
    say(row, description=said[:LONGEST_DESCRIPTION])
    if kind == "vat":
        say(row, vatturnover=plain(abs(_turnover(lines))), vatcode=next(iter(_codes(lines))))
    elif line.vat_code and has_creditor(lines):
        say(row, vatcode=line.vat_code)


def _codes(lines: Sequence[BookingLine]) -> set[str]:
    return {line.vat_code for line in lines if line.role == Role.COST and line.vat_code}


def _turnover(lines: Sequence[BookingLine]) -> Decimal:
    return sum((each.amount for each in lines if each.role == Role.COST and each.vat_code), Decimal(0))
