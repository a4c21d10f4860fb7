"""Adding a company, and two holdings with a joint company, in a real browser (rules 1.6, 1.7)."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client, override_settings
from playwright.sync_api import Browser, Page, expect

from omloop.people.models import Person
from tests.organisations import register as local
from tests.web.conftest import chromium, site  # noqa: F401 - fixtures
from tests.world import World

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def register() -> Iterator[None]:
    with (
        local.open_register(k68750110="Test BV Donald") as (address, _),
        override_settings(REGISTER_URL=address, REGISTER_KEY=local.KEY),
    ):
        yield


@pytest.fixture(params=["desk", "phone without script"])
def page(request: pytest.FixtureRequest, chromium: Browser, site: str, world: World) -> Iterator[Page]:  # noqa: F811
    """Marit is signed in, at her desk or on a phone that runs no script; nothing is complained of."""
    options = {} if request.param == "desk" else {"viewport": PHONE, "java_script_enabled": False}
    context = chromium.new_context(locale="nl-NL", base_url=site, **options)  # type: ignore[arg-type]
    context.add_cookies([{"name": "sessionid", "value": session_of(world.marit), "url": site}])
    complaints: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("response", lambda got: complaints.append(got.url) if got.status >= 400 else None)
    yield page
    context.close()
    assert complaints == []


def session_of(person: Person) -> str:
    client = Client()
    client.force_login(person)
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def test_marit_adds_a_company_by_its_number(page: Page, register: None) -> None:
    page.goto("/organisations/")
    page.get_by_role("link", name="Organisatie toevoegen").click()
    page.get_by_role("textbox", name="KvK-nummer").first.fill("68750110")
    page.get_by_role("button", name="Zoek op").click()
    expect(page.get_by_label("Statutaire naam")).to_have_value("Test BV Donald")
    page.get_by_label("Plaats in de groep").select_option(label="werkmaatschappij")
    page.get_by_role("button", name="Voeg de organisatie toe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Test BV Donald")
    expect(page.get_by_text("0106:68750110")).to_be_visible()
    page.get_by_role("button", name="Vraag activering aan").click()
    expect(page.get_by_text("Wacht op goedkeuring")).to_be_visible()


def test_two_parties_get_a_joint_company(page: Page, world: World) -> None:
    page.goto("/organisations/")
    page.get_by_role("link", name="Gezamenlijk bedrijf").click()
    for prefix, name, number in (("joint", "Samen", "1"), ("first", "Anna", "2"), ("second", "Bram", "3")):
        page.locator(f"[name={prefix}-name]").fill(f"{name} B.V.")
        page.locator(f"[name={prefix}-kvk]").fill(f"9000600{number}")
    for party, person in (("Partij 1", "Anna de Vries"), ("Partij 2", "Bram Willems")):
        region = page.get_by_role("region", name=party)
        for group in ("Beheerders", "Mensen"):
            region.get_by_role("group", name=re.compile(group)).get_by_label(person).check()
    page.get_by_role("button", name="Toon het gevolg").click()
    effect = page.get_by_role("region", name="Zo wordt het")
    expect(effect).to_contain_text("De holdings zien elkaar niet")
    expect(effect.get_by_role("row").filter(has_text="Anna de Vries")).to_contain_text("niets")
    page.get_by_role("button", name="Regel het zo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Samen B.V.")
    expect(page.get_by_role("region", name="Leden en rechten")).to_contain_text("Bram Willems")
