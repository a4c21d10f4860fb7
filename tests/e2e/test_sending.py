"""An invoice goes from one organisation of the demo to another, and its sender sees what became of it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit

pytestmark = pytest.mark.browser


def test_an_invoice_is_sent_arrives_circulates_and_its_approval_shows_at_the_sender(visit: Visit) -> None:
    sanne = visit("Sanne Bakker")
    sanne.get_by_role("link", name=re.compile("Verkoop")).click()
    sanne.get_by_label("Voor welke organisatie?").select_option(label="Zwaluw Techniek B.V.")
    sanne.get_by_role("button", name="Nieuwe factuur").click()
    sanne.get_by_label("Klant", exact=True).select_option(label="Vuurtoren Holding B.V.")
    sanne.get_by_label("Vervaldatum").fill((timezone.localdate() + timedelta(days=14)).isoformat())
    sanne.get_by_label("Regel 1: wat het is").fill("Koelcel nakijken")
    sanne.get_by_label("Regel 1: aantal").fill("3")
    sanne.get_by_label("Regel 1: prijs zonder btw").fill("80,00")
    sanne.get_by_label("Regel 1: eenheid").select_option("HUR")
    expect(sanne.locator("#totals")).to_contain_text("290,40")
    sanne.get_by_role("button", name="Nummeren en versturen").click()
    number = sanne.get_by_role("heading", level=1).inner_text().split()[-1]
    wait_for(sanne, "Bezorgd")

    bram = visit("Bram Willems")
    wait_for(bram, number)
    row = bram.locator("#waiting li").filter(has_text=number)
    row.get_by_role("link").first.click()
    chosen = bram.get_by_role("region", name="De gekozen factuur")
    chosen.get_by_role("link", name="Zwaluw Techniek B.V.").first.click()
    bram.get_by_role("button", name="Akkoord").click()
    expect(bram.get_by_role("status").filter(has_text="Akkoord gegeven")).to_be_visible()
    wait_for(sanne, "Goedgekeurd|Akkoord")


def wait_for(page: Page, words: str) -> None:
    """The worker brings it about within seconds; a person would reload the page as well."""
    for _ in range(60):
        if re.search(words, page.locator("main").inner_text()):
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(f"{words} did not show")
