"""Periods, exports and the month-end list (rules 3.11)."""

import csv
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import StringIO
from uuid import UUID
from xml.etree import ElementTree

import pytest
from django.db.models import Sum
from django.test import Client

from omloop.booking.forms import FORMS
from omloop.booking.models import Batch, Booking, BookingLine
from omloop.booking.periods import closed_months
from omloop.booking.refusals import NothingSaid, NothingToBook
from omloop.booking.services import book
from omloop.coding.services import code
from omloop.invoices.models import Invoice
from tests.booking.ledger import LAST, NOW, Ledger
from tests.circulation.company import Company
from tests.circulation.reader import said, signed_in
from tests.world import World

FEBRUARY, MARCH, APRIL = (date(2026, month, 1) for month in (2, 3, 4))


@pytest.fixture
def ledger(world: World) -> Ledger:
    return Ledger.of(Company(world, world.zwaluw))


@pytest.fixture
def sanne(world: World) -> Client:
    return signed_in(world.sanne)


def pages(ledger: Ledger) -> str:
    return f"/organisations/{ledger.company.organisation.id}/booking/"


def files_of(ledger: Ledger, batch: Batch) -> list[bytes]:
    """In every form but the one that needs the suppliers' own files."""
    with ledger.company.system():
        found = Batch.objects.get(id=batch.id)
        return [b"".join(form.parts(found)) for name, form in FORMS.items() if name != "ubl"]


def test_sanne_closes_a_month_and_opens_it_again_with_a_reason(ledger: Ledger, sanne: Client) -> None:
    page = f"{pages(ledger)}periods/"
    sanne.post(page, {"year": "2026", "close": "2026-03-01"})
    with ledger.company.system():
        assert closed_months(ledger.company.organisation.id) == {MARCH}
    answer = sanne.post(page, {"year": "2026", "reopen": "2026-03-01"}, follow=True)
    assert "Write why" in answer.content.decode()
    sanne.post(page, {"year": "2026", "reopen": "2026-03-01", "reason": "Nagekomen factuur"})
    assert "Nagekomen factuur" in said(sanne.get(f"{page}?year=2026"))
    sanne.post(page, {"year": "2026", "all": "1"})
    with ledger.company.system():
        assert len(closed_months(ledger.company.organisation.id)) == 12
    with pytest.raises(NothingSaid):
        ledger.reopen(MARCH, reason=" ")


def test_an_invoice_of_a_closed_month_is_booked_in_the_first_open_one(ledger: Ledger) -> None:
    ledger.close(MARCH)
    invoice = ledger.ready()
    ledger.book()
    assert ledger.booking(invoice).booked_on == APRIL


def test_a_reopened_month_leaves_the_exported_file_byte_for_byte(ledger: Ledger) -> None:
    ledger.ready()
    (batch,) = ledger.book()
    before = files_of(ledger, batch)
    ledger.close(MARCH)
    ledger.reopen(MARCH)
    ledger.ready(number="2")
    ledger.book()
    assert files_of(ledger, batch) == before


def test_a_line_that_names_another_month_is_booked_in_it_and_the_entry_keeps_its_date(
    ledger: Ledger, sanne: Client
) -> None:
    invoice = of_february(ledger)
    text = said(sanne.get(pages(ledger), {"up_to": "2026-12-31"}))
    assert "partly in February 2026" in text
    (batch,) = ledger.book()
    before = files_of(ledger, batch)
    assert ledger.booking(invoice).booked_on == date(2026, 3, 2)
    assert "partly in February 2026" in said(sanne.get(f"{pages(ledger)}exports/{batch.id}/"))
    own, other = "2026-03", "2026-02"
    months = {"4310": own, "4500": other, "1520": own, "1600": own}
    with ledger.company.system():
        files = {
            name: b"".join(FORMS[name].parts(batch)).decode("utf-8-sig") for name in FORMS if name != "ubl"
        }
        batch.tells_periods = False  # as it was made before
        plain = list(table(b"".join(FORMS["csv"].parts(batch)).decode("utf-8-sig")))
    rows = table(files["csv"])
    assert {row["account"]: row.pop("line_period") for row in rows} == months
    assert plain == rows
    exact = table(files["exact-csv"])
    assert {row["Grootboekrekening"]: f"{row['Boekjaar']}-{row['Periode']:>02}" for row in exact} == months
    lines = list(ElementTree.fromstring(files["exact"]).iter("GLTransactionLine"))
    periods = [row.find("FinPeriod").attrib["number"] for row in lines]  # type: ignore[union-attr]
    assert periods == ["3", "2", "3", "3"] and {row.findtext("Date") for row in lines} == {"2026-03-02"}
    afas = [(row["Periode"], row["Omschrijving boeking"]) for row in table(files["afas"])]
    assert afas == [("3", ""), ("3", "2026-02 Huur"), ("3", ""), ("3", "")]
    assert "<desc>2026-02 Huur</desc>" in files["xaf"] and files["xaf"].count("2026-02 ") == 1
    assert "<description>2026-02 Huur</description>" in files["twinfield"]
    ledger.close(FEBRUARY)
    turned = ledger.reverse(invoice)
    assert set(months_of(ledger, turned)) == {None}, "nothing comes into a closed month"
    assert files_of(ledger, batch) == before


def test_a_line_of_a_closed_month_falls_in_the_month_of_the_entry_and_the_page_says_so(
    ledger: Ledger, sanne: Client
) -> None:
    ledger.close(FEBRUARY)
    of_february(ledger)
    text = said(sanne.get(pages(ledger), {"up_to": "2026-12-31"}))
    assert "February 2026 is closed: what was coded there falls in the month of the booking date" in text
    (batch,) = ledger.book()
    assert set(months_of(ledger, batch)) == {None}


def of_february(ledger: Ledger) -> UUID:
    """Of 2 March, with a line that says so and one of February."""
    invoice = ledger.received(state="approved")
    line = ledger.books.line
    march, february = line("400", period=MARCH), line("600", "4500", period=FEBRUARY, description="Huur")
    ledger.books.code(invoice, march, february)
    return invoice


def months_of(ledger: Ledger, batch: Batch) -> list[date | None]:
    with ledger.company.system():
        rows = BookingLine.objects.filter(booking__batch=batch)
        return list(rows.values_list("period", flat=True))


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text), delimiter=";"))


def test_what_failed_is_taken_out_with_a_reason_and_goes_in_the_next_export(
    ledger: Ledger, sanne: Client
) -> None:
    good, bad = ledger.ready(number="1"), ledger.ready(number="2")
    (first,) = ledger.book()
    before = files_of(ledger, first)
    ledger.take_out(bad)
    assert "Crediteur onbekend" in said(sanne.get(f"/invoices/{bad}/?part=data"))
    (second,) = ledger.book()
    assert (first.number, second.number) == (1, 2)
    with ledger.company.system():
        assert [each.invoice_id for each in second.bookings.all()] == [bad]
        standing = Booking.objects.filter(ended_at=None).values_list("invoice_id", flat=True)
        assert sorted(standing) == sorted([good, bad])
        ended = Booking.objects.get(batch=first, invoice_id=bad)
    assert files_of(ledger, first) == before
    answer = sanne.post(
        f"{pages(ledger)}exports/{first.id}/entries/{ended.id}/end/",
        {"reason": "x", "take_out": ""},
        follow=True,
    )
    assert "taken out or reversed already" in answer.content.decode()


def test_a_coding_that_was_wrong_is_corrected_by_a_new_entry_in_the_next_export(
    ledger: Ledger, run_jobs: Callable[[], None]
) -> None:
    """What was exported stays; together the three exports say what is right."""
    invoice = ledger.approved()
    (first,) = ledger.book()
    before = files_of(ledger, first)
    turned = ledger.reverse(invoice, reason="Verkeerde grootboekrekening")
    ledger.books.code(invoice, ledger.books.line("1000", "0250", "4100"), now=NOW.replace(minute=50))
    with pytest.raises(NothingToBook):
        ledger.book(now=NOW.replace(minute=51))
    run_jobs()
    ledger.company.decide(ledger.company.world.anna, invoice, "approve")
    (corrected,) = ledger.book()
    assert [each.kind for each in (first, turned, corrected)] == ["full", "reversal", "full"]
    with ledger.company.system():
        lines = BookingLine.objects.filter(booking__invoice_id=invoice)
        sums = dict(lines.values_list("account").annotate(sum=Sum("amount")).values_list("account", "sum"))
    costs = {account: amount for account, amount in sums.items() if amount}
    assert costs == {"0250": Decimal(1000), "1520": Decimal(210), "1600": Decimal(-1210)}
    assert files_of(ledger, first) == before


def test_she_books_by_the_page_and_downloads_both_files(ledger: Ledger, sanne: Client) -> None:
    invoice, other = ledger.ready(number="1"), ledger.ready(number="2")
    page = pages(ledger)
    asked = {"kind": "full", "up_to": "2026-12-31"}
    assert "can be booked" in said(sanne.get(page, asked))
    answer = sanne.post(page, {**asked, "invoice": [str(invoice)]})
    assert answer.status_code == 302
    again = sanne.post(page, {**asked, "invoice": [str(invoice)]})
    assert again.status_code == 422 and "None of these invoices" in again.content.decode()
    batch = ledger.booking(invoice).batch
    assert said(sanne.get(f"{page}exports/")).count("Export 1") == 1
    file = sanne.get(f"{page}exports/{batch.id}/csv/")
    rows = list(csv.DictReader(StringIO(file.content.decode("utf-8-sig")), delimiter=";"))
    assert {row["invoice_id"] for row in rows} == {str(invoice)} and str(other) not in file.content.decode()
    assert sum(Decimal(row["debit"] or 0) for row in rows) == Decimal("1210.00")
    root = ElementTree.fromstring(sanne.get(f"{page}exports/{batch.id}/xaf/").content)
    assert root.findtext(".//{*}totalCredit") == "1210.00"


def test_37_invoices_are_accrued_at_the_end_of_the_month_and_reversed_on_the_next_day(
    ledger: Ledger, sanne: Client
) -> None:
    for number in range(37):
        ledger.received("100.00", "21.00", number=str(number))
    booked = ledger.ready(number="booked")
    ledger.book()
    page = f"{pages(ledger)}month-end/"
    assert "37" in said(sanne.get(page, {"day": "2026-03-31"}))
    content = sanne.get(f"{page}file/", {"day": "2026-03-31"}).content.decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(content), delimiter=";"))
    assert len(rows) == 2 * 2 * 37 and str(booked) not in content
    for day, side in (("2026-03-31", "debit"), ("2026-04-01", "credit")):
        costs = [row for row in rows if row["date"] == day and row["account"] == "2000"]
        assert sum(Decimal(row[side]) for row in costs) == Decimal(3700)
    totals = [sum(Decimal(row[side] or 0) for row in rows) for side in ("debit", "credit")]
    assert totals[0] == totals[1]
    ready = sanne.get(f"{page}file/", {"day": "2026-03-31", "profile": "afas"}).content.decode("utf-8-sig")
    found = list(csv.DictReader(StringIO(ready), delimiter=";"))
    assert len(found) == len(rows) and {row["Dagboek"] for row in found} == {"MEMO"}
    assert {row["Periode"] for row in found} == {"3", "4"} and {row["Btw-code"] for row in found} == {""}
    debits = [Decimal(row["Bedrag debet"].replace(",", ".")) for row in found if row["Bedrag debet"]]
    assert sum(debits) == totals[0]
    assert sanne.get(f"{page}file/", {"profile": str(booked)}).status_code == 404


def test_confidential_invoices_stand_in_exports_of_their_own_that_leave_no_trace(
    ledger: Ledger, sanne: Client
) -> None:
    secret = confidential(ledger)
    shown = ledger.ready(number="1")
    batches = book_as_system(ledger)
    assert sorted(each.name for each in batches) == ["1", "V1"]
    text = said(sanne.get(f"{pages(ledger)}exports/")) + said(
        sanne.get(f"{pages(ledger)}month-end/", {"day": "2026-01-31"})
    )
    assert "V1" not in text and "Stil" not in text and str(secret) not in text and "Export 1" in text
    hidden = next(each for each in batches if each.confidential)
    assert sanne.get(f"{pages(ledger)}exports/{hidden.id}/csv/").status_code == 404
    assert ledger.booking(shown).batch.name == "1"


def confidential(ledger: Ledger) -> UUID:
    """One of a supplier called Stil, coded by the system, for Sanne does not see it."""
    key = ledger.received(number="S-1", supplier_name="Stil B.V.", confidential=True, state="approved")
    with ledger.company.system() as system:
        lines = [ledger.books.line("1000", centre="4100")]
        code(invoice=Invoice.objects.get(id=key), lines=lines, actor=system, now=NOW)
    return key


def book_as_system(ledger: Ledger) -> list[Batch]:
    with ledger.company.system() as system:
        place = ledger.company.organisation.id
        return book(organisation_id=place, kind="full", up_to=LAST, actor=system, now=NOW)
