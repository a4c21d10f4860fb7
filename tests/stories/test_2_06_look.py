"""The logo and colour of what an organisation sends, shown before they are saved (rules 2.6)."""

from base64 import b64decode
from io import BytesIO

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse
from PIL import Image

from omloop.audit.models import AuditEvent
from omloop.einvoice import write
from omloop.organisations.members import system_scope
from omloop.papers.looks import look_of
from omloop.papers.making import Source, by_settings, pdf_to_send
from omloop.papers.models import PdfLook
from omloop.papers.options import Options
from omloop.pdf.look import ACCENT, Look, contrast_on_white, readable
from omloop.pdf.words import Language
from omloop.people.models import Person
from omloop.relocation.manifest import take_manifest, take_mark
from tests.invoices.test_pages import as_
from tests.paper import paper
from tests.pdf.nasty import content_bomb, picture
from tests.pdf.test_rendering import findings
from tests.sending.shop import NOW
from tests.world import World

SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 viewBox="0 0 400 100">%b</svg>"""
BIRD = SVG % b'<path d="M20 80C80 70 120 50 140 10C150 50 190 60 240 66C180 70 140 90 130 96Z" fill="#078"/>'
UNUSABLE = {
    "linked": SVG % b'<image xlink:href="file:///etc/passwd" width="9" height="9"/>',
    "text": SVG % b"<text>Zwaluw</text>",
    "white": SVG % b'<rect width="400" height="100" fill="#fff"/>',
    "broken": picture("PNG")[:60],
    "other": b"%PDF-1.4",
    "huge": b"\x89PNG\r\n\x1a\n" + b"x" * 1_100_000,
    "bomb": content_bomb(),
}


def send_form(
    person: Person, world: World, *, logo: bytes = b"", colour: str = ACCENT, htmx: bool = False, **more: str
) -> HttpResponse:
    """Post the form of the look of Zwaluw."""
    form: dict[str, object] = {"colour": colour, **more}
    if logo:
        form["logo"] = SimpleUploadedFile("logo", logo)
    address = reverse("pdf_look", args=[world.zwaluw.id])
    answer: HttpResponse = as_(person).post(address, form, headers={"HX-Request": "true"} if htmx else {})
    return answer


def saved(world: World) -> Look:
    with system_scope("test", world.zwaluw.id):
        return look_of(world.zwaluw.id)


def images(pdf: bytes) -> int:
    """How many pictures its first page draws."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        names: set[object] = set()
        todo = [opened.pages[0].obj]
        while todo:
            for each in (todo.pop().get("/Resources", {}).get("/XObject", {}) or {}).values():
                (names.add(each.objgen) if each.Subtype == "/Image" else todo.append(each))
        return len(names)


def test_what_is_sent_has_the_logo_and_colour_and_what_is_received_has_neither(world: World) -> None:
    assert saved(world) == Look()
    assert send_form(world.marit, world, logo=BIRD, colour="#0B7A6B").status_code == 302
    look = saved(world)
    assert (look.colour, Image.open(BytesIO(look.logo or b"")).size) == ("#0b7a6b", (659, 258))
    data = write(paper())
    sent = pdf_to_send(data, Options(), look=look, language=Language.NL) or b""
    received = by_settings(Source.of(data), Options(), language=Language.NL)
    assert images(sent) - images(pdf_to_send(data, Options(), look=Look(), language=Language.NL) or b"") >= 1
    assert images(received) == 0
    assert findings(sent) == set()
    with system_scope("test", world.zwaluw.id):
        event = AuditEvent.objects.get(name="organisation.pdf_look_set")
        assert (event.person_id, event.detail["colour"]) == (world.marit.id, "#0b7a6b")


def test_the_picture_follows_the_form_before_anything_is_saved(world: World) -> None:
    page = as_(world.marit).get(reverse("pdf_look", args=[world.zwaluw.id])).content.decode()
    part = send_form(world.marit, world, logo=BIRD, colour="#ffee00", htmx=True).content.decode()
    assert "<html" in page and "<html" not in part
    shown = [b64decode(text.split("data:image/webp;base64,")[1].split('"')[0]) for text in (page, part)]
    assert {Image.open(BytesIO(each)).format for each in shown} == {"WEBP"} and shown[0] != shown[1]
    assert "Je kleur is te licht om op wit te lezen" in part
    by_button = send_form(world.marit, world, logo=BIRD, preview="yes").content.decode()
    kept = by_button.split('name="kept" form="look" value="')[1].split('"')[0]
    assert saved(world) == Look()
    assert send_form(world.marit, world, kept=kept).status_code == 302
    assert saved(world).logo == b64decode(kept)
    assert send_form(world.marit, world, removes="on").status_code == 302
    assert saved(world).logo is None


@pytest.mark.parametrize("name", UNUSABLE)
def test_a_logo_that_can_not_be_printed_is_refused_in_words(world: World, name: str) -> None:
    refused = send_form(world.marit, world, logo=UNUSABLE[name])
    said = (
        "Van dit logo is op wit papier niets te zien"
        if name == "white"
        else "Dit logo kan niet worden gebruikt"
    )
    assert (refused.status_code, said in refused.content.decode()) == (422, True)
    assert send_form(world.marit, world, kept="no base64").status_code == 422
    assert saved(world) == Look()


@pytest.mark.parametrize("colour", ["#ffffff", "#ffff00", "#00ff00", "#ff8800", "#1f4f7a", "#000000"])
def test_every_colour_can_be_read_on_white(colour: str) -> None:
    made = readable(colour)
    assert contrast_on_white([int(made[at : at + 2], 16) for at in (1, 3, 5)]) >= 4.5
    assert made == colour or contrast_on_white([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) < 4.5


def test_it_is_for_who_manages_and_goes_along_with_a_move(world: World) -> None:
    assert send_form(world.sanne, world, logo=BIRD).status_code == 403
    assert send_form(world.otto, world, logo=BIRD).status_code == 404
    assert send_form(world.marit, world, colour="red").status_code == 422
    send_form(world.marit, world, logo=BIRD)
    manifest = take_manifest(take_mark(world.zwaluw.id, now=NOW))
    with system_scope("test", world.zwaluw.id):
        digest = PdfLook.objects.get().sha256
    assert digest in {file.sha256 for file in manifest.files}
