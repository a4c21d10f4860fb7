"""The worklist and the page of an invoice, through the browser's door: what one sees, and what a click does."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.http import HttpResponse
from django.test import Client

from omloop.people.models import Person
from tests.circulation.company import Company
from tests.world import World


@pytest.fixture
def as_anna(world: World) -> Client:
    return signed_in(world.anna)


def signed_in(person: Person, language: str = "en") -> Client:
    Person.objects.filter(id=person.id).update(language=language)
    client = Client()
    client.force_login(person)
    return client


def said(response: HttpResponse) -> str:
    """The words of a page, without tags and with single spaces."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text)


def test_the_worklist_shows_what_waits_with_why_and_the_first_invoice_beside_it(
    company: Company, world: World, as_anna: Client
) -> None:
    company.rule(("approve", world.anna))
    company.arrive(number="A-1", due_on=date(2026, 4, 2), with_vat=Decimal("11470.80"))
    company.arrive(number="A-2", due_on=date(2026, 4, 3), kind="credit_note", with_vat=Decimal("318.23"))
    words = said(as_anna.get("/"))
    assert "2 invoices wait for you, together €11,152.57" in words
    assert "Rule R-07" in words and "−€318.23" in words
    assert "Why with me?" in words and "Rule R-07 asks Anna de Vries." in words
    assert "Invoice A-1 to Zwaluw Techniek B.V." in words
