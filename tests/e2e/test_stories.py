"""What people of the demo do in a browser, told for somebody who has never seen Omloop."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit
from tests.paper import file

pytestmark = pytest.mark.browser
AWAY = (timezone.localdate() + timedelta(days=60), timezone.localdate() + timedelta(days=70))


def waiting(page: Page) -> int:
    """How many invoices the worklist says there are."""
    return int(page.get_by_role("link", name=re.compile(r"^Alles \d+")).inner_text().split()[-1])


def test_newcomer_approves_his_first_invoice(visit: Visit) -> None:
    page = visit("Bram Willems")
    expect(page.get_by_role("heading", level=1)).to_have_text("Werklijst")
    count = waiting(page)
    row = page.locator("#waiting").get_by_role("link").nth(1)
    supplier = row.inner_text()
    row.click()
    chosen = page.get_by_role("region", name="De gekozen factuur")
    expect(chosen.get_by_role("heading", level=2).first).to_have_text(supplier)
    chosen.get_by_role("link", name=supplier).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(supplier)
    why = page.get_by_role("heading", name="Wacht op jouw akkoord").locator("..")
    expect(why).to_contain_text("De importdatum is")
    page.get_by_role("button", name="Akkoord").click()
    expect(page.get_by_role("status").filter(has_text="Akkoord gegeven")).to_be_visible()
    page.goto("/")
    assert waiting(page) == count - 1


def test_worklist_says_why_it_is_with_me(visit: Visit) -> None:
    page = visit("Bram Willems")
    page.goto("/?filter=substitute")
    chosen = page.get_by_role("region", name="De gekozen factuur")
    expect(chosen.get_by_role("heading", name="Waarom bij mij?")).to_be_visible()
    expect(chosen).to_contain_text("Je beslist namens Yusuf Demir.")


def test_by_keyboard_alone(visit: Visit) -> None:
    page = visit("Bram Willems")
    count = waiting(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    title = page.locator("#waiting .title:focus")
    expect(title).to_have_count(1)
    supplier = title.inner_text()
    expect(page.locator("#preview h2").first).to_have_text(supplier)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(supplier)
    page.keyboard.press("a")
    expect(page.get_by_role("status").filter(has_text="Akkoord gegeven")).to_be_visible()
    page.goto("/")
    assert waiting(page) == count - 1


def test_returning_asks_for_a_reason(visit: Visit) -> None:
    page = visit("Annemieke van den Bosch-Wolterbeek")
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog", name="Retour sturen")
    dialog.get_by_role("button", name="Retour").click()
    reason = dialog.get_by_label("Wat moet er anders?")
    assert reason.evaluate("field => field.validity.valueMissing")
    reason.fill("Het ordernummer ontbreekt.")
    dialog.get_by_role("button", name="Retour").click()
    expect(page.get_by_role("status").filter(has_text=re.compile("retour", re.IGNORECASE))).to_be_visible()


def test_anna_says_when_she_is_away(visit: Visit, complaints: list[str]) -> None:
    page = visit("Anna de Vries")
    set_absence(page, *AWAY, "Bram Willems")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mijn afwezigheid")
    expect(page.get_by_role("listitem").filter(has_text=str(AWAY[1].year)).first).to_be_visible()
    set_absence(page, AWAY[1], AWAY[1] + timedelta(days=5), "Bram Willems")
    expect(page.get_by_text("Anna is al afwezig")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wanneer ben je afwezig?")
    forgive(complaints, "422")


def forgive(complaints: list[str], status: str) -> None:
    """The browser tells of an answer that had to be a refusal."""
    assert complaints
    assert all(status in complaint for complaint in complaints), complaints
    complaints.clear()


def set_absence(page: Page, first_on: date, last_on: date, substitute: str) -> None:
    page.goto("/absences/new/")
    page.get_by_label("Eerste dag afwezig").fill(first_on.isoformat())
    page.get_by_label("Laatste dag afwezig").fill(last_on.isoformat())
    page.get_by_label("Vervanger", exact=True).select_option(label=substitute)
    page.get_by_role("button", name="Afwezigheid opslaan").click()


def test_sanne_uploads_and_anna_gets_it(visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "good.xml").write_bytes(file("E2E-1"))
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.4 only a picture")
    page = visit("Sanne Bakker")
    page.goto("/upload/")
    page.get_by_label("Voor welke organisatie?").select_option(label="Zwaluw Techniek B.V.")
    page.get_by_label("Zet bestanden hier neer").set_input_files(
        [tmp_path / "good.xml", tmp_path / "scan.pdf"]
    )
    outcomes = page.locator(".uploads")
    for name in ("good.xml", "scan.pdf"):
        expect(outcomes.get_by_role("listitem").filter(has_text=name)).to_have_attribute("data-tone", "good")
    outcomes.get_by_role("link", name="good.xml").click()
    wait_until_read(page, "Kuipers Installatietechniek B.V. E2E-1")
    page.goto("/documents/unreadable/")
    expect(page.get_by_role("link", name="scan.pdf")).to_be_visible()
    anna = visit("Anna de Vries")
    expect(anna.locator("#waiting")).to_contain_text("E2E-1")


def wait_until_read(page: Page, heading: str) -> None:
    """The worker reads it within seconds; a person would reload the page as well."""
    for _ in range(60):
        if heading in page.get_by_role("heading", level=1).inner_text():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(f"{heading} was not read")


def test_language_and_theme_stay(visit: Visit) -> None:
    page = visit("Lotte Jansen")
    for button in ("English", "Dark"):
        page.get_by_role("button", name="Lotte Jansen").click()
        page.get_by_role("button", name=button, exact=True).click()
    page.goto("/invoices/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Purchase invoices")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    elsewhere = visit("Lotte Jansen")
    expect(elsewhere.locator("html")).to_have_attribute("lang", "en")
    elsewhere.get_by_role("button", name="Lotte Jansen").click()
    elsewhere.get_by_role("button", name="Nederlands", exact=True).click()
    expect(elsewhere.locator("html")).to_have_attribute("lang", "nl")
