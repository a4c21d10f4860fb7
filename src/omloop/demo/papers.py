"""The demo's sixty files, written by Omloop's own writer: the same bytes for the same first day."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from omloop.demo.cast import COMPANIES
from omloop.demo.suppliers import SUPPLIERS, Goods, Supplier
from omloop.einvoice import write
from omloop.einvoice.document import Attachment, Document, Kind, PaymentMeans, PrecedingInvoice, Totals
from omloop.einvoice.lines import Item, Line, Price, VatBreakdown
from omloop.einvoice.parties import Address, Identifier, Party
from omloop.kernel.money import Money
from omloop.pdf.rendering import render
from omloop.pdf.words import Language

COUNT = 60
SPECIFICATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
CENT = Decimal("0.01")

# How far an invoice has come: nothing done, one step decided, or how it ended. The newest mostly wait.
FATES = ("all", "all", "rejected", "all", "one", "all", "waits", "all", "one", "returned", "all", "waits")
FRESH = ("waits", "one", "one", "all", "waits")
FRESH_FROM = 30
BROKEN, TRUNCATED, SCANNED = (17, 41), (23,), (47,)


@dataclass(frozen=True)
class Paper:
    """One file that arrives: where, when, its bytes, and what becomes of it."""

    kvk: str
    filename: str
    data: bytes
    received_at: datetime
    fate: str


def papers(today: date) -> Iterator[Paper]:
    """Sixty files that arrived in the two months before `today`, oldest first."""
    dice = random.Random("omloop")  # noqa: S311 - the same group every time, nothing secret
    for n in range(COUNT):
        supplier = SUPPLIERS[n % len(SUPPLIERS)]
        kvk = supplier.customers[(n // len(SUPPLIERS)) % len(supplier.customers)]
        received_on = today - timedelta(days=COUNT - n)
        document = invoice(supplier, kvk, n, received_on - timedelta(days=dice.randint(1, 4)), dice)
        data, suffix = write(document), "xml"
        fate = FATES[n % len(FATES)] if n < FRESH_FROM else FRESH[n % len(FRESH)]
        if n in BROKEN:
            data, fate = write(with_wrong_total(document)), "waits"
        if n in TRUNCATED:
            data = data[: len(data) * 2 // 3]
        if n in SCANNED:
            data, suffix = render(document, language=Language.NL), "pdf"
        moment = datetime.combine(received_on, time(dice.randint(7, 16), dice.randint(0, 59)), UTC)
        yield Paper(kvk, f"{document.number}.{suffix}".replace("/", "-"), data, moment, fate)


def invoice(supplier: Supplier, kvk: str, n: int, issued_on: date, dice: random.Random) -> Document:
    """An invoice of this supplier; every fifteenth a credit note, some with a work order attached."""
    number = supplier.series.format(year=issued_on.year, yy=issued_on.year % 100, n=418 + n * 3)
    lines = tuple(
        line(position, item, Decimal(dice.randint(1, 12 if item.price < 200 else 2)))
        for position, item in enumerate(supplier.goods[: dice.randint(1, 3)], start=1)
    )
    is_credit = n % 15 == 14
    breakdown = vat_of(lines)
    return Document(
        kind=Kind.CREDIT_NOTE if is_credit else Kind.INVOICE,
        number=number,
        type_code="381" if is_credit else "380",
        issued_on=issued_on,
        due_on=None if is_credit else issued_on + timedelta(days=supplier.days),
        currency="EUR",
        specification=SPECIFICATION,
        process=PROCESS,
        buyer_reference=f"PO-{26_000 + n}",
        order_reference=f"26-{n:03d}" if n % 3 == 0 else None,
        preceding_invoices=(PrecedingInvoice(number="EC-990871"),) if is_credit else (),
        seller=seller(supplier),
        buyer=buyer(kvk),
        payment_means=(
            PaymentMeans(code="30", remittance=number, iban=supplier.iban, account_name=supplier.name),
        ),
        payment_terms=None if not is_credit else "Wordt verrekend met de volgende betaling.",
        totals=totals_of(lines, breakdown),
        vat_breakdown=breakdown,
        attachments=(work_order(number),) if n % 4 == 1 else (),
        lines=lines,
    )


def line(position: int, item: Goods, quantity: Decimal) -> Line:
    """So many of these, rounded to the cent."""
    net = (item.price * quantity).quantize(CENT, ROUND_HALF_UP)
    return Line(
        number=str(position),
        quantity=quantity,
        unit=item.unit,
        net_amount=euro(net),
        price=Price(net=euro(item.price)),
        vat_category="S",
        vat_rate=Decimal(item.rate),
        item=Item(name=item.name),
    )


def vat_of(lines: tuple[Line, ...]) -> tuple[VatBreakdown, ...]:
    """The VAT by rate."""
    by_rate = groupby(sorted(lines, key=lambda each: each.vat_rate or 0), key=lambda each: each.vat_rate)
    found = []
    for rate, same in by_rate:
        taxable = sum((each.net_amount.amount for each in same if each.net_amount), Decimal(0))
        tax = (taxable * (rate or 0) / 100).quantize(CENT, ROUND_HALF_UP)
        found.append(VatBreakdown(euro(taxable), euro(tax), "S", rate))
    return tuple(found)


def totals_of(lines: tuple[Line, ...], breakdown: tuple[VatBreakdown, ...]) -> Totals:
    """Sums of lines and VAT."""
    net = sum((each.net_amount.amount for each in lines if each.net_amount), Decimal(0))
    vat = sum((each.tax_amount.amount for each in breakdown if each.tax_amount), Decimal(0))
    return Totals(
        lines=euro(net),
        without_vat=euro(net),
        vat=euro(vat),
        with_vat=euro(net + vat),
        payable=euro(net + vat),
    )


def with_wrong_total(document: Document) -> Document:
    """The same, ten euros off: BR-CO-15 breaks and the invoice is held."""
    assert document.totals.with_vat  # noqa: S101 - we made it
    wrong = euro(document.totals.with_vat.amount + 10)
    return replace(document, totals=replace(document.totals, with_vat=wrong, payable=wrong))


def seller(supplier: Supplier) -> Party:
    """The supplier as an invoice names it."""
    return Party(
        legal_name=supplier.name,
        legal_registration=Identifier(supplier.kvk, "0106"),
        vat_number=supplier.vat,
        endpoint=Identifier(supplier.kvk, "0106"),
        address=Address(
            line_1=supplier.street, city=supplier.city, postal_code=supplier.postal_code, country="NL"
        ),
    )


def buyer(kvk: str) -> Party:
    """One of our companies as an invoice names it."""
    company = next(company for company in COMPANIES if company.kvk == kvk)
    return Party(
        legal_name=company.name,
        legal_registration=Identifier(kvk, "0106"),
        endpoint=Identifier(kvk, "0106"),
        address=Address(line_1="Havenkade 41", city="Hoorn", postal_code="1621 KL", country="NL"),
    )


def work_order(number: str) -> Attachment:
    """A small CSV file inside the invoice."""
    rows = f"werkbon;uren\n{number}-1;6\n{number}-2;6\n".encode()
    return Attachment(
        number="1", description="Werkbon", content=rows, mime_type="text/csv", filename="werkbon.csv"
    )


def euro(amount: Decimal) -> Money:
    """An amount in euros."""
    return Money(amount, "EUR")
