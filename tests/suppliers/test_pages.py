"""The suppliers of an organisation: what they sent, to which account, and how much (rules 2.8, 2.12)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from omloop.audit.models import AuditEvent
from omloop.disputes.services import Claim, dispute
from omloop.einvoice import Kind, PaymentMeans
from omloop.invoices.models import Invoice
from omloop.organisations.members import member_scope
from omloop.suppliers.queries import suppliers
from tests.circulation.company import THE_DAY_AFTER, Company, at
from tests.circulation.reader import said, signed_in
from tests.incoming import come_in
from tests.paper import paper, party
from tests.world import World

NOW = THE_DAY_AFTER


@pytest.fixture
def company(world: World) -> Company:
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.anna))
    return company


def plain(words: str) -> str:
    return words.replace("\xa0", "").replace("€ ", "€")


def test_the_list_counts_adds_up_and_finds(company: Company, world: World) -> None:
    come_in(world.zwaluw, "1")
    come_in(world.zwaluw, "2", now=at("03-04"), kind=Kind.CREDIT_NOTE, type_code="381")
    come_in(world.zwaluw, "3", seller=party("De Raaf B.V.", "11223344", "NL001234567B01"))
    sanne, address = signed_in(world.sanne), f"/organisations/{world.zwaluw.id}/suppliers/"
    words = plain(said(sanne.get(address)))
    assert words.index("Kuipers Installatietechniek B.V.") < words.index("De Raaf B.V.")
    assert "€0.00" in words and "€121.00" in words
    for question, found, not_found in (
        ("raaf", "De Raaf", "Kuipers"),
        ("1122 3344", "De Raaf", "Kuipers"),
        ("NL02 ABNA 0123", "Kuipers", "nobody"),
    ):
        words = said(sanne.get(address, {"q": question}))
        assert found in words and not_found not in words, question
    assert "Nothing found" in said(sanne.get(address, {"q": "Zwanenburg"}))


def test_one_supplier_with_numbers_accounts_years_disputes_and_invoices(
    company: Company, world: World
) -> None:
    first = come_in(world.zwaluw, "1")
    other = (PaymentMeans(code="30", iban="NL20INGB0001234567"),)
    name = replace(paper().seller, legal_name="Kuipers Techniek")
    last = come_in(
        world.zwaluw, "2", now=at("03-04"), issued_on=date(2025, 4, 3), payment_means=other, seller=name
    )
    with member_scope(world.sanne, now=NOW) as member:
        dispute(first, Claim(reason="Te veel uren"), actor=member, now=NOW)
    sanne = signed_in(world.sanne)
    address = f"/organisations/{world.zwaluw.id}/suppliers/{last}/"
    words = plain(said(sanne.get(address)))
    for said_of_him in (
        "Kuipers Techniek", "Kuipers Installatietechniek B.V.", "87654321", "NL000099998B57",
        "NL20 INGB 0001 2345 67", "NL02 ABNA 0123 4567 89", "2025", "2026", "€121.00", "Te veel uren",
    ):  # fmt: skip
        assert said_of_him in words, said_of_him
    assert "Blocked for payment not approved yet, not fully booked" in words
    assert words.count("Ordinary account, not confirmed") == 2
    assert "Left to pay Payable — Blocked €242.00" in words
    assert said(sanne.get(f"/organisations/{world.zwaluw.id}/suppliers/{first}/")).count("1 invoice") == 4
    assert f'href="{address}"' in sanne.get(f"/invoices/{last}/?part=data").content.decode()


def test_the_statement_is_a_file_that_adds_up_and_stands_in_the_trail(company: Company, world: World) -> None:
    first = come_in(world.zwaluw, "1")
    come_in(world.zwaluw, "2", kind=Kind.CREDIT_NOTE, type_code="381")
    address = f"/organisations/{world.zwaluw.id}/suppliers/{first}/statement.csv"
    answer = signed_in(world.sanne).post(address)
    text = answer.content.decode("utf-8-sig")
    assert answer["Content-Type"].startswith("text/csv") and "Invoice date" in text
    assert "121.00" in text.replace(",", ".") and "-121.00" in text.replace(",", ".")
    assert "Payment status;Left to pay" in text and "blocked for payment" in text
    with company.system():
        assert AuditEvent.objects.get(name="supplier.statement_exported").detail["rows"] == 2
    assert signed_in(world.anna).post(address).status_code == 403


def test_everybody_sees_of_a_supplier_what_he_may_see(company: Company, world: World) -> None:
    shown, secret = come_in(world.zwaluw, "1"), come_in(world.zwaluw, "SECRET-7", secret=True)
    address = f"/organisations/{world.zwaluw.id}/suppliers/"
    sanne = signed_in(world.sanne)
    assert sanne.get(f"{address}{secret}/").status_code == 404
    words = plain(said(sanne.get(f"{address}{shown}/")))
    assert "SECRET-7" not in words and "€242.00" not in words and "Mark as confidential" not in words
    assert sanne.post(f"{address}{shown}/confidential/").status_code == 403
    assert signed_in(world.otto).get(address).status_code == 404
    assert signed_in(world.marit).get(address).status_code == 403


def test_the_list_costs_the_same_however_many_there_are(company: Company, world: World) -> None:
    def cost() -> int:
        with member_scope(world.sanne, now=NOW) as sanne, CaptureQueriesContext(connection) as captured:
            found, _ = suppliers(sanne, world.zwaluw.id)
            assert [each.totals[0].amount for each in found] == [Decimal(1210)] * len(found)
        return len(captured)

    company.store(supplier_name="One")
    few = cost()
    for name in ("Two", "Three", "Four"):
        company.store(supplier_name=name)
    assert cost() == few == 3


def test_what_is_cancelled_counts_nowhere(company: Company, world: World) -> None:
    kept: UUID = company.store(supplier_name="One")
    company.store(supplier_name="One", number="2", state="cancelled")
    with member_scope(world.sanne, now=NOW) as sanne:
        ((row,), _) = suppliers(sanne, world.zwaluw.id)
        assert (row.count, row.last.id) == (1, kept)
        assert Invoice.objects.count() == 2
