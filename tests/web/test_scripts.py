"""Keys and upload in a browser, on small pages that carry the agreed markup; no server is needed."""

import json
import mimetypes
from collections.abc import Callable
from email.parser import BytesParser
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, Route, expect

import omloop

pytestmark = pytest.mark.browser
STATIC = Path(omloop.__file__).parent / "web" / "static" / "web"
HOST = "http://omloop.test"
POLICY = {"Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'"}
Open = Callable[..., Page]

LIST = """
<input type="search" aria-label="Zoek">
<ol class="list worklist">
  <li class="row"><input type="checkbox" aria-label="Eerste"><a class="title" href="#first">Eerste</a></li>
  <li class="row" aria-current="true"><input type="checkbox" aria-label="Tweede">
    <a class="title" href="#second">Tweede</a></li>
  <li class="row"><input type="checkbox" aria-label="Derde"><a class="title" href="#third">Derde</a></li>
</ol>
<a href="#approved" data-key="A">Akkoord</a><a href="#all" data-key="⇧A">Akkoord op 2</a>
<button data-key="R" popovertarget="return">Retour</button>
<form class="dialog" id="return" popover action="/sent">
  <textarea aria-label="Reden" name="reason"></textarea>
</form>
<div class="dialog" id="keys" popover>
  <input type="checkbox" id="keys-on" checked aria-label="Sneltoetsen aan">
</div>
"""
UPLOAD = """
<form data-upload method="post" action="/upload" enctype="multipart/form-data">
  <input type="hidden" name="organisation" value="7">
  <div class="drop">
    <input type="file" name="files" multiple aria-label="Bestanden"><button>Uploaden</button>
  </div>
  <ul class="uploads" role="status" data-waiting="wacht" data-sending="wordt verstuurd"
      data-checking="wordt gelezen" data-failed="De server gaf geen antwoord. Probeer het opnieuw."></ul>
  <template data-icon="good"><i class="icon">goed</i></template>
  <template data-icon="bad"><i class="icon">fout</i></template>
</form>
"""


@pytest.fixture
def open_page(context: BrowserContext) -> Open:
    """Opens a page with this body and this script of ours, under the content policy."""

    def serve_static(route: Route) -> None:
        path = STATIC / route.request.url.rsplit("/", 1)[-1]
        kind = mimetypes.guess_type(path.name)[0] or "text/plain"
        route.fulfill(body=path.read_bytes(), content_type=kind)

    def open_page(body: str, script: str) -> Page:
        html = (
            '<!doctype html><html lang="nl"><meta charset="utf-8"><title>x</title>'
            '<link rel="stylesheet" href="/static/components.css">'
            f'<script type="module" src="/static/{script}"></script>{body}</html>'
        )
        context.route(f"{HOST}/static/*", serve_static)
        context.route(
            f"{HOST}/page", lambda route: route.fulfill(body=html, content_type="text/html", headers=POLICY)
        )
        page = context.new_page()
        page.goto(f"{HOST}/page")
        return page

    return open_page


def fragment(page: Page) -> str:
    return str(page.evaluate("location.hash"))


def test_keys_walk_through_the_list_from_the_open_row(open_page: Open) -> None:
    page = open_page(LIST, "keys.js")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Derde")).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Derde")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="Eerste")).to_be_focused()
    page.keyboard.press("x")
    expect(page.get_by_role("checkbox", name="Eerste")).to_be_checked()
    page.keyboard.press("Escape")
    expect(page.get_by_role("checkbox", name="Eerste")).not_to_be_checked()
    page.keyboard.press("Enter")
    assert fragment(page) == "#first"


def test_keys_press_their_buttons(open_page: Open) -> None:
    page = open_page(LIST, "keys.js")
    page.keyboard.press("a")
    assert fragment(page) == "#approved"
    page.keyboard.press("Shift+A")
    assert fragment(page) == "#all"
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_label("Sneltoetsen aan")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_label("Sneltoetsen aan")).to_be_hidden()


def test_keys_are_letters_inside_a_field(open_page: Open) -> None:
    page = open_page(LIST, "keys.js")
    page.get_by_role("searchbox").press_sequentially("ajax/?")
    expect(page.get_by_role("searchbox")).to_have_value("ajax/?")
    assert fragment(page) == ""


def test_an_open_dialog_keeps_the_keys_of_the_page_away_and_sends_with_ctrl_enter(open_page: Open) -> None:
    page = open_page(LIST, "keys.js")
    page.keyboard.press("r")
    expect(page.get_by_label("Reden")).to_be_visible()
    page.keyboard.press("a")
    assert fragment(page) == ""
    page.route(f"{HOST}/sent*", lambda route: route.fulfill(body="sent"))
    page.get_by_label("Reden").fill("Aantal klopt niet")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(f"{HOST}/sent?reason=Aantal+klopt+niet")


def test_one_switch_turns_single_keys_off_for_this_device(open_page: Open) -> None:
    page = open_page(LIST, "keys.js")
    page.keyboard.press("?")
    page.get_by_label("Sneltoetsen aan").uncheck()
    page.reload()
    page.keyboard.press("a")
    assert fragment(page) == ""
    assert page.locator("#keys-on").is_checked() is False


def answer(route: Route) -> None:
    """The agreed answer: one file a request; what is not XML is refused in words."""
    request = route.request
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser().parsebytes(head + (request.post_data_buffer or b""))
    parts = {part.get_param("name", header="content-disposition"): part for part in message.walk()}
    name = parts["files"].get_filename()
    assert parts["organisation"].get_payload() == "7"
    assert request.headers["accept"] == "application/json"
    if name == "weg.xml":
        route.abort()
    elif name == "kapot.xml":
        route.fulfill(status=502, body="<h1>Bad gateway</h1>")
    else:
        bad = {"error": "Dit is geen e-factuur.", "outcome": "refused"}
        good = {"outcome": "In omloop", "url": "/invoices/1/", "document": "1"}
        result = {"file": name, **(good if str(name).endswith(".xml") else bad)}
        route.fulfill(body=json.dumps({"files": [result]}), content_type="application/json")


def files(*names: str) -> list[FilePayload]:
    return [{"name": name, "mimeType": "application/xml", "buffer": b"<Invoice/>"} for name in names]


def test_every_file_gets_its_own_request_and_outcome(open_page: Open) -> None:
    page = open_page(UPLOAD, "upload.js")
    page.route(f"{HOST}/upload", answer)
    page.get_by_label("Bestanden").set_input_files(
        files("een.xml", "brief.txt", "twee.xml", "kapot.xml", "weg.xml")
    )
    lines = page.get_by_role("listitem")
    expect(lines).to_have_count(5)
    expect(page.get_by_role("link", name="een.xml")).to_have_attribute("href", "/invoices/1/")
    expect(lines.filter(has_text="een.xml")).to_contain_text("In omloop")
    expect(lines.filter(has_text="brief.txt")).to_contain_text("Dit is geen e-factuur.")
    expect(lines.filter(has_text="twee.xml")).to_have_attribute("data-tone", "good")
    for name in ("kapot.xml", "weg.xml"):
        expect(lines.filter(has_text=name)).to_contain_text(
            "De server gaf geen antwoord. Probeer het opnieuw."
        )
    expect(page.locator("progress")).to_have_count(0)


def test_files_can_be_dropped(open_page: Open) -> None:
    page = open_page(UPLOAD, "upload.js")
    page.route(f"{HOST}/upload", answer)
    transfer = page.evaluate_handle(
        "() => { const t = new DataTransfer(); t.items.add(new File(['<Invoice/>'], 'drie.xml')); return t; }"
    )
    page.dispatch_event(".drop", "dragover", {"dataTransfer": transfer})
    expect(page.locator(".drop")).to_have_attribute("data-over", "")
    page.dispatch_event(".drop", "drop", {"dataTransfer": transfer})
    expect(page.get_by_role("link", name="drie.xml")).to_be_visible()
    expect(page.locator(".drop[data-over]")).to_have_count(0)
