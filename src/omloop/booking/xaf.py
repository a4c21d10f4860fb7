"""A batch as XML Auditfile Financieel 3.2, with one purchase journal (rules 3.11).

Valid against the schema of the Belastingdienst (docs/bookkeeping-files.md says how that was seen).
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from xml.etree.ElementTree import Element, SubElement
from zoneinfo import ZoneInfo

from omloop.booking.elements import plain, say, written
from omloop.booking.files import bookings_of, side, with_period
from omloop.booking.journal import vat_by_line
from omloop.booking.models import JOURNAL, Batch, Booking, BookingLine
from omloop.kernel.identifiers import EU

NAMESPACE = "http://www.auditfiles.nl/XAF/3.2"


def xaf_of(batch: Batch) -> bytes:
    """The batch as an auditfile: header, company, suppliers, accounts, VAT codes, months, the journal."""
    bookings = bookings_of(batch)
    root = Element("auditfile", xmlns=NAMESPACE)
    _header(SubElement(root, "header"), batch)
    company = SubElement(root, "company")
    said = batch.company
    say(company, companyIdent=said["kvk"] or str(batch.organisation_id)[:35], companyName=said["name"])
    say(company, taxRegistrationCountry="NL", taxRegIdent=said["vat"][:30] or "-")
    _suppliers(company, bookings)
    _accounts(company, bookings)
    _vat_codes(company, bookings)
    _periods(company, batch.year)
    _journal(company, batch, bookings)
    return written(root)


def _header(header: Element, batch: Batch) -> None:
    made_on = batch.made_at.astimezone(ZoneInfo(batch.company["zone"])).date()
    say(header, fiscalYear=batch.year, startDate=date(batch.year, 1, 1), endDate=date(batch.year, 12, 31))
    say(header, curCode=batch.company["currency"], dateCreated=made_on)
    say(header, softwareDesc="Omloop", softwareVersion="1")


def _suppliers(company: Element, bookings: Sequence[Booking]) -> None:
    first = {supplier_id(each): each for each in reversed(bookings)}
    group = SubElement(company, "customersSuppliers")
    for key in sorted(first):
        each, row = first[key], SubElement(group, "customerSupplier")
        say(row, custSupID=key, custSupName=each.supplier_name[:50])
        if each.supplier_kvk:
            say(row, commerceNr=each.supplier_kvk[:999])
        if country := country_of(each.supplier_vat):
            say(row, taxRegistrationCountry=country, taxRegIdent=each.supplier_vat[:30])
        say(row, custSupTp="S")


def country_of(vat: str) -> str:
    """The country of a VAT number by ISO 3166, which for Greece is not what the number begins with."""
    country = vat[:2].upper()
    return {"EL": "GR"}.get(country, country if country in EU else "")


def _accounts(company: Element, bookings: Sequence[Booking]) -> None:
    names = {line.account[:35]: line.account_name for each in bookings for line in each.lines.all()}
    group = SubElement(company, "generalLedger")
    for code in sorted(names):
        say(SubElement(group, "ledgerAccount"), accID=code, accDesc=names[code] or code, accTp="M")


def _vat_codes(company: Element, bookings: Sequence[Booking]) -> None:
    codes = {line.vat_code[:35] for each in bookings for line in each.lines.all() if line.vat_code}
    if not codes:
        return
    group = SubElement(company, "vatCodes")
    for code in sorted(codes):
        say(SubElement(group, "vatCode"), vatID=code, vatDesc=code)


def _periods(company: Element, year: int) -> None:
    group = SubElement(company, "periods")
    for month in range(1, 13):
        last = date(year, month, monthrange(year, month)[1])
        said = {"startDatePeriod": date(year, month, 1), "endDatePeriod": last}
        say(SubElement(group, "period"), periodNumber=month, periodDesc=f"{year}-{month:02}", **said)


def _journal(company: Element, batch: Batch, bookings: Sequence[Booking]) -> None:
    amounts = [line.amount for each in bookings for line in each.lines.all()]
    group = SubElement(company, "transactions")
    say(group, linesCount=len(amounts))
    say(group, totalDebit=plain(sum((a for a in amounts if a > 0), Decimal(0))))
    say(group, totalCredit=plain(-sum((a for a in amounts if a < 0), Decimal(0))))
    journal = SubElement(group, "journal")
    say(journal, jrnID=batch.company.get("journal", JOURNAL), desc=f"Omloop {batch.name}", jrnTp="P")
    for each in bookings:
        row, lines = SubElement(journal, "transaction"), list(each.lines.all())
        said = f"{each.supplier_name} {each.invoice_number}".strip()
        say(row, nr=f"{batch.name}-{each.position}", desc=said)
        say(row, periodNumber=each.booked_on.month, trDt=each.booked_on)
        vat = vat_by_line(lines)
        for line in lines:
            _line(SubElement(row, "trLine"), each, line, vat.get(line.position))


def _line(row: Element, each: Booking, line: BookingLine, vat: Decimal | None) -> None:
    reference = each.reference[:255]
    say(row, nr=line.position, accID=line.account[:35], docRef=reference, effDate=each.invoice_date)
    if text := with_period(line, line.description):
        say(row, desc=text)
    say(row, amnt=plain(abs(line.amount)), amntTp=side(line.amount))
    say(row, custSupID=supplier_id(each), invRef=reference)
    if line.cost_centre:
        say(row, costID=line.cost_centre[:35])
    if line.cost_unit:
        say(row, projID=line.cost_unit[:35])
    if vat is not None:
        said = {"vatPerc": plain(percentage(vat, line.amount)), "vatAmnt": plain(abs(vat))}
        say(SubElement(row, "vat"), vatID=line.vat_code[:35], **said, vatAmntTp=side(vat))


def percentage(vat: Decimal, net: Decimal) -> Decimal:
    """What part of the net amount the VAT is, in percents, as far as the amounts tell it; at most 999."""
    return min(abs(100 * vat / net), Decimal(999)) if net else Decimal(0)


def supplier_id(each: Booking) -> str:
    """By what the file knows the supplier: at most 35 characters, never empty."""
    return (each.creditor or each.supplier or str(each.invoice_id))[:35]
