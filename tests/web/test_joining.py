"""From nothing to a colleague: registering, an environment of one's own, an invitation that is accepted."""

import subprocess
import sys

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.joining.people import clear_mails, forget_visits, link_in, mail_to
from tests.world import PASSWORD

pytestmark = pytest.mark.browser
EVA, TOM = "eva@de-boer-groep.example", "tom@vanbuiten.example"


def mail_for(address: str) -> str:
    """The path in the mail that comes, sent by a worker in a process of its own."""
    worker = [sys.executable, "-m", "omloop", "worker", "--once"]
    for _ in range(2):  # The second time for what the first deferred as it ended.
        subprocess.run(worker, check=True, timeout=120)
    return link_in(mail_to(address))


def make_account(page: Page, name: str, button: str) -> None:
    page.get_by_label("Je naam").fill(name)
    page.get_by_label("Wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name=button).click()


def test_eva_registers_and_invites_tom_who_accepts(
    chromium: Browser, context: BrowserContext, site: str
) -> None:
    forget_visits()
    clear_mails()
    eva = context.new_page()
    eva.goto(f"{site}/account/login/")
    eva.get_by_role("link", name="Registreren").click()
    eva.get_by_label("Je e-mailadres op het werk").fill(EVA)
    eva.get_by_role("button", name="Stuur mij de link").click()
    expect(eva.get_by_role("heading", level=1)).to_have_text("Kijk in je mail")
    eva.goto(site + mail_for(EVA))
    make_account(eva, "Eva Smit", "Account maken")
    expect(eva.get_by_role("heading", level=1)).to_have_text("Waar hoor je bij?")
    expect(eva.get_by_label("Naam van de omgeving")).to_have_value("De Boer Groep")
    eva.get_by_role("button", name="Omgeving maken").click()
    expect(eva.get_by_role("heading", level=1)).to_have_text("De Boer Groep")
    expect(eva.get_by_text("de-boer-groep.example").first).to_be_visible()

    eva.get_by_role("link", name="Iemand uitnodigen").click()
    eva.get_by_label("E-mailadres").fill(TOM)
    eva.get_by_role("button", name="Uitnodiging versturen").click()
    expect(eva.get_by_role("status")).to_contain_text(f"De uitnodiging voor {TOM} is onderweg")

    elsewhere = chromium.new_context(locale="nl-NL")
    tom = elsewhere.new_page()
    tom.goto(site + mail_for(TOM))
    expect(tom.get_by_role("heading", level=1)).to_have_text("Uitnodiging voor De Boer Groep")
    make_account(tom, "Tom Visser", "Account maken en aannemen")
    expect(tom.get_by_role("heading", level=1)).to_have_text("Werklijst")
    elsewhere.close()

    eva.goto(f"{site}/people/")
    expect(eva.get_by_role("row").filter(has_text="Tom Visser")).to_contain_text("basis")
