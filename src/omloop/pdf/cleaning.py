"""Texts of strangers made fit for print: each character is one that the font has.

PDF/A refuses a document with a character that no font shows, and without it the character would vanish.
"""

import re
import unicodedata
from functools import cache
from typing import Any

from fontTools.ttLib import TTFont

from omloop.pdf.typesetting import FONTS

LONGEST = 4_000
"""Characters of one text that are printed."""
UNKNOWN = "?"
BREAK = "\u200b"
"""A place where a line may be broken, which nobody sees."""
_UNBROKEN = re.compile(r"[^\s\u200b]{28,}")
_PIECE = 20
_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0xFEFF, 0x00AD}


class _Replacements(dict[int, str | None]):
    """What is printed for a character; looked up once each. Grows to the size of Unicode at most."""

    def __missing__(self, code: int) -> str | None:
        self[code] = replacement = _replacement(code)
        return replacement


def cleaned(value: Any) -> Any:
    """The same with every text in it cleaned: composed, cut at `LONGEST`, long words made breakable."""
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, dict):
        return {key: cleaned(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(each) for each in value]
    return value


def _clean(text: str) -> str:
    printable = unicodedata.normalize("NFC", text[:LONGEST]).translate(_replacements)
    return _UNBROKEN.sub(_breakable, printable)


def _breakable(word: re.Match[str]) -> str:
    whole = word[0]
    return BREAK.join(whole[start : start + _PIECE] for start in range(0, len(whole), _PIECE))


def _replacement(code: int) -> str | None:
    if code in (0x09, 0x0A, 0x0D):
        return " "
    if code < 0x20 or 0x7F <= code < 0xA0 or code in _BIDI or code == 0x200D:
        return None
    if 0xFE00 <= code <= 0xFE0F or code >= 0xE0000:
        return None
    if code in _covered():
        return chr(code)
    simpler = unicodedata.normalize("NFKD", chr(code))
    return simpler if all(ord(each) in _covered() for each in simpler) else UNKNOWN


@cache
def _covered() -> frozenset[int]:
    """The characters of the regular weight; the others have them too (a test says so)."""
    with TTFont(FONTS / "SourceSansPro-Regular.ttf", lazy=True) as font:
        return frozenset(font.getBestCmap()) | {ord(BREAK)}


_replacements = _Replacements()
