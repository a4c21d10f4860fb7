"""The process that opens what strangers sent: `python -m omloop.pdf.process`, spoken to over its pipes.

It knows no secret, takes one job at a time, and dies of any that asks for too much memory or time.
"""

import resource
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from omloop.pdf.frames import Frame, read_frame, write_frame
from omloop.pdf.kinds import is_image
from omloop.pdf.refusals import NotUsable
from omloop.pdf.words import Language

MEMORY = 1024**3
"""Bytes of address space."""
CPU = 10
"""Seconds of processor time of one job."""

Answer = tuple[dict[str, Any], list[bytes]]


def main() -> None:
    """Answer job after job until the pipe is closed."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    while (frame := read_frame(requests)) is not None:
        _give_time()
        said, blobs = _answer(frame)
        write_frame(answers, said, blobs)


def _give_time() -> None:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    allowed = int(spent.ru_utime + spent.ru_stime) + 1 + CPU
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))


def _answer(frame: Frame) -> Answer:
    try:
        return JOBS[frame.said["job"]](frame)
    except NotUsable as refused:
        return {"refused": refused.reason.value}, []
    except Exception as error:  # the pipe is the only way to tell
        return {"failed": f"{type(error).__name__}: {error}"[:500]}, []


def _merge(frame: Frame) -> Answer:
    from omloop.pdf.merging import merge
    from omloop.pdf.parts import Part

    *contents, closing = frame.blobs
    told = zip(contents, frame.said["parts"], strict=True)
    parts = [Part(content=content, **facts) for content, facts in told]
    merged = merge(parts, language=Language(frame.said["language"]), closing=closing)
    return {"pages": merged.pages, "left_out": [asdict(each) for each in merged.left_out]}, [merged.pdf]


def _read_hybrid(frame: Frame) -> Answer:
    from omloop.pdf.hybrid import read_hybrid

    found = read_hybrid(frame.blobs[0])
    return {}, [] if found is None else [found]


def _hybrid(frame: Frame) -> Answer:
    from omloop.pdf.hybrid import hybrid

    return {}, [hybrid(*frame.blobs)]


def _preview(frame: Frame) -> Answer:
    from omloop.pdf.looking import preview
    from omloop.pdf.sheets import preview_of_image

    draw = preview_of_image if is_image(frame.blobs[0]) else preview
    try:
        return {}, [draw(frame.blobs[0], frame.said["page"], frame.said["width"])]
    except IndexError:
        return {"is_missing": True}, []


def _sheet(frame: Frame) -> Answer:
    from omloop.pdf.sheets import sheet

    try:
        return {}, [sheet(frame.blobs[0], frame.said["page"])]
    except IndexError:
        return {"is_missing": True}, []


def _words(frame: Frame) -> Answer:
    from omloop.pdf.reading_words import words
    from omloop.pdf.sheets import image_pages

    pages = (image_pages if is_image(frame.blobs[0]) else words)(frame.blobs[0])
    return {"pages": [page.as_json() for page in pages]}, []


def _look(frame: Frame) -> Answer:
    from omloop.pdf.looking import count_pages, text
    from omloop.pdf.sheets import count_frames

    if is_image(frame.blobs[0]):
        return {"pages": count_frames(frame.blobs[0])}, [b""]
    return {"pages": count_pages(frame.blobs[0])}, [text(frame.blobs[0]).encode("utf-8", "replace")]


def _logo(frame: Frame) -> Answer:
    from omloop.pdf.logos import logo_of

    return {}, [logo_of(frame.blobs[0])]


def _render(frame: Frame) -> Answer:
    from omloop import einvoice
    from omloop.pdf.look import Look
    from omloop.pdf.rendering import render

    source, logo = frame.blobs
    look = Look(frame.said["name"], frame.said["colour"], logo or None)
    language = Language(frame.said["language"])
    return {}, [render(einvoice.read(source), language=language, look=look, is_copy=frame.said["is_copy"])]


JOBS: dict[str, Callable[[Frame], Answer]] = {
    "merge": _merge,
    "read_hybrid": _read_hybrid,
    "hybrid": _hybrid,
    "preview": _preview,
    "look": _look,
    "words": _words,
    "sheet": _sheet,
    "render": _render,
    "logo": _logo,
}

if __name__ == "__main__":
    main()
