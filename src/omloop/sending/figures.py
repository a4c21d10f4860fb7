"""Quantities and prices as people type them, in either language."""

import re
from decimal import Decimal

FIGURE = re.compile(r"(\d{1,3}(?:[., ]\d{3})+|\d{1,12})(?:[.,](\d{1,2}|\d{4,6}))?", re.ASCII)
BELOW_ONE = re.compile(r"0[.,](\d{1,6})", re.ASCII)


class NoFigure(ValueError):
    """This can't be read as a number."""


def figure_in(text: str) -> Decimal | None:
    """The number that somebody typed, with a minus in front or not; None for nothing. Raises NoFigure.

    As everywhere in Omloop three digits after the last sign are thousands (2.500); so an eighth is 0,125
    and two and an eighth 2,1250.
    """
    plain = text.replace("\u00a0", " ").replace("€", "").strip()
    if not plain:
        return None
    sign = "-" if plain[0] in "-\u2212" else ""
    digits = plain[1:].strip() if sign else plain
    if below := BELOW_ONE.fullmatch(digits):
        return Decimal(f"{sign}0.{below[1]}")
    found = FIGURE.fullmatch(digits)
    if found is None:
        raise NoFigure(text)
    return Decimal(f"{sign}{re.sub(r'[., ]', '', found[1])}.{found[2] or 0}")
