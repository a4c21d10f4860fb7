"""A batch as GLTransactions of Exact Online, in its XML (rules 3.11; docs/bookkeeping-files.md: the sources).

Every line of the journal is a line there, debit with plus and credit with minus, so that nothing is reckoned
anew; the creditor stands on each.
"""

from xml.etree.ElementTree import Element, SubElement

from omloop.booking.elements import coded, plain, say, written
from omloop.booking.files import bookings_of, journal_of, month_in
from omloop.booking.models import Batch, Booking, BookingLine

SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation"


def exact_of(batch: Batch) -> bytes:
    """Every entry as a transaction."""
    root = Element("eExact", {SCHEMA: "eExact-XML.xsd"})
    group = SubElement(root, "GLTransactions")
    for each in bookings_of(batch):
        row = SubElement(group, "GLTransaction")
        coded(row, "Journal", journal_of(batch, each))
        say(row, Date=each.booked_on)
        for line in each.lines.all():
            said = {"linetype": "0", "line": str(line.position), "status": "20"}
            _line(SubElement(row, "GLTransactionLine", said), batch, each, line)
    return written(root)


def _line(row: Element, batch: Batch, each: Booking, line: BookingLine) -> None:
    say(row, Date=each.booked_on)
    month = month_in(each, line)
    SubElement(row, "FinYear", number=str(month.year))
    SubElement(row, "FinPeriod", number=str(month.month))
    coded(row, "GLAccount", line.account)
    say(row, Description=(line.description or f"{each.supplier_name} {each.reference}")[:60])
    if line.cost_centre:
        coded(row, "Costcenter", line.cost_centre)
    if line.cost_unit:
        coded(row, "Costunit", line.cost_unit)
    if each.creditor:
        coded(row, "Account", each.creditor)
    amount = SubElement(row, "Amount")
    coded(amount, "Currency", batch.company["currency"])
    say(amount, Value=plain(line.amount))
    if line.vat_code:
        coded(amount, "VAT", line.vat_code)
    references = SubElement(row, "References")
    say(references, YourRef=each.reference, InvoiceNumber=f"{batch.name}-{each.position}")
