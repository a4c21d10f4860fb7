"""Whatever a file does to who opens it: a clear answer, soon, and the next one is served (network B2)."""

import time
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from omloop.pdf import guarded
from omloop.pdf.parts import Part
from omloop.pdf.refusals import NotUsable, Reason, WorkerDied
from omloop.pdf.rendering import render
from omloop.pdf.words import Language
from tests.paper import paper
from tests.pdf.nasty import NASTY, blank, content_bomb, form, nasty_images, running

SOON = 15.0
"""Seconds."""
MUCH = 1024 * 1024
"""Kilobytes of memory: a gigabyte."""
USABLE = {
    "no table",
    "bit rot",
    "junk before",
    "junk after",
    "owner's password",
    "owner's password of old",
    "things that run",
    "no box",
    "huge box",
    "table in itself",
    "filled-in form",
}
"""What merges all the same, by name; every other one may be refused."""


@cache
def good() -> bytes:
    lines = paper().lines * 60
    return render(paper(lines=lines), language=Language.NL)


@cache
def nasty(name: str) -> bytes:
    return NASTY[name](good())


BAD_IMAGES = {"pixel bomb.png": Reason.TOO_LARGE, "half.jpg": Reason.BROKEN}


def soon(job: Callable[[], object]) -> object:
    """What it gives, or the reason for which it refuses; in time, and the worker serves the next."""
    begin = time.monotonic()
    try:
        given: object = job()
    except NotUsable as refused:
        given = refused.reason
    assert time.monotonic() - begin < SOON + 1
    assert peak_memory() < MUCH
    assert guarded.preview(blank(), page=0, width=40)
    return given


def peak_memory() -> int:
    """Of the worker that runs now, in kilobytes; one that died took no more than it was allowed."""
    process = guarded.WORKER._process
    if process is None or process.poll() is not None:
        return 0
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])


@pytest.mark.parametrize("name", NASTY)
def test_looking_at_a_nasty_file_gives_a_picture_or_a_reason_in_time(name: str) -> None:
    file = nasty(name)
    given = soon(lambda: guarded.preview(file, page=0, width=240))
    assert given is None or isinstance(given, Reason) or bytes(given)[8:12] == b"WEBP"  # type: ignore[call-overload]


@pytest.mark.parametrize("name", NASTY)
def test_a_nasty_attachment_never_keeps_the_invoice_from_being_merged(name: str) -> None:
    file = nasty(name)
    parts = [Part("factuur.pdf", good(), is_invoice=True), Part(name, file), Part("na.pdf", blank())]
    merged = soon(lambda: guarded.merge(parts, language=Language.NL))
    assert isinstance(merged, guarded.Merged)
    assert [each.filename for each in merged.left_out] in ([], [name])
    if name in USABLE:
        assert merged.left_out == ()
    with pikepdf.open(BytesIO(merged.pdf)) as pdf:
        assert len(pdf.pages) == merged.pages
        if merged.left_out:
            assert [each.get_file().read_bytes() for each in pdf.attachments.values()] == [file]


@pytest.mark.parametrize("name", NASTY)
def test_searching_a_nasty_file_for_an_e_invoice_ends_in_time(name: str) -> None:
    file = nasty(name)
    found = soon(lambda: guarded.read_hybrid(file))
    assert found is None or isinstance(found, Reason)


@pytest.mark.parametrize("name", [name for name in nasty_images() if name not in BAD_IMAGES])
def test_every_kind_of_image_becomes_a_page(name: str) -> None:
    merged = guarded.merge([Part(name, nasty_images()[name])], language=Language.NL)
    assert (merged.pages, merged.left_out) == (1, ())


@pytest.mark.parametrize(("name", "reason"), BAD_IMAGES.items())
def test_an_image_that_is_too_large_or_cut_off_says_so(name: str, reason: Reason) -> None:
    merged = guarded.merge([Part(name, nasty_images()[name])], language=Language.NL)
    assert [each.reason for each in merged.left_out] == [reason]


def test_nothing_in_what_is_merged_runs_or_calls() -> None:
    parts = [Part("factuur.pdf", running(), is_invoice=True), Part("b.pdf", running())]
    merged = guarded.merge(parts, language=Language.NL)
    assert merged.left_out == ()
    with pikepdf.open(BytesIO(merged.pdf)) as pdf:
        plain = BytesIO()
        pdf.save(plain, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        assert not pdf.attachments
    for word in (b"JavaScript", b"Launch", b"evil.example", b"EmbeddedFile", b"cmd.exe"):
        assert word not in plain.getvalue()


def test_what_was_filled_in_stays_as_print() -> None:
    merged = guarded.merge([Part("formulier.pdf", form())], language=Language.NL)
    assert "waarde" in guarded.look(merged.pdf).text
    with pikepdf.open(BytesIO(merged.pdf)) as pdf:
        assert "/AcroForm" not in pdf.Root


def test_a_worker_that_runs_out_of_time_is_killed_and_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded, "WALL", 0.2)
    with pytest.raises(WorkerDied):
        guarded.WORKER.do({"job": "preview", "page": 0, "width": 1000}, content_bomb())
    monkeypatch.undo()
    assert guarded.look(blank()).pages == 1


def test_the_worker_sees_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://canary")
    guarded.WORKER.stop()
    guarded.look(blank())
    assert guarded.WORKER._process
    environment = Path(f"/proc/{guarded.WORKER._process.pid}/environ").read_bytes()
    assert b"canary" not in environment
