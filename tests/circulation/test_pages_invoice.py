"""The page of one invoice: where it is, the paper, and its parts."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

import omloop
from omloop.circulation.pages.invoice import LINES, Part
from omloop.circulation.reading.history import sentences
from omloop.circulation.reading.paper import lay_out
from omloop.circulation.reading.places import Spot, spot_of
from omloop.flow.command_line import take_in
from omloop.intake.models import Channel
from omloop.invoices.models import Invoice, InvoiceLine
from omloop.organisations.holding import hold
from omloop.organisations.members import operator_member
from tests.circulation.company import Company, at
from tests.circulation.reader import link, said, signed_in
from tests.paper import DRAWING, broken_file, euro, file, paper
from tests.world import World


def arrive(company: Company, data: bytes) -> UUID:
    """A file comes in by the real door; the id of its invoice."""
    accepted = take_in(
        organisation_id=company.organisation.id,
        data=data,
        filename="invoice.xml",
        channel=Channel.COMMAND_LINE,
        actor=operator_member(company.organisation.id),
        received_at=at("04-03"),
    )
    with company.system():
        return UUID(str(Invoice.objects.get(document_id=accepted.document_id).id))


@pytest.fixture
def invoice(company: Company, world: World) -> UUID:
    company.rule(("approve", world.anna), ("approve", world.sanne))
    company.absent(world.anna, "04-01", "05-01", world.bram)
    return arrive(company, file("2026-0418", attachments=(DRAWING,)))


@pytest.fixture
def as_bram(world: World) -> Client:
    return signed_in(world.bram)


def test_it_tells_where_the_invoice_is_and_why(invoice: UUID, as_bram: Client) -> None:
    words = said(as_bram.get(f"/invoices/{invoice}/"))
    assert "In circulation step 1 of 2" in words and "Approved after 2 more steps" in words
    assert "Waits for AV BW you, for Anna de Vries" in words
    assert "Bram Willems on behalf of Anna de Vries since" in words and "Waits for your approval" in words
    assert "Anna de Vries is away from 1 April through 1 May." in words
    assert "Sanne Bakker gives an approval after that" in words


def test_the_paper_says_what_the_e_invoice_says(invoice: UUID, as_bram: Client, company: Company) -> None:
    words = said(as_bram.get(f"/invoices/{invoice}/"))
    stored = company.invoice(invoice)
    assert f"Invoice {stored.number}" in words and stored.supplier_name in words
    assert "Reading view, made from the e-invoice (XML)." in words
    iban = " ".join(re.findall(".{1,4}", stored.iban))
    assert f"IBAN {iban}" in words
    with company.system():
        for line in InvoiceLine.objects.filter(invoice=stored):
            assert line.name in words


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("data", ["Import date", "Fri 3 Apr", "This date decides whether somebody stands in.", "SHA-256"]),
        ("lines", ["Quantity", "Total without VAT"]),
        ("attachments", ["Attachments don't change any more"]),
        ("validation", ["All rules are met", "structure, amounts, VAT and codes are in order"]),
        ("circulation", ["Received for Zwaluw Techniek B.V., by command line"]),
        ("history", ["Waits for Bram Willems, on behalf of Anna de Vries", "Read and validated", "Operator"]),
        ("nonsense", ["Waits for your approval"]),
    ],
)
def test_each_part_has_its_own(part: str, words: list[str], invoice: UUID, as_bram: Client) -> None:
    page = as_bram.get(f"/invoices/{invoice}/?part={part}")
    assert page.status_code == 200
    for each in words:
        assert each in said(page)


def test_the_history_is_told_in_words(invoice: UUID, as_bram: Client) -> None:
    page = said(as_bram.get(f"/invoices/{invoice}/?part=history"))
    assert not re.search(r"\b(document|invoice|circulation|step)\.[a-z_]+", page)


def test_every_event_about_an_invoice_can_be_told() -> None:
    rooms = Path(omloop.__file__).parent
    written = "".join(
        path.read_text()
        for room in ("intake", "invoices", "circulation")
        for path in (rooms / room).glob("*.py")
    )
    names = set(re.findall(r'"((?:document|invoice|circulation|step)\.(?!xml)[a-z_]+)"', written))
    assert len(names) > 10
    assert names <= set(sentences({}))


def test_a_held_invoice_is_let_pass_by_who_may(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    invoice = arrive(company, broken_file())
    sanne = signed_in(world.sanne)
    page = said(sanne.get(f"/invoices/{invoice}/?part=validation"))
    assert "Held because of errors" in page and "Why may it pass?" in page and "Error: " in page
    assert "Validated held: 1 error" in page and "In circulation not started" in page
    sanne.post(f"/invoices/{invoice}/let-pass/", {"reason": "Agreed by telephone.", "next": "/"})
    assert "Sanne Bakker let it pass" in said(sanne.get(f"/invoices/{invoice}/?part=validation"))


def test_a_finding_says_what_how_and_where_and_leads_there(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    line = replace(paper().lines[0], net_amount=euro("100.001"))
    invoice = arrive(company, file("2026-0420", lines=(line,)))
    sanne = signed_in(world.sanne)
    answer = sanne.get(f"/invoices/{invoice}/?part=validation")
    page = said(answer)
    assert "Error: The net amount of the line (BT-131) has more than two decimals. BR-DEC-23" in page
    assert "BR-DEC-23 Round cbc:LineExtensionAmount" in page and "Terms of EN 16931: BT-131" in page
    assert "line 2 /Invoice/InvoiceLine" in page
    assert link(answer, "Line 1: Ventilator") == "#paper-line-1"
    assert b'<tr id="paper-line-1">' in answer.content
    report = sanne.get(link(answer, "Report for the supplier"))
    assert report.headers["Content-Disposition"].startswith("attachment")
    assert (
        b"Het bedrag van de regel (BT-131)" in report.content and b"The net amount of the" in report.content
    )
    dutch = said(signed_in(world.sanne, "nl").get(f"/invoices/{invoice}/?part=validation"))
    assert "Op de factuur: Regel 1: Ventilator" in dutch


def test_a_place_in_the_file_is_a_place_on_the_paper() -> None:
    settlement = "/CrossIndustryInvoice/SupplyChainTradeTransaction/ApplicableHeaderTradeSettlement"
    drawn = lay_out(paper(payment_means=()))
    for path, term, words, address in (
        ("/Invoice/InvoiceLine[1]/Price", "", "Line 1: Ventilator", "#paper-line-1"),
        ("/Invoice/InvoiceLine[2]/Price", "", "Line 2", "?part=lines"),
        ("/Invoice/AccountingSupplierParty/Party", "", "Supplier", "#paper-seller"),
        ("/Invoice", "BT-112", "Totals", "#paper-totals"),
        ("/Invoice", "BT-43", "Supplier", "#paper-seller"),
        ("/Invoice", "BT-44", "Buyer", "#paper-buyer"),
        ("/Invoice", "BT-165", "Top of the invoice", "#paper-head"),
        ("/Invoice/AdditionalDocumentReference", "", "Attachments", "?part=attachments"),
        ("/Invoice/AllowanceCharge[2]", "", "Allowances and charges", ""),
        (f"{settlement}/PaymentReference", "", "Payment", ""),
    ):
        with override("en"):
            assert spot_of(path, (term,), drawn) == Spot(words, address)
            assert not spot_of(path, (term,), None).address.startswith("#")


def test_the_pager_walks_through_my_worklist(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    first, second = (company.arrive(number=f"A-{n}", due_on=date(2026, 4, n)) for n in (1, 2))
    anna, sanne = signed_in(world.anna), signed_in(world.sanne)
    page = anna.get(f"/invoices/{first}/")
    assert "1 of 2" in said(page) and link(page, 'rel="next"') == f"/invoices/{second}/"
    assert link(anna.get(f"/invoices/{second}/"), 'rel="prev"') == f"/invoices/{first}/"
    assert b'class="pager"' not in sanne.get(f"/invoices/{first}/").content


def test_a_stranger_finds_nothing(invoice: UUID, world: World) -> None:
    for part in Part:
        assert signed_in(world.otto).get(f"/invoices/{invoice}/?part={part}").status_code == 404


def test_its_price_does_not_grow_with_lines(invoice: UUID, company: Company, world: World) -> None:
    sanne = signed_in(world.sanne)
    address = f"/invoices/{invoice}/?part=lines"
    sanne.get(address)
    with CaptureQueriesContext(connection) as few:
        sanne.get(address)
    with company.system():
        hold(company.organisation.id)
        InvoiceLine.objects.bulk_create(
            InvoiceLine(
                organisation=company.organisation, invoice_id=invoice, position=100 + n, name=f"line {n}"
            )
            for n in range(LINES)
        )
    with CaptureQueriesContext(connection) as many:
        page = sanne.get(address)
    assert len(few) == len(many)
    assert "The next 200 lines" in said(page)
    rest = sanne.get(link(page, "The next 200 lines"))
    assert f"line {LINES - 1}" in said(rest) and "From the start" in said(rest)
    assert sanne.get(f"{address}&from={'9' * 400}").status_code == 200
