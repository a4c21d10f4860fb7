"""The worklist page: what one sees, what a filter and a click show, at a price that does not grow."""

import re
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from omloop.intake.models import Document
from omloop.invoices.models import Invoice
from tests.circulation.company import Company, at
from tests.circulation.reader import link, rows, said, signed_in
from tests.world import World

TODAY = timezone.localdate()


@pytest.fixture
def as_anna(world: World) -> Client:
    return signed_in(world.anna)


@pytest.fixture
def to_anna(company: Company, world: World) -> Company:
    company.rule(("approve", world.anna))
    return company


def test_it_shows_what_waits_with_why_and_the_first_invoice_beside_it(
    to_anna: Company, as_anna: Client
) -> None:
    to_anna.arrive(number="A-1", due_on=date(2026, 4, 2), with_vat=Decimal("11470.80"))
    to_anna.arrive(number="A-2", due_on=None, kind="credit_note", with_vat=Decimal("318.23"))
    words = said(as_anna.get("/"))
    assert "2 invoices wait for you, together €11,152.57" in words
    assert "Late 1" in words and "Later 1" in words and "no due date" in words
    assert "Rule R-07" in words and "−€318.23" in words
    assert "Why with me? Rule R-07 asks Anna de Vries." in words
    assert "Invoice A-1 to Zwaluw Techniek B.V." in words


def test_it_speaks_dutch(to_anna: Company, world: World) -> None:
    to_anna.arrive(number="A-1", due_on=TODAY + timedelta(days=60))
    words = said(signed_in(world.anna, "nl").get("/"))
    assert "1 factuur wacht op jou, samen € 1.210,00" in words
    assert "Waarom bij mij? Regel R-07 vraagt Anna de Vries." in words
    assert "Akkoord A" in words and "Retour R" in words and "Afkeuren" in words


def test_the_substitute_sees_for_whom_he_decides(to_anna: Company, world: World) -> None:
    to_anna.absent(world.anna, "04-01", "05-01", world.bram)
    to_anna.arrive(at("04-03"), number="B-1")
    response = signed_in(world.bram).get("/")
    assert "Standing in for Anna de Vries through 1 May" in said(response)
    assert "You decide on behalf of Anna de Vries." in said(response)
    assert 'class="why" data-tone="substitute"' in response.content.decode()


def test_sums_are_by_currency(to_anna: Company, as_anna: Client) -> None:
    to_anna.arrive(number="A-1", with_vat=Decimal("100.00"))
    to_anna.arrive(number="A-2", with_vat=Decimal("50.00"))
    to_anna.rate("0.9")
    to_anna.arrive(number="A-3", with_vat=Decimal("70.00"), currency="USD")
    to_anna.arrive(number="A-4", with_vat=None)
    response = as_anna.get("/")
    assert "4 invoices wait for you, together €150.00 and USD 70.00" in said(response).replace("\xa0", " ")
    assert "amount unknown" in said(response)


def test_filters_and_organisations_narrow_it(to_anna: Company, world: World, as_anna: Client) -> None:
    to_anna.arrive(number="late", due_on=TODAY - timedelta(days=1))
    to_anna.arrive(number="soon", due_on=TODAY + timedelta(days=40))
    assert "1 of the 2 invoices that wait for you" in said(as_anna.get("/?filter=late"))
    assert len(rows(as_anna.get("/?filter=late"))) == 1
    assert "Nothing under this filter" in said(as_anna.get("/?filter=findings"))
    assert len(rows(as_anna.get(f"/?organisation={world.zwaluw.id}"))) == 2
    elsewhere = as_anna.get(f"/?organisation={world.beheer.id}")
    assert "Nothing waits for you at Noord Beheer B.V." in said(elsewhere)
    assert len(rows(as_anna.get("/?filter=nonsense&organisation=x&after=y&invoice=z&view=w"))) == 2


def test_a_chosen_invoice_stands_beside_the_list(to_anna: Company, as_anna: Client) -> None:
    to_anna.arrive(number="A-1", due_on=date(2026, 4, 2))
    second = to_anna.arrive(number="A-2", due_on=date(2026, 4, 3))
    page = as_anna.get(f"/?invoice={second}")
    assert "Invoice A-2 to Zwaluw" in said(page) and "2 of 2" in said(page)
    assert page.content.decode().count('<li class="row" aria-current="true">') == 1
    assert rows(page)[1] == f"/?invoice={second}"


def test_htmx_gets_the_pane_alone_and_hears_what_is_shown(to_anna: Company, as_anna: Client) -> None:
    invoice = to_anna.arrive(number="A-1")
    part = as_anna.get(f"/?invoice={invoice}", headers={"HX-Request": "true", "HX-Target": "preview"})
    assert b"<html" not in part.content and b'class="preview-head"' in part.content
    assert 'id="shown" hx-swap-oob="innerHTML"' in part.content.decode()


def test_an_invoice_of_somebody_else_is_not_there(to_anna: Company, world: World) -> None:
    invoice = to_anna.arrive(number="A-1")
    assert signed_in(world.otto).get(f"/?invoice={invoice}").status_code == 404
    assert signed_in(world.bram).get(f"/?invoice={invoice}").status_code == 404
    assert signed_in(world.anna).get(f"/?invoice={uuid4()}").status_code == 404
    assert Client().get("/").url.startswith("/account/login/")


def test_a_long_list_goes_on_after_fifty(to_anna: Company, as_anna: Client) -> None:
    for n in range(52):
        to_anna.arrive(number=f"A-{n}", due_on=date(2026, 4, 1) + timedelta(days=n))
    first = as_anna.get("/")
    assert len(rows(first)) == 50
    following = link(first, "The next 50")
    second = as_anna.get(following)
    assert len(rows(second)) == 2 and "From the start" in said(second)
    assert not set(rows(first)) & set(rows(second))
    last = as_anna.get(rows(first)[-1])
    assert link(last, 'rel="next"') == following


def test_a_list_alone_is_remembered_on_this_device(to_anna: Company, as_anna: Client) -> None:
    invoice = to_anna.arrive(number="A-1")
    chosen = as_anna.get("/?view=list")
    assert rows(chosen) == [f"/invoices/{invoice}/"]
    assert b'id="preview"' not in as_anna.get("/").content
    assert b'id="preview"' in as_anna.get("/?view=preview").content


def test_when_nothing_waits_it_says_what_to_do(company: Company, world: World) -> None:
    approver = signed_in(world.anna).get("/")
    assert "Nothing waits for you" in said(approver) and "Plan my absence" in said(approver)
    assert b'id="preview"' not in approver.content
    assert "Upload an invoice" in said(signed_in(world.sanne).get("/"))


def test_its_price_does_not_grow_with_what_waits(to_anna: Company, as_anna: Client) -> None:
    to_anna.arrive(number="A-1")
    as_anna.get("/")
    with CaptureQueriesContext(connection) as few:
        as_anna.get("/")
    for n in range(12):
        to_anna.arrive(number=f"B-{n}")
    with CaptureQueriesContext(connection) as many:
        as_anna.get("/")
    assert len(many) == len(few)
    assert len(many) < 48


def test_a_damaged_original_leaves_the_rest_of_the_page(to_anna: Company, as_anna: Client) -> None:
    invoice = to_anna.arrive(number="A-1")
    with to_anna.system():
        assert Document.objects.filter(invoice=Invoice.objects.get(id=invoice)).exists()
    assert "can't be drawn as a sheet" in said(as_anna.get("/"))


def test_no_page_holds_a_style_or_a_script_of_its_own(to_anna: Company, as_anna: Client) -> None:
    invoice = to_anna.arrive(number="A-1")
    for address in ("/", "/?view=list", f"/invoices/{invoice}/", f"/invoices/{invoice}/?part=history"):
        page = as_anna.get(address).content.decode()
        assert " style=" not in page and "<style" not in page and " onclick=" not in page
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))


def test_what_a_supplier_writes_is_shown_and_never_run(to_anna: Company, as_anna: Client) -> None:
    to_anna.arrive(number="<script>alert(1)</script>", supplier_name='"><img src=x onerror=alert(1)>')
    page = as_anna.get("/").content.decode()
    assert "<script>alert" not in page and "<img" not in page
    assert "&lt;script&gt;alert(1)" in page
