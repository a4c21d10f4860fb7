"""Marit splits the environment in both ways: by rights on her phone, and back; then by moving (rules 6)."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit
from tests.e2e.test_every_page import IS_TOO_WIDE, faults_of, first_link
from tests.e2e.test_stories import forgive

pytestmark = pytest.mark.browser
NORTH, LIGHTHOUSE = "Noord", "Vuurtoren"
MOVING = ("Vuurtoren Holding B.V.", "Vuurtoren Horeca B.V.")
BOTH, STAYS = "werkt in beide", "blijft, en verliest toegang"


def press_on(page: Page, name: str, role: str = "button") -> None:
    """Reach a button or link by Tab, as somebody without a mouse does, and press Enter."""
    target = page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]
    for _ in range(120):
        if target.evaluate("each => each === document.activeElement"):
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} is not reached by Tab")


def choose(page: Page, field: str, letter: str) -> None:
    """Choose an option of a field by the first letters of its name, as one types."""
    page.get_by_label(field).focus()
    page.keyboard.type(letter)


def is_whole(page: Page) -> None:
    """The page has what every page has, and fits the phone."""
    assert faults_of(page) == []
    assert not page.evaluate(IS_TOO_WIDE)


def test_marit_splits_on_her_phone_by_keyboard(visit: Visit) -> None:
    page = visit("Marit Hoekstra", viewport={"width": 390, "height": 844})
    page.goto("/rights/")
    is_whole(page)
    press_on(page, "Omgeving opsplitsen", "link")
    expect(page.get_by_role("heading", level=1)).to_have_text("Omgeving opsplitsen")
    is_whole(page)
    for label, name in (("Eerste partij", NORTH), ("Tweede partij", LIGHTHOUSE)):
        page.get_by_label(label, exact=True).focus()
        page.keyboard.press("Control+A")
        page.keyboard.type(name)
    for place in ("Vuurtoren Holding B.V.", "Vuurtoren Horeca B.V."):
        choose(page, place, "Vuurtoren")
    for person in ("Bram Willems", "Marit Hoekstra"):
        page.get_by_role("row", name=person).get_by_role("combobox").focus()
        page.keyboard.type("Noord")
    expect(page.get_by_label("Beheerder voor Noord Holding")).to_have_value(re.compile(".+"))
    choose(page, "Beheerder voor Noord Holding", "Marit")
    choose(page, "Beheerder voor Vuurtoren Holding", "Yusuf")
    press_on(page, "Naar de keuze")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hoe wil je opsplitsen?")
    is_whole(page)
    press_on(page, "Verder")
    expect(
        page.get_by_text("Bram Willems ziet niet meer: Vuurtoren Holding B.V. en Vuurtoren")
    ).to_be_visible()
    is_whole(page)
    fill_a_cell(page)
    press_on(page, "Naar de controle vooraf", "link")
    expect(page.get_by_role("heading", level=1)).to_have_text("Wat brengt dit teweeg?")
    is_whole(page)
    press_on(page, "Zo opsplitsen")
    expect(page.get_by_role("heading", level=1)).to_contain_text("wijzigingen gelden nu")
    is_whole(page)
    go_back(page)


def fill_a_cell(page: Page) -> None:
    """Lotte gets a limit of approval at Noord Holding, without leaving the page."""
    row = page.get_by_role("row", name="Lotte Jansen")
    row.get_by_role("link", name="Noord Holding B.V.").focus()
    page.keyboard.press("Enter")
    form = page.get_by_role("form", name="Lotte Jansen bij Noord Holding B.V.")
    form.get_by_role("checkbox", name="Goedkeurder").focus()
    page.keyboard.press("Space")
    form.get_by_label("Goedkeuringslimiet").focus()
    page.keyboard.type("2.500")
    page.keyboard.press("Enter")
    expect(row.get_by_text("Akkoord ≤\u00a02.500")).to_be_visible()
    expect(row.get_by_role("link", name="Noord Holding B.V.")).to_be_focused()
    assert "/split/choice/" in page.url
    is_whole(page)


def go_back(page: Page) -> None:
    """The way back is a draft again; saved, everything is as it was."""
    press_on(page, "Terugdraaien voorbereiden")
    expect(page.get_by_text("nog niet opgeslagen")).to_be_visible()
    page.locator("#save button.primary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("wijzigingen gelden nu")
    page.goto("/rights/")
    bram = page.get_by_role("row", name="Bram Willems")
    expect(bram.get_by_role("link", name="Vuurtoren Horeca B.V.")).to_contain_text("Akkoord")


def test_marit_and_yusuf_split_by_moving(visit: Visit, complaints: list[str]) -> None:
    """Plan, consents, switch, old links; last, for the companies don't come back."""
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
