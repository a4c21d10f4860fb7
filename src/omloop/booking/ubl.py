"""A batch as a ZIP of e-invoices in UBL, each with its coding (rules 3.11).

The coding is the buyer's accounting reference: `4310:4100:26-014` is a ledger account, a cost centre and a
cost unit, the last ones left out where there are none. One coding stands on the invoice (BT-19) and on each
of its lines (BT-133). Several stand on the lines where these are as many and have the same amounts, in the
same order; else together on the invoice, each with its amount: `4310:4100=500.00 4500=500.00`. `coding.csv`
has them all, line by line. What holds no e-invoice, such as a plain PDF, goes along as it came in.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import PurePath
from uuid import UUID

from omloop.booking.files import bookings_of, csv_of
from omloop.booking.models import Batch, Booking, BookingLine
from omloop.einvoice import Document, Unreadable, Unwritable, write
from omloop.intake import files
from omloop.invoices.attaching import File, as_zip
from omloop.invoices.models import Invoice
from omloop.invoices.reading import read_bytes

PARTS = ":"


def ubl_of(batch: Batch) -> Iterator[bytes]:
    """The ZIP, sent while it is made; the same whenever one asks."""
    entries, coding = bookings_of(batch), csv_of(batch)
    found = Invoice.objects.select_related("document").in_bulk([each.invoice_id for each in entries])
    return as_zip(_contents(batch, entries, found, coding), at=batch.made_at)


def _contents(
    batch: Batch, entries: Sequence[Booking], found: dict[UUID, Invoice], coding: bytes
) -> Iterator[File]:
    """One file at a time, without a query: the answer goes out when the scope is closed."""
    yield "coding.csv", lambda: coding
    for each in entries:
        document = found[each.invoice_id].document
        data = files.read(batch.organisation_id, document.sha256)
        suffix, content = PurePath(document.filename).suffix.lower(), data
        with suppress(Unreadable, Unwritable):
            costs = [line for line in each.lines.all() if line.role == BookingLine.Role.COST]
            suffix, content = ".xml", write(with_coding(read_bytes(data)[0], costs))
        yield f"{batch.name}-{each.position}{suffix}", partial(bytes, content)


def with_coding(document: Document, costs: Sequence[BookingLine]) -> Document:
    """The e-invoice with the coding of these lines, as the head of this file says."""
    codes = [code_of(line) for line in costs]
    if len(set(codes)) == 1:
        return replace(_by_line(document, codes * len(document.lines)), accounting_reference=codes[0])
    if _are_alike(document, costs):
        return replace(_by_line(document, codes), accounting_reference=None)
    said = " ".join(
        f"{code}={abs(line.amount):.2f}" if line.amount else code
        for code, line in zip(codes, costs, strict=True)
    )
    return replace(_by_line(document, [None] * len(document.lines)), accounting_reference=said)


def code_of(line: BookingLine) -> str:
    """Account, cost centre and cost unit, as one text."""
    return PARTS.join((line.account, line.cost_centre, line.cost_unit)).rstrip(PARTS)


def _are_alike(document: Document, costs: Sequence[BookingLine]) -> bool:
    """Whether the lines of the invoice are those of the coding, in the same order."""
    sign = -1 if document.is_credit_note else 1
    nets = [line.net_amount.amount if line.net_amount else None for line in document.lines]
    return nets == [sign * line.amount for line in costs]


def _by_line(document: Document, codes: Sequence[str | None]) -> Document:
    lines = zip(document.lines, codes, strict=True)
    return replace(document, lines=tuple(replace(line, accounting_reference=code) for line, code in lines))
