"""By an environment's provider, in a browser under the strict content policy."""

import pytest
from django.conf import settings
from django.core.cache import cache
from playwright.sync_api import BrowserContext, Page, expect

from tests.provider import CLIENT_ID, SECRET, running
from tests.world import PASSWORD, World

pytestmark = pytest.mark.browser


def sign_in(page: Page, site: str, first_name: str, next_address: str) -> None:
    page.goto(f"{site}/account/login/?next={next_address}")
    page.get_by_label("E-mailadres").fill(f"{first_name}@noordgroep.example")
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Inloggen", exact=True).click()


def test_marit_adds_a_provider_and_bram_comes_in_by_it(
    context: BrowserContext, site: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "OWN_NETWORKS", ("127.0.0.0/8",))
    cache.clear()
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    with running(asks_first=True, subject="marit-at-work") as provider:
        sign_in(page, site, "marit", f"/environments/{world.noordgroep_id}/sign-in/")
        page.get_by_label("Naam op de knop").fill("Noordlogin")
        page.get_by_label("Uitgever (issuer)").fill(provider.issuer)
        page.get_by_label("Client-id").fill(CLIENT_ID)
        page.get_by_label("Clientgeheim").fill(SECRET)
        page.get_by_role("button", name="Provider opslaan").click()
        page.get_by_role("link", name="Nu ermee inloggen").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Ben jij het?")
        page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Bevestigen").click()
        page.get_by_role("button", name="Door naar Noordlogin").click()
        page.get_by_role("link", name="I am marit-at-work").click()
        expect(page.get_by_text("Je kwam binnen met Noordlogin")).to_be_visible()
        page.get_by_role("button", name="De enige weg naar binnen maken").click()
        expect(page.get_by_role("heading", name="Je komt alleen binnen met Noordlogin")).to_be_visible()
        entrance = page.get_by_role("link", name="/sign-in/").get_attribute("href")
        context.clear_cookies()

        provider.subject = "bram-at-work"
        sign_in(page, site, "bram", "/invoices/")
        page.get_by_role("link", name="Noordlogin koppelen en inloggen").click()
        page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Bevestigen").click()
        page.get_by_role("button", name="Door naar Noordlogin").click()
        page.get_by_role("link", name="I am bram-at-work").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Inkoopfacturen")
        context.clear_cookies()

        page.goto(f"{site}{entrance}")
        page.get_by_role("button", name="Inloggen met Noordlogin").click()
        page.get_by_role("link", name="I am bram-at-work").click()
        expect(page.get_by_role("navigation", name="Hoofdmenu")).to_contain_text("Bram Willems")
    refusals = [said for said in complaints if "403" not in said]
    assert refusals == []
    assert len(complaints) == 1, "Bram at the shut door, once"
