"""The files of a batch: made from its frozen lines alone, so that they are the same whenever one asks.

`CSV`: semicolons, UTF-8 with its mark, decimal points, dates as 2026-03-31; one row a line of the journal; a
text that a spreadsheet would take for a formula has an apostrophe before it. `XAF`: XML Auditfile Financieel
3.2 with one purchase journal (docs/bookkeeping-files.md tells both).
"""

import csv
import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring
from zoneinfo import ZoneInfo

from django.db.models import Prefetch

from omloop.booking.models import Batch, Booking, BookingLine, ExportProfile

NAMESPACE = "http://www.auditfiles.nl/XAF/3.2"
HEADINGS = (
    "batch", "entry", "line", "booking_date", "invoice_date", "invoice_number", "supplier", "supplier_name",
    "account", "account_name", "debit", "credit", "currency", "cost_centre", "cost_unit", "vat_code",
    "description", "invoice_id",
)  # fmt: skip
IN_PROFILES = (*HEADINGS, "amount", "side", "period")
"""What a profile can use besides: the amount with its sign, D or C, and the number of the month."""
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def bookings_of(batch: Batch) -> list[Booking]:
    """Its entries in order with their lines; two queries."""
    lines = Prefetch("lines", BookingLine.objects.order_by("position"))
    return list(batch.bookings.order_by("position").prefetch_related(lines))


def csv_of(batch: Batch) -> bytes:
    """The batch as rows for a spreadsheet or an import profile."""
    return table(HEADINGS, _rows(batch))


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
            more = {"amount": line.amount, "side": "D" if line.amount >= 0 else "C"}
            yield dict(zip(HEADINGS, row, strict=True)) | more | {"period": each.booked_on.month}


def profiled(batch: Batch, profile: ExportProfile) -> bytes:
    """The batch in columns and signs of one's own; always the same, for a profile never changes."""
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=profile.separator, lineterminator="\r\n")
    if profile.has_headings:
        writer.writerow([heading for _, heading in profile.columns])
    for row in columns_of(batch):
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


def _rows(batch: Batch) -> Iterator[tuple[Any, ...]]:
    for each in bookings_of(batch):
        yield from _rows_of(batch, each)


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


def xaf_of(batch: Batch) -> bytes:
    """The batch as an auditfile: header, company, suppliers, accounts, VAT codes, months, the journal."""
    bookings = bookings_of(batch)
    root = Element("auditfile", xmlns=NAMESPACE)
    _header(SubElement(root, "header"), batch)
    company = SubElement(root, "company")
    said = batch.company
    _say(company, companyIdent=said["kvk"] or str(batch.organisation_id)[:35], companyName=said["name"])
    _say(company, taxRegistrationCountry="NL", taxRegIdent=said["vat"][:30] or "-")
    _suppliers(company, bookings)
    _accounts(company, bookings)
    _vat_codes(company, bookings)
    _periods(company, batch.year)
    _journal(company, batch, bookings)
    indent(root)
    text = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _header(header: Element, batch: Batch) -> None:
    made_on = batch.made_at.astimezone(ZoneInfo(batch.company["zone"])).date()
    _say(header, fiscalYear=batch.year, startDate=date(batch.year, 1, 1), endDate=date(batch.year, 12, 31))
    _say(header, curCode=batch.company["currency"], dateCreated=made_on)
    _say(header, softwareDesc="Omloop", softwareVersion="1")


def _suppliers(company: Element, bookings: Sequence[Booking]) -> None:
    first = {supplier_id(each): each for each in reversed(bookings)}
    group = SubElement(company, "customersSuppliers")
    for key in sorted(first):
        each, row = first[key], SubElement(group, "customerSupplier")
        _say(row, custSupID=key, custSupName=each.supplier_name[:50])
        if each.supplier_kvk:
            _say(row, commerceNr=each.supplier_kvk[:100])
        if each.supplier_vat[:2].isalpha() and each.supplier_vat[:2].isascii():
            country = each.supplier_vat[:2].upper()
            _say(row, taxRegistrationCountry=country, taxRegIdent=each.supplier_vat[:30])
        _say(row, custSupTp="S")


def _accounts(company: Element, bookings: Sequence[Booking]) -> None:
    names = {line.account: line.account_name for each in bookings for line in each.lines.all()}
    group = SubElement(company, "generalLedger")
    for code in sorted(names):
        _say(SubElement(group, "ledgerAccount"), accID=code[:35], accDesc=names[code] or code, accTp="M")


def _vat_codes(company: Element, bookings: Sequence[Booking]) -> None:
    codes = {line.vat_code[:35] for each in bookings for line in each.lines.all() if line.vat_code}
    group = SubElement(company, "vatCodes") if codes else company
    for code in sorted(codes):
        _say(SubElement(group, "vatCode"), vatID=code, vatDesc=code)


def _periods(company: Element, year: int) -> None:
    group = SubElement(company, "periods")
    for month in range(1, 13):
        last = date(year, month, monthrange(year, month)[1])
        said = {"startDatePeriod": date(year, month, 1), "endDatePeriod": last}
        _say(SubElement(group, "period"), periodNumber=month, periodDesc=f"{year}-{month:02}", **said)


def _journal(company: Element, batch: Batch, bookings: Sequence[Booking]) -> None:
    amounts = [line.amount for each in bookings for line in each.lines.all()]
    group = SubElement(company, "transactions")
    _say(group, linesCount=len(amounts))
    _say(group, totalDebit=_plain(sum((a for a in amounts if a > 0), Decimal(0))))
    _say(group, totalCredit=_plain(-sum((a for a in amounts if a < 0), Decimal(0))))
    journal = SubElement(group, "journal")
    _say(journal, jrnID="INK", desc=f"Omloop {batch.name}", jrnTp="P")
    for each in bookings:
        row = SubElement(journal, "transaction")
        _say(
            row,
            nr=f"{batch.name}-{each.position}",
            desc=f"{each.supplier_name} {each.invoice_number}".strip(),
        )
        _say(row, periodNumber=each.booked_on.month, trDt=each.booked_on)
        for line in each.lines.all():
            _line(SubElement(row, "trLine"), each, line)


def _line(row: Element, each: Booking, line: BookingLine) -> None:
    reference = (each.invoice_number or str(each.invoice_id))[:255]
    _say(row, nr=line.position, accID=line.account[:35], docRef=reference, effDate=each.invoice_date)
    if line.description:
        _say(row, desc=line.description)
    _say(row, amnt=_plain(abs(line.amount)), amntTp="D" if line.amount >= 0 else "C")
    _say(row, custSupID=supplier_id(each), invRef=reference)
    if line.cost_centre:
        _say(row, costID=line.cost_centre[:35])
    if line.cost_unit:
        _say(row, projID=line.cost_unit[:35])
    if line.vat_code:
        vat = SubElement(row, "vat")
        _say(vat, vatID=line.vat_code[:35])


def supplier_id(each: Booking) -> str:
    """By what the file knows the supplier: at most 35 characters, never empty."""
    return (each.supplier or str(each.invoice_id))[:35]


def _say(parent: Element, **elements: object) -> None:
    for name, said in elements.items():
        SubElement(parent, name).text = NOT_IN_XML.sub(" ", str(said))


def _plain(amount: Decimal) -> str:
    return f"{amount:.2f}"
