"""The frame of a page, and the pages for what went wrong; none of these asks the database."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import SUCCESS
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from django.utils import translation

from omloop.web import errors
from omloop.web.frame import Frame, frame


class Outline(HTMLParser):
    """Ids, headings, labels and names of a page, to check what a screen reader needs."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.headings: list[int] = []
        self.references: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if "id" in found:
            self.ids.append(str(found["id"]))
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append(int(tag[1]))
        for name in ("for", "aria-labelledby", "aria-describedby", "popovertarget"):
            self.references.extend(str(found.get(name) or "").split())


@pytest.fixture
def request_of_anna() -> HttpRequest:
    request = RequestFactory().get("/somewhere/?a=1")
    request.user = SimpleNamespace(  # type: ignore[assignment]
        id=UUID(int=1),
        name="Anna de Vries",
        email="anna@noordgroep.example",
        is_authenticated=True,
        language="nl",
    )
    return request


def show(request: HttpRequest, language: str = "nl", **context: object) -> str:
    with translation.override(language):
        return render_to_string("web/frame.html", {"request": request, **frame(request), **context})


def places(**changes: object) -> SimpleNamespace:
    organisations = [SimpleNamespace(id=UUID(int=n), name=f"Zwaluw {n}") for n in (1, 2)]
    shown = {
        "environment": "Noordgroep",
        "organisations": organisations,
        "chosen": None,
        "sees_attention": False,
        "manages_absences": False,
        "manages_people": False,
        "adds": False,
        "is_placed": True,
        "administers": False,
    }
    return SimpleNamespace(**{**shown, **changes})


def test_frame_shows_the_person_and_a_way_to_the_content(request_of_anna: HttpRequest) -> None:
    page = show(request_of_anna, places=places())
    assert '<html lang="nl">' in page
    assert '<a class="skip" href="#content">Naar de inhoud</a>' in page
    assert "Anna de Vries" in page
    assert "Alle 2 organisaties" in page
    assert "?organisation=00000000-0000-0000-0000-000000000002" in page


def test_frame_speaks_english_too(request_of_anna: HttpRequest) -> None:
    page = show(request_of_anna, "en", places=places())
    assert '<html lang="en">' in page
    assert "To the content" in page
    assert "All 2 organisations" in page


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_reference_of_the_frame_points_somewhere(request_of_anna: HttpRequest, language: str) -> None:
    outline = Outline(show(request_of_anna, language, places=places(manages_absences=True)))
    assert len(outline.ids) == len(set(outline.ids))
    assert set(outline.references) <= set(outline.ids)


def test_stranger_sees_no_person_menu() -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    page = show(request)
    assert 'id="me"' not in page
    assert 'id="organisations"' not in page


def test_chosen_organisation_stays_in_the_links(request_of_anna: HttpRequest) -> None:
    chosen = SimpleNamespace(id=UUID(int=2), name="Zwaluw 2")
    page = show(request_of_anna, places=places(chosen=chosen))
    assert re.search(r"<small>Zwaluw 2\s*</small>", page)
    assert re.search(r'organisation=0{8}[0-9a-f-]*2" aria-current="true"', page)


@pytest.mark.parametrize(
    ("cookie", "attribute"), [("dark", ' data-theme="dark"'), ("light", ' data-theme="light"'), ("<x>", "")]
)
def test_theme_comes_from_the_device(request_of_anna: HttpRequest, cookie: str, attribute: str) -> None:
    request_of_anna.COOKIES["theme"] = cookie
    assert f'<html lang="nl"{attribute}>' in show(request_of_anna)


def test_demo_is_marked_and_real_installations_are_not(request_of_anna: HttpRequest) -> None:
    assert "demo-mark" not in show(request_of_anna)
    with override_settings(DEMO=True):
        page = show(request_of_anna)
    assert page.count("demo-mark") == 2
    assert "verzonnen bedrijven" in page


def test_messages_are_read_aloud_and_can_be_closed_without_script(request_of_anna: HttpRequest) -> None:
    page = show(request_of_anna, messages=[Message(SUCCESS, "Akkoord gegeven op <26-0881>")])
    assert "<p>Akkoord gegeven op &lt;26-0881&gt;</p>" in page
    assert 'id="toasts" role="status"' in page
    assert 'href="/somewhere/?a=1" data-close aria-label="Sluiten"' in page


def test_section_is_the_longest_matching_address(monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = {"worklist": "/", "invoices": "/invoices/", "upload": "/invoices/upload/"}
    monkeypatch.setattr("omloop.web.frame._address", lambda name: addresses.get(name, ""))

    def section(path: str) -> str:
        return Frame(path=path, theme="", demo=False).section

    assert section("/") == "worklist"
    assert section("/invoices/upload/") == "upload"
    assert section("/invoices/1234/") == "invoices"
    assert section("/account/mfa/") == ""


ERRORS: list[tuple[Callable[[HttpRequest], HttpResponse], int, str]] = [
    (lambda r: errors.bad_request(r, ValueError()), 400, "Omloop begrijpt dit verzoek niet"),
    (lambda r: errors.permission_denied(r, PermissionError()), 403, "Dit mag je niet doen"),
    (lambda r: errors.page_not_found(r, LookupError()), 404, "Deze pagina is er niet"),
    (lambda r: errors.conflict(r, "Bram gaf om 08.12 al akkoord."), 409, "Bram gaf om 08.12 al akkoord."),
    (errors.server_error, 500, "Er ging iets mis in Omloop"),
    (errors.csrf_failure, 403, "Dit formulier is verlopen"),
]


@pytest.mark.parametrize(("answer", "status", "text"), ERRORS, ids=[text for _, _, text in ERRORS])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_error_page_says_what_why_and_what_next(
    answer: Callable[[HttpRequest], HttpResponse], status: int, text: str, language: str
) -> None:
    request = RequestFactory().get("/somewhere/")
    with translation.override(language):
        response = answer(request)
    page = response.content.decode()
    assert response.status_code == status
    assert (text in page) is (language == "nl" or status == 409)
    assert f'<html lang="{language}">' in page
    assert Outline(page).headings == [1]
    assert page.count("<p>") >= 2
    assert 'class="button primary"' in page


def test_addresses_that_do_not_exist_get_our_page(world: object) -> None:
    response = Client().get("/no/such/address/", headers={"Accept-Language": "nl"})
    assert response.status_code == 404
    assert "Deze pagina is er niet" in response.content.decode()


def test_theme_is_kept_on_the_device_and_given_back_to_it(world: object) -> None:
    client = Client()
    chosen = client.post("/choose/theme/", {"theme": "dark", "next": "/account/login/?next=/x/"})
    assert (chosen.status_code, chosen.url) == (302, "/account/login/?next=/x/")  # type: ignore[attr-defined]
    assert ' data-theme="dark"' in client.get("/account/login/").content.decode()
    client.post("/choose/theme/", {"theme": "device"})
    assert " data-theme=" not in client.get("/account/login/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_choosing_never_leads_elsewhere(world: object, elsewhere: str) -> None:
    for address in ("/choose/theme/", "/choose/language/"):
        assert Client().post(address, {"next": elsewhere}).url == "/"  # type: ignore[attr-defined]


def test_choices_are_posts_only_and_guarded(world: object) -> None:
    assert Client().get("/choose/theme/").status_code == 405
    guarded = Client(enforce_csrf_checks=True, headers={"Accept-Language": "nl"}).post("/choose/theme/")
    assert guarded.status_code == 403
    assert "Dit formulier is verlopen" in guarded.content.decode()
