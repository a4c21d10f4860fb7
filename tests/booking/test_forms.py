"""Every form of an export says the amounts of the invoices to the cent (rules 3.11)."""

import csv
import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO, StringIO
from uuid import UUID
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omloop.booking.forms import FORMS, forms_of, name_of
from omloop.booking.journal import vat_by_line
from omloop.booking.models import Batch, BookingLine, FixedAccounts
from omloop.booking.services import fix_accounts
from omloop.booking.ubl import with_coding
from omloop.booking.xaf import country_of, xaf_of
from omloop.demo.papers import invoice as paper
from omloop.demo.suppliers import SUPPLIERS
from omloop.einvoice import read, write
from omloop.intake import files
from omloop.intake.models import Document
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from tests.booking.ledger import FIXED, NOW, Ledger
from tests.booking.test_files import broken
from tests.world import World

CENT = Decimal("0.01")
RATES = {"EUR": Decimal(1), "USD": Decimal("0.9137"), "GBP": Decimal("1.171")}
KINDS_OF_VAT = {
    "none": Decimal(0),
    "reverse charge": Decimal(0),
    "low": Decimal("0.09"),
    "high": Decimal("0.21"),
}
Row = tuple[str, str, Decimal]


def received(ledger: Ledger, dice: random.Random, number: int) -> None:
    """One of any kind: currency, VAT, G-account, credit note; divided over up to five lines."""
    nets = [Decimal(dice.randint(1, 500_000)) / 100 for _ in range(dice.randint(1, 5))]
    vat = (sum(nets) * KINDS_OF_VAT[dice.choice(list(KINDS_OF_VAT))]).quantize(CENT)
    key = ledger.received(
        str(sum(nets)),
        str(vat),
        number=f"N-{number}",
        kind=dice.choice(["invoice", "invoice", "credit_note"]),
        currency=dice.choice(list(RATES)),
        profile=dice.choice(["", "si-ubl-2.0-ext-gaccount"]),
        supplier_vat=dice.choice(["NL001234567B01", "EL123456789", "XX1", ""]),
        state="approved",
    )
    codes = dice.choice([[""], ["H"], ["H", "L"], ["H", ""]])
    lines = [
        ledger.books.line(
            str(net),
            dice.choice(["4310", "4500", "0250"]),
            dice.choice(["", "4100", "4200"]),
            dice.choice(["", "26-014"]),
            vat_code=dice.choice(codes),
            period=dice.choice([None, date(2026, 2, 1), date(2026, 3, 1), date(2025, 12, 1)]),
        )
        for net in nets
    ]
    ledger.books.code(key, *lines)


def in_csv(data: bytes, entry: str, account: str, amount: Callable[[dict[str, str]], str]) -> list[Row]:
    rows = csv.DictReader(StringIO(data.decode("utf-8-sig")), delimiter=";")
    return [(row[entry].split("-")[-1], row[account], Decimal(amount(row).replace(",", "."))) for row in rows]


def own(data: bytes) -> list[Row]:
    return in_csv(data, "entry", "account", lambda row: row["debit"] or f"-{row['credit']}")


def exact_csv(data: bytes) -> list[Row]:
    return in_csv(data, "Boekstuknummer", "Grootboekrekening", lambda row: row["Bedrag"])


def afas(data: bytes) -> list[Row]:
    return in_csv(
        data,
        "Boekstuknummer",
        "Rekeningnummer",
        lambda row: row["Bedrag debet"] or f"-{row['Bedrag credit']}",
    )


def xaf(data: bytes) -> list[Row]:
    root = ElementTree.fromstring(data)
    assert broken(root) == []
    return [
        (said(row, "nr").split("-")[-1], said(line, "accID"), signed(line, "amnt", "amntTp", "D"))
        for row in root.iterfind(".//{*}transaction")
        for line in row.iterfind("{*}trLine")
    ]


def exact(data: bytes) -> list[Row]:
    return [
        (
            said(line, "References/InvoiceNumber").split("-")[-1],
            line.find("GLAccount").attrib["code"],  # type: ignore[union-attr]
            Decimal(said(line, "Amount/Value")),
        )
        for line in ElementTree.fromstring(data).iter("GLTransactionLine")
    ]


def twinfield(data: bytes) -> list[Row]:
    return [
        (str(number), said(line, "dim1"), signed(line, "value", "debitcredit", "debit"))
        for number, row in enumerate(ElementTree.fromstring(data).iter("transaction"), 1)
        for line in row.iter("line")
    ]


def said(row: ElementTree.Element, path: str) -> str:
    return row.findtext("/".join(f"{{*}}{step}" for step in path.split("/"))) or ""


def signed(row: ElementTree.Element, amount: str, side: str, debit: str) -> Decimal:
    return Decimal(said(row, amount)) * (1 if said(row, side) == debit else -1)


READERS = {
    "csv": own,
    "exact-csv": exact_csv,
    "afas": afas,
    "xaf": xaf,
    "exact": exact,
    "twinfield": twinfield,
}


def booked(batch: Batch) -> list[Row]:
    rows = BookingLine.objects.filter(booking__batch=batch).select_related("booking")
    return [(str(line.booking.position), line.account, line.amount) for line in rows]


def test_in_every_form_the_amounts_are_those_of_the_invoices_to_the_cent(ledger: Ledger) -> None:
    dice = random.Random(311)
    for currency in ("USD", "GBP"):
        ledger.company.rate(str(RATES[currency]), currency)
    for number in range(40):
        received(ledger, dice, number)
    (batch,) = ledger.book()
    with ledger.company.system():
        rows = booked(batch)
        for each in batch.bookings.select_related("invoice"):
            invoice, sign = each.invoice, -1 if each.invoice.kind == "credit_note" else 1
            net, total = (
                (sign * amount * RATES[invoice.currency]).quantize(CENT, ROUND_HALF_UP)
                for amount in (invoice.without_vat, invoice.with_vat)
            )
            mine = [(account, amount) for entry, account, amount in rows if entry == str(each.position)]
            fixed = [FIXED["creditors"][0], FIXED["vat"][0]]
            assert sum(amount for account, amount in mine if account == fixed[0]) == -total
            assert sum(amount for account, amount in mine if account not in fixed) == net
            assert sum(amount for _, amount in mine) == 0
        left_out = {str(each.position) for each in batch.bookings.all() if several_codes(each.lines.all())}
        assert left_out
        for name, reader in READERS.items():
            expected = rows
            if name == "twinfield":  # it reckons the VAT of several codes itself
                expected = [row for row in rows if not (row[0] in left_out and row[1] == FIXED["vat"][0])]
            found = reader(b"".join(FORMS[name].parts(batch)))
            assert sorted(found) == sorted(expected), name
    assert set(READERS) | {"ubl"} == set(FORMS)


def several_codes(lines: Iterable[BookingLine]) -> bool:
    return len({line.vat_code for line in lines if line.role == "cost" and line.vat_code}) > 1


amounts = st.decimals(Decimal("0.01"), Decimal("9999"), places=2)


@given(st.lists(amounts, min_size=1, max_size=6), amounts, st.sampled_from([1, -1]))
def test_vat_by_line_is_the_vat_of_the_invoice_to_the_cent(
    nets: list[Decimal], vat: Decimal, sign: int
) -> None:
    lines = [BookingLine(position=at, amount=sign * net, vat_code="H") for at, net in enumerate(nets, 1)]
    whole = [
        BookingLine(position=98, amount=sign * vat, role="vat"),
        BookingLine(position=99, role="creditor"),
    ]
    assert sum(vat_by_line([*lines, *whole]).values()) == sign * vat
    assert vat_by_line(lines) == {}
    lines[0].vat_code = "L"
    assert len(vat_by_line([*lines, *whole])) == (1 if len(lines) == 1 else 0)


def test_a_purchase_names_the_creditor_and_the_journal_that_the_package_knows(
    ledger: Ledger, world: World
) -> None:
    place = ledger.company.organisation.id
    with ledger.company.system():
        found = FixedAccounts.objects.get()
        accounts = {role: getattr(found, f"{role}_id") for role in FIXED}
    with member_scope(world.marit, now=NOW) as marit:
        codes = {"journal": "70", "memorial": "90", "administration": "001"}
        fix_accounts(organisation_id=place, accounts=accounts, codes=codes, actor=marit, now=NOW)
    pre = ledger.coded(number="pre")
    ledger.company.start(pre)
    ledger.book("pre")
    ledger.company.decide(world.anna, pre, "approve")
    ledger.ready(number="whole")
    (batch,) = ledger.book()
    with ledger.company.system():
        assert forms_of(batch).keys() == FORMS.keys()
        assert name_of(batch, "xaf") == "omloop-2.xaf" and name_of(batch, "afas") == "omloop-2-afas.csv"
        root = ElementTree.fromstring(b"".join(FORMS["twinfield"].parts(batch)))
        rows = b"".join(FORMS["afas"].parts(batch)).decode()
    by_code = {said(row, "header/code"): row for row in root.iter("transaction")}
    purchase, memorial = by_code["70"], by_code["90"]
    assert said(purchase, "header/office") == "001" and said(purchase, "header/duedate") == "20260430"
    assert [line.attrib["type"] for line in purchase.iter("line")] == ["total", "detail", "detail", "vat"]
    assert {line.attrib["type"] for line in memorial.iter("line")} == {"detail"}
    assert ";001;70;" in rows and ";001;90;" in rows


@pytest.mark.parametrize(
    "vat, country",
    [("NL001234567B01", "NL"), ("EL123456789", "GR"), ("XI123", ""), ("", ""), ("be0123", "BE")],
)
def test_a_country_in_an_auditfile_is_one_of_iso_3166(vat: str, country: str) -> None:
    assert country_of(vat) == country


def line(amount: Decimal, account: str, centre: str = "", unit: str = "") -> BookingLine:
    return BookingLine(amount=amount, account=account, cost_centre=centre, cost_unit=unit)


def test_the_coding_stands_on_the_invoice_or_on_its_lines() -> None:
    document = next(
        each
        for n in range(20)
        if len((each := paper(SUPPLIERS[0], "90001001", n, date(2026, 3, 2), random.Random(n))).lines) > 1
    )
    nets = [each.net_amount.amount for each in document.lines if each.net_amount]
    one = read(write(with_coding(document, [line(sum(nets), "4310", "4100")])))
    assert one.accounting_reference == "4310:4100"
    assert {each.accounting_reference for each in one.lines} == {"4310:4100"}
    alike = read(
        write(with_coding(document, [line(net, f"43{at}", unit="P") for at, net in enumerate(nets)]))
    )
    assert alike.accounting_reference is None
    assert [each.accounting_reference for each in alike.lines] == [f"43{at}::P" for at in range(len(nets))]
    odd = [line(sum(nets) - 1, "4310"), line(Decimal(1), "4500", "4200")]
    several = read(write(with_coding(document, odd)))
    assert several.accounting_reference == f"4310={sum(nets) - 1:.2f} 4500:4200=1.00"
    assert replace(several, accounting_reference=None) == replace(
        read(write(document)), accounting_reference=None
    )


def test_the_zip_holds_every_invoice_with_its_coding_and_is_the_same_whenever_one_asks(
    ledger: Ledger,
) -> None:
    papers = [write(paper(SUPPLIERS[0], "90001001", n, date(2026, 3, 2), random.Random(n))) for n in (1, 2)]
    for data, name in (
        (papers[0], "a.xml"),
        (papers[1], "b.xml"),
        (b"\x89PNG\r\n\x1a\n no invoice", "c.PNG"),
    ):
        last = keep(ledger, data, name)
    (batch,) = ledger.book()
    with ledger.company.system():
        first, again = (b"".join(FORMS["ubl"].parts(batch)) for _ in range(2))
    assert first == again
    with ZipFile(BytesIO(first)) as archive:
        assert archive.namelist() == ["coding.csv", "1-1.xml", "1-2.xml", "1-3.png"]
        read_back = [read(archive.read(f"1-{at}.xml")) for at in (1, 2)]
    originals = [read(data) for data in papers]
    assert [each.totals for each in read_back] == [each.totals for each in originals]
    assert {each.accounting_reference for each in read_back} == {"4310:4100=500.00 4500:4200=500.00"}
    reversal = ledger.reverse(last)
    assert "ubl" not in forms_of(reversal) and "xaf" in forms_of(reversal)
    with ledger.company.system():
        assert broken(ElementTree.fromstring(xaf_of(reversal))) == []


def keep(ledger: Ledger, data: bytes, name: str) -> UUID:
    key = ledger.ready()
    place = ledger.company.organisation.id
    with ledger.company.system():
        hold(place)
        digest = files.keep(place, data)
        Document.objects.filter(invoice__id=key).update(sha256=digest, filename=name)
    return key
