"""What holds of every page: title, heading, landmark, names, focus, width, and a browser that is content."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page

from tests.e2e.conftest import Visit

pytestmark = pytest.mark.browser

PAGES = {
    "": [
        "/account/login/",
        "/account/login/code/",
        "/account/password/reset/",
        "/account/signup/",
        "/account/confirm-email/",
    ],
    "Bram Willems": ["/", "/?view=list", "/invoices/", "INVOICE"],
    "Sanne Bakker": [
        "/attention/",
        "/upload/",
        "/documents/unreadable/",
        "/documents/to-recognise/",
        "/documents/incoming/",
        "/absences/others/",
        "/sales/",
        "/sales/upload/",
        "DRAFT",
        "SENT",
        "ORGANISATIONcustomers/",
        "ORGANISATIONcustomers/new/",
        "INVOICE?part=data",
        "INVOICE?part=lines",
        "INVOICE?part=attachments",
        "INVOICE?part=validation",
        "INVOICE?part=history",
        "INVOICEretention/",
    ],
    "Marit Hoekstra": [
        "/",
        "/organisations/",
        "/organisations/add/",
        "/organisations/joint/",
        "ORGANISATION",
        "ORGANISATIONsettings/",
        "ORGANISATIONmailbox/",
        "ORGANISATIONsending/",
        "ORGANISATIONpdf/look/",
        "ORGANISATIONparents/",
        "/people/",
        "/people/invite/",
        "ORGANISATIONgroups/",
        "ORGANISATIONgroups/new/",
        "ORGANISATIONscheme/",
        "ORGANISATIONscheme/try/",
        "ORGANISATIONscheme/rules/new/",
        "ORGANISATIONscheme/start/four-eyes/",
        "ORGANISATIONreports/",
        "ORGANISATIONleaving/",
        "ORGANISATIONending/",
        "ORGANISATIONretention/",
        "ORGANISATIONretention/destroyed/",
        "/authorisations/",
        "/data-requests/",
        "ENVIRONMENT",
        "ENVIRONMENTsign-in/",
        "ENVIRONMENTrights/",
        "ENVIRONMENTsplit/",
        "ENVIRONMENTpartners/",
        "ENVIRONMENTmoves/",
        "ENVIRONMENTmoves/new/",
        "ENVIRONMENTusage/",
        "PERSON",
        "/settings/",
        "/arrivals/",
        "/account/sign-in/",
        "/account/email/",
    ],
    "Lotte Jansen": [
        "/organisations/",
        "ORGANISATIONreports/",
        "ORGANISATIONreports/register/",
        "ORGANISATIONreports/duties/",
        "ORGANISATIONreports/sample/",
    ],
    "Anna de Vries": [
        "/absences/",
        "/absences/new/",
        "/account/mfa/",
        "/account/password/change/",
    ],
}
FIELDS = "input:not([type=hidden]), select, textarea, button, a[href]"
UNNAMED = """(fields) => [...document.querySelectorAll(fields)]
  .filter((field) => field.checkVisibility() && !(
    field.labels?.length || field.getAttribute("aria-label") || field.getAttribute("aria-labelledby")
    || field.textContent.trim() && !field.matches("select, textarea") || field.title))
  .map((field) => field.outerHTML.slice(0, 200))"""
REPEATED = """() => [...document.querySelectorAll("[id]")].map((each) => each.id)
  .filter((id, place, all) => all.indexOf(id) !== place)"""
IS_TOO_WIDE = "document.scrollingElement.scrollWidth > innerWidth"
# A row shows the focus of its link. In a date the browser marks the part that has the focus.
HAS_VISIBLE_FOCUS = """() => {
  const focused = document.activeElement;
  const isOutlined = (each) => {
    const style = getComputedStyle(each);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  };
  return focused.matches("body, input[type=date]")
    || [focused, focused.closest("label"), focused.closest(".row")].some((each) => each && isOutlined(each));
}"""


def walk(page: Page, paths: list[str]) -> Iterator[str]:
    """Go to each page; INVOICE, DRAFT, SENT, ORGANISATION, PERSON and ENVIRONMENT are ones that he sees."""
    found = {name: find(page) for name, find in WHERE.items() if any(name in path for path in paths)}
    for path in paths:
        name = next((name for name in found if path.startswith(name)), "")
        page.goto(found.get(name, "") + path.removeprefix(name))
        yield path


def find_invoice(page: Page) -> str:
    page.goto("/invoices/")
    return first_link(page.get_by_role("rowheader").get_by_role("link"))


def find_draft(page: Page) -> str:
    page.goto("/sales/?state=draft")
    return first_link(page.get_by_role("rowheader").get_by_role("link"))


def find_sent(page: Page) -> str:
    page.goto("/sales/?state=delivered")
    return first_link(page.get_by_role("rowheader").get_by_role("link"))


def find_organisation(page: Page) -> str:
    page.goto("/organisations/")
    return first_link(page.locator(".tree a"))


def find_person(page: Page) -> str:
    page.goto("/people/")
    return first_link(page.get_by_role("rowheader").get_by_role("link"))


def find_environment(page: Page) -> str:
    page.goto("/environments/")
    return urlsplit(page.url).path


WHERE = {
    "INVOICE": find_invoice,
    "DRAFT": find_draft,
    "SENT": find_sent,
    "ORGANISATION": find_organisation,
    "PERSON": find_person,
    "ENVIRONMENT": find_environment,
}


def first_link(links: Locator) -> str:
    """Where the first of them goes; empty when there is none."""
    return (links.first.get_attribute("href") or "") if links.count() else ""


def faults_of(page: Page) -> list[str]:
    """What a page lacks that every page has."""
    landmarks = {"h1": page.locator("h1").count(), "main": page.get_by_role("main").count()}
    faults = [f"{count} {name}" for name, count in landmarks.items() if count != 1]
    if not re.fullmatch(r"\S.* - Omloop", page.title()):
        faults.append(f"title {page.title()!r}")
    faults += [f"no name: {field}" for field in page.evaluate(UNNAMED, FIELDS)]
    return faults + [f"id twice: {found}" for found in page.evaluate(REPEATED)]


@pytest.mark.parametrize("name", PAGES)
def test_page_is_whole(visit: Visit, name: str) -> None:
    page = visit(name)
    faults = {path: found for path in walk(page, PAGES[name]) if (found := faults_of(page))}
    assert faults == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_page_fits_a_phone(visit: Visit, name: str, scheme: str) -> None:
    page = visit(name, viewport={"width": 390, "height": 844}, color_scheme=scheme)
    assert [path for path in walk(page, PAGES[name]) if page.evaluate(IS_TOO_WIDE)] == []


@pytest.mark.parametrize("name", PAGES)
def test_focus_can_be_seen(visit: Visit, name: str) -> None:
    page = visit(name)
    unseen = []
    for path in walk(page, PAGES[name]):
        for _ in range(25):
            page.keyboard.press("Tab")
            if not page.evaluate(HAS_VISIBLE_FOCUS):
                unseen.append((path, page.evaluate("document.activeElement.outerHTML.slice(0, 200)")))
    assert unseen == []
