"""Everything that opens what strangers sent, done in a process of its own that may die (network B2).

A job that asks for more than 1 GB, 10 seconds of processor or 15 seconds by the clock ends that process, and
the next job gets a new one. All raise NotUsable, and WorkerBusy when others keep it busy.
"""

import contextlib
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from omloop.pdf.frames import Frame, PipeBroken, read_frame, write_frame
from omloop.pdf.look import PLAIN, Look
from omloop.pdf.parts import LeftOut, Merged, Part
from omloop.pdf.placed import Page
from omloop.pdf.refusals import JobFailed, NotUsable, Reason, WorkerBusy, WorkerDied
from omloop.pdf.words import Language

logger = logging.getLogger("omloop.pdf")
WALL = 15.0
"""Seconds by the clock of one job."""
PATIENCE = 30.0
"""Seconds that a job waits for its turn."""
JOBS_EACH = 200
"""Jobs after which a process is replaced, so that nothing grows for ever."""
SOURCE = Path(__file__).parents[2]


@dataclass(frozen=True)
class Seen:
    """How many pages a PDF has, and its text."""

    pages: int
    text: str


class Worker:
    """One process, started when it is needed, one job at a time."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._jobs = 0

    def do(self, said: dict[str, Any], *blobs: bytes) -> Frame:
        """The answer to a job; raises NotUsable, WorkerBusy, WorkerDied, JobFailed."""
        if not self._turn.acquire(timeout=PATIENCE):
            raise WorkerBusy
        try:
            answer = self._ask(self._running(), said, blobs)
        finally:
            self._turn.release()
        if "refused" in answer.said:
            raise NotUsable(Reason(answer.said["refused"]))
        if "failed" in answer.said:
            raise JobFailed(answer.said["failed"])
        return answer

    def stop(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                assert pipe  # noqa: S101 - asked for below
                pipe.close()
        process.wait()

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None or self._jobs >= JOBS_EACH:
            self.stop()
            self._process, self._jobs = _start(), 0
        self._jobs += 1
        return self._process

    def _ask(self, process: "subprocess.Popen[bytes]", said: dict[str, Any], blobs: Sequence[bytes]) -> Frame:
        assert process.stdin and process.stdout  # noqa: S101 - asked for below
        with _deadline(process):
            try:
                write_frame(process.stdin, said, blobs)
                answer = read_frame(process.stdout)
            except (PipeBroken, OSError):
                answer = None
        if answer is None:
            self.stop()
            logger.warning("the PDF worker died of the job %s (%s)", said["job"], process.returncode)
            raise WorkerDied(said["job"])
        return answer


def _start() -> "subprocess.Popen[bytes]":
    """Without our environment: it has no business with keys and addresses."""
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": str(SOURCE),
        "MALLOC_ARENA_MAX": "2",
        "RAYON_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "omloop.pdf.process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    )


@contextlib.contextmanager
def _deadline(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    timer = threading.Timer(WALL, process.kill)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


WORKER = Worker()


def preview(content: bytes, *, page: int, width: int) -> bytes | None:
    """The picture (WEBP) of a page of a PDF or image, counted from 0; None where there is no such page."""
    with _broken_when_dead():
        answer = WORKER.do({"job": "preview", "page": page, "width": width}, content)
    return answer.blobs[0] if answer.blobs else None


def words(content: bytes) -> list[Page]:
    """The first pages of a PDF or image with their words; an image has none yet."""
    with _broken_when_dead():
        answer = WORKER.do({"job": "words"}, content)
    return [Page.from_json(said) for said in answer.said["pages"]]


def sheet(content: bytes, *, page: int) -> bytes | None:
    """A page of a PDF or image as a grey PNG to be read by a machine; None where there is no such page."""
    with _broken_when_dead():
        answer = WORKER.do({"job": "sheet", "page": page}, content)
    return answer.blobs[0] if answer.blobs else None


def look(pdf: bytes) -> Seen:
    """The number of pages of a PDF or image, and its text."""
    with _broken_when_dead():
        answer = WORKER.do({"job": "look"}, pdf)
    return Seen(answer.said["pages"], answer.blobs[0].decode())


def logo(content: bytes) -> bytes:
    """A logo as a small PNG (`logos.logo_of`)."""
    with _broken_when_dead():
        return WORKER.do({"job": "logo"}, content).blobs[0]


def read_hybrid(pdf: bytes) -> bytes | None:
    """The XML of an e-invoice inside a PDF; None without one."""
    with _broken_when_dead():
        answer = WORKER.do({"job": "read_hybrid"}, pdf)
    return answer.blobs[0] if answer.blobs else None


def hybrid(pdf: bytes, cii: bytes) -> bytes:
    """The PDF with the e-invoice inside (`hybrid.hybrid`)."""
    with _broken_when_dead():
        return WORKER.do({"job": "hybrid"}, pdf, cii).blobs[0]


def render(source: bytes, *, language: Language, look: Look = PLAIN, is_copy: bool = False) -> bytes:
    """The picture of the e-invoice in these bytes (`rendering.render`): for long ones. Raises WorkerDied."""
    said = {"job": "render", "language": language, "name": look.name, "colour": look.colour}
    return WORKER.do({**said, "is_copy": is_copy}, source, look.logo or b"").blobs[0]


def merge(parts: Sequence[Part], *, language: Language, closing: bytes = b"") -> Merged:
    """One PDF of all parts (`merging.merge`). A part that kills the process stays whole behind its page.

    Raises WorkerDied when the parts are too much together.
    """
    try:
        return _merge(parts, language, closing)
    except (WorkerDied, NotUsable):
        return _merge([_judged(part, language) for part in parts], language, closing)


def _merge(parts: Sequence[Part], language: Language, closing: bytes) -> Merged:
    facts = [
        {"filename": each.filename, "is_invoice": each.is_invoice, "condemned": each.condemned}
        for each in parts
    ]
    said = {"job": "merge", "language": language, "parts": facts}
    answer = WORKER.do(said, *(each.content for each in parts), closing)
    left_out = (LeftOut(each["filename"], Reason(each["reason"])) for each in answer.said["left_out"])
    return Merged(answer.blobs[0], answer.said["pages"], tuple(left_out))


def _judged(part: Part, language: Language) -> Part:
    try:
        _merge([part], language, b"")
    except (WorkerDied, NotUsable):
        return replace(part, condemned=True)
    return part


@contextlib.contextmanager
def _broken_when_dead() -> Iterator[None]:
    """A file that kills the process can't be used."""
    try:
        yield
    except WorkerDied as died:
        raise NotUsable(Reason.BROKEN) from died
