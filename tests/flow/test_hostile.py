"""Whatever a stranger sends goes the whole way in: it is listed and shown, and the next file is read.

Rules 2.2, network B2. How each is drawn, merged and searched stands in `tests/pdf/test_hostile.py`, and the
page of one that kills who draws it in `tests/invoices/test_pdfs.py`.
"""

import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils import timezone

from omloop.intake.models import Document
from omloop.invoices.queries import pictures_to
from omloop.organisations.members import member_scope
from omloop.pdf.rendering import render
from omloop.pdf.words import Language
from tests.api.test_documents import ask, key_of, send
from tests.circulation.reader import signed_in
from tests.paper import file, paper
from tests.pdf.nasty import NASTY, nasty_images
from tests.pdf.test_hostile import BAD_IMAGES, MUCH, SOON, peak_memory
from tests.world import World

THE_SAME = {"form in itself", "lying tree", "owner's password of old"}
"""Two prove one thing: "forms in forms" too draws for ever, and the others differ for who draws alone."""


def hostile(shared: Path) -> Iterator[tuple[str, bytes]]:
    """By name: PDFs and images made here, and the XML of the test data; an empty one of each is one file."""
    good = render(paper(lines=paper().lines * 20), language=Language.NL)
    yield from ((f"{name}.pdf", make(good)) for name, make in NASTY.items() if name not in THE_SAME)
    yield from ((name, nasty_images()[name]) for name in BAD_IMAGES)
    for path in sorted((shared / "testdata" / "einvoices" / "hostile").iterdir()):
        if path.stat().st_size:
            yield path.name, path.read_bytes()


def test_every_hostile_file_has_a_finding_or_waits_on_a_list_and_the_next_one_is_read(
    world: World, shared: Path, run_jobs: Callable[[], None]
) -> None:
    key, client, waiting = key_of(world.sanne, world.zwaluw), signed_in(world.sanne), {}
    for name, data in hostile(shared):
        begin = time.monotonic()
        sent = send(key, data, name)
        run_jobs()
        assert time.monotonic() - begin < SOON and peak_memory() < MUCH, name
        assert sent.status_code == 201, name
        document = ask(key, f"/documents/{sent.json()['document']}").json()
        if document["state"] == Document.State.UNREADABLE:
            assert client.get(reverse("document", args=[document["id"]])).status_code == 200, name
        waiting[name] = document
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < MUCH
    assert len(waiting) > 40
    with member_scope(world.sanne, now=timezone.now()) as member:
        pictures = {str(each) for each in pictures_to(member).values_list("id", flat=True)}
    for name, document in waiting.items():
        assert document["id"] in pictures or says_why(document), name
    for page in ("unreadable", "to_recognise"):
        assert client.get(reverse(page)).status_code == 200
    good = send(key, file("2026-0418")).json()["document"]
    run_jobs()
    assert ask(key, f"/documents/{good}").json()["state"] == "read"


def says_why(document: dict[str, Any]) -> bool:
    """Whether it stands on the list of what can't be read, with a reason in words and its rule."""
    findings = (document["validation"] or {}).get("findings", [])
    said = all(each["rule"].startswith("OML-") and each["nl"] and each["en"] for each in findings)
    return document["state"] == Document.State.UNREADABLE and bool(findings) and said
