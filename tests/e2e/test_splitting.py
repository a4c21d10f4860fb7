"""Marit and Yusuf split the environment by moving: plan, consents, switch, old links (rules 6.2, 6.3)."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.test_every_page import first_link
from tests.e2e.test_stories import forgive

pytestmark = pytest.mark.browser
MOVING = ("Vuurtoren Holding B.V.", "Vuurtoren Horeca B.V.")
BOTH, STAYS = "werkt in beide", "blijft, en verliest toegang"


def test_marit_and_yusuf_split_by_moving(visit: Visit, complaints: list[str]) -> None:
    marit, yusuf, lotte = visit("Marit Hoekstra"), visit("Yusuf Demir"), visit("Lotte Jansen")
    links = {name: link_to(lotte, name) for name in MOVING}
    choose_parties(marit)
    draw_up(marit)
    say_who_comes_along(marit)
    marit.get_by_role("button", name="Vraag beide kanten om instemming").click()
    marit.get_by_role("button", name="Instemmen voor Noordgroep (demo)").click()
    yusuf.goto(marit.url)
    expect(yusuf.get_by_role("heading", level=1)).to_contain_text("Vuurtoren")
    yusuf.get_by_role("button", name="Instemmen voor Vuurtoren Groep").click()
    await_move(marit)
    for name in MOVING:
        expect(marit.get_by_role("heading", name=f"Wat verhuist mee met {name}")).to_be_visible()
    expect(marit.get_by_text("Alles is er, alles gelijk")).to_have_count(len(MOVING))
    expect(marit.get_by_role("button", name="Terugdraaien voorbereiden")).to_be_visible()
    for link in links.values():
        yusuf.goto(link)
        expect(yusuf.get_by_role("heading", level=1)).to_contain_text("Vuurtoren")
    lotte.goto(links[MOVING[0]])
    expect(lotte.get_by_role("heading", level=1)).to_have_text(f"{MOVING[0]} is verhuisd")
    forgive(complaints, "410")


def link_to(page: Page, organisation: str) -> str:
    page.goto("/organisations/")
    return first_link(page.locator(".tree a", has_text=re.compile(rf"^\s*{organisation}")))


def choose_parties(page: Page) -> None:
    """The proposal has the joint company at both; here it goes along."""
    page.goto("/environments/")
    page.get_by_role("link", name="Omgeving opsplitsen").click()
    page.get_by_label("Tweede partij", exact=True).fill("Vuurtoren Groep")
    for name in MOVING:
        page.get_by_label(name).select_option(label="Vuurtoren Holding")
    page.get_by_role("button", name="Naar de keuze").click()
    page.get_by_role("radio", name="2. Eigen omgeving voor Vuurtoren Groep").check()
    page.get_by_role("button", name="Verder", exact=True).click()


def draw_up(page: Page) -> None:
    """What the wizard knows is filled in."""
    for name in MOVING:
        expect(page.get_by_role("checkbox", name=name)).to_be_checked()
    expect(page.get_by_label("Naam van de nieuwe omgeving")).to_have_value("Vuurtoren Groep")
    expect(page.get_by_label("E-mailadres van de beheerder daar")).to_have_value("yusuf@noordgroep.example")
    page.get_by_role("button", name="Verder naar de mensen").click()


def say_who_comes_along(page: Page) -> None:
    """Lotte stays behind, and nothing of hers waits; the others work in both."""
    expect(page.get_by_role("heading", name="Dit staat nog in de weg")).to_be_visible()
    for name in ("Annemieke", "Bram", "Marit", "Sanne"):
        page.get_by_label(re.compile(f"^Wat er met {name}.* gebeurt$")).select_option(label=BOTH)
    page.get_by_label("Wat er met Lotte Jansen gebeurt").select_option(label=STAYS)
    page.get_by_role("button", name="Bewaren en controleren").click()
    expect(page.get_by_role("heading", name="Niets staat in de weg")).to_be_visible()


def await_move(page: Page) -> None:
    """The worker moves it within seconds; the page tells how far it is, and comes anew when it is done."""
    page.reload()
    expect(page.get_by_role("heading", name="Met alles verhuisd")).to_be_visible(timeout=60_000)
