"""Signing in, as a person does it in a browser under the strict content policy."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from tests.world import PASSWORD

pytestmark = pytest.mark.browser
INSIDE = "/account/mfa/"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about: blocked by policy, script errors, missing files."""
    return []


@pytest.fixture
def page(context: BrowserContext, complaints: list[str]) -> Page:
    page = context.new_page()

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page


def sign_in(page: Page, site: str, first_name: str = "anna", password: str = PASSWORD) -> None:
    page.goto(f"{site}/account/login/?next={INSIDE}")
    page.get_by_label("E-mailadres").fill(f"{first_name}@noordgroep.example")
    page.get_by_label("Wachtwoord", exact=True).fill(password)
    page.get_by_role("button", name="Inloggen", exact=True).click()


def test_password_and_a_wrong_one(page: Page, site: str, complaints: list[str]) -> None:
    sign_in(page, site, password="not this one")
    expect(page.get_by_role("alert").filter(has_text="horen niet bij elkaar")).to_be_visible()
    sign_in(page, site)
    expect(page).to_have_url(site + INSIDE)
    expect(page.get_by_role("navigation", name="Hoofdmenu")).to_contain_text("Anna de Vries")
    assert complaints == []


def test_passkey_from_adding_to_signing_in(page: Page, site: str, complaints: list[str]) -> None:
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    sign_in(page, site)
    expect(page).to_have_url(site + INSIDE)
    page.get_by_role("link", name="Toevoegen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ben jij het?")
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Bevestigen").click()
    expect(page.get_by_label("Ook inloggen zonder wachtwoord")).to_be_checked()
    page.get_by_label("Naam van de sleutel").fill("Laptop van Anna")
    page.get_by_role("button", name="Toevoegen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Herstelcodes")
    page.goto(f"{site}/account/mfa/webauthn/")
    expect(page.get_by_role("row", name=re.compile("Laptop van Anna"))).to_contain_text("Passkey")
    page.get_by_role("button", name=re.compile("Anna de Vries")).click()
    page.get_by_role("button", name="Uitloggen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Inloggen")
    page.goto(f"{site}/account/login/?next={INSIDE}")
    page.get_by_role("button", name="Inloggen met een passkey").click()
    expect(page).to_have_url(site + INSIDE)
    assert complaints == []


def test_passkey_that_is_not_there_is_said_in_words(page: Page, site: str) -> None:
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    page.goto(f"{site}/account/login/")
    page.get_by_role("button", name="Inloggen met een passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("De passkey is niet gebruikt")


def test_code_by_mail(page: Page, site: str, complaints: list[str]) -> None:
    page.goto(f"{site}/account/login/?next={INSIDE}")
    page.get_by_role("link", name="Stuur mij een inlogcode").click()
    page.get_by_label("E-mailadres").fill("bram@noordgroep.example")
    page.get_by_role("button", name="Stuur de code").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vul je inlogcode in")
    mail = max(
        Path(settings.EMAIL_FILE_PATH).glob("*.log"), key=lambda path: path.stat().st_mtime
    ).read_text()
    assert "Subject: Omloop: Je inlogcode" in mail
    code = re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", mail, re.MULTILINE)
    assert code is not None
    page.get_by_label("Code").fill(code[0])
    page.get_by_role("button", name="Bevestigen").click()
    expect(page).to_have_url(site + INSIDE)
    assert complaints == []


def test_language_and_theme_stay_with_the_person_and_the_device(page: Page, site: str) -> None:
    sign_in(page, site)
    page.get_by_role("button", name=re.compile("Anna de Vries")).click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name=re.compile("Anna de Vries")).click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page).to_have_url(site + INSIDE)


@pytest.mark.parametrize("width", [390, 1440])
def test_sign_in_pages_fit_the_screen(page: Page, site: str, width: int, complaints: list[str]) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    addresses = ["login/", "login/code/", "password/reset/", "logout/", "signup/"]
    for address in addresses:
        page.goto(f"{site}/account/{address}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert page.locator("h1").count() == 1, address
    sign_in(page, site, "sanne")
    for address in [
        "mfa/",
        "mfa/totp/activate/",
        "mfa/webauthn/",
        "mfa/webauthn/add/",
        "password/change/",
        "email/",
    ]:
        page.goto(f"{site}/account/{address}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        assert page.locator("h1").count() == 1, address
    assert complaints == []
