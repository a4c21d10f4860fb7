"""Reading a picture by Tesseract, where that is installed: a program of its own, under limits.

It sees only pictures that we drew (`guarded.sheet`), never the bytes of a stranger.
"""

import csv
import io
import os
import shutil
import subprocess
from functools import cache

from omloop.pdf.placed import ACROSS, LONGEST, MOST_WORDS, Word

LANGUAGES = ("nld", "eng")
PATIENCE = 30.0
"""Seconds for one page."""
SURE = 25.0
"""Percent below which a word is noise."""
_WORD = "5"
"""The level of a word in Tesseract's table."""


def is_installed() -> bool:
    """Whether Tesseract is on the path, with Dutch or English."""
    return bool(_languages())


def read(png: bytes) -> tuple[Word, ...]:
    """The words of a page, in rows; none where Tesseract is absent, takes too long or fails."""
    languages = _languages()
    if not languages:
        return ()
    command = ["tesseract", "stdin", "stdout", "-l", "+".join(languages), "--psm", "6", "tsv"]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command
            command, input=png, capture_output=True, timeout=PATIENCE, env=_environment(), check=True
        )
    except (subprocess.SubprocessError, OSError):
        return ()
    return _words(done.stdout.decode("utf-8", "replace"), across=int.from_bytes(png[16:20], "big"))


def _words(table: str, *, across: int) -> tuple[Word, ...]:
    rows = csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE)
    return tuple(_word(row, ACROSS / across) for row in rows if _is_word(row))[:MOST_WORDS]


def _is_word(row: dict[str, str]) -> bool:
    return row["level"] == _WORD and bool(row["text"] and row["text"].strip()) and float(row["conf"]) >= SURE


def _word(row: dict[str, str], scale: float) -> Word:
    left, top, width, height = (int(row[name]) for name in ("left", "top", "width", "height"))
    corners = (left, top, left + width, top + height)
    return Word(row["text"].strip()[:LONGEST], *(round(corner * scale) for corner in corners))


@cache
def _languages() -> tuple[str, ...]:
    """Those of `LANGUAGES` that it has."""
    if shutil.which("tesseract") is None:
        return ()
    command = ["tesseract", "--list-langs"]
    try:
        told = subprocess.run(  # noqa: S603 - a fixed command
            command, capture_output=True, timeout=PATIENCE, env=_environment(), check=True
        )
    except (subprocess.SubprocessError, OSError):
        return ()
    return tuple(each for each in LANGUAGES if each in told.stdout.decode().split())


def _environment() -> dict[str, str]:
    """Without ours: it has no business with keys and addresses."""
    return {"PATH": os.environ.get("PATH", os.defpath), "OMP_THREAD_LIMIT": "1"}
