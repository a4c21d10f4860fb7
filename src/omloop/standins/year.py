"""A year with its absences as a drawing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from omloop.absences.queries import Absence, State
from omloop.standins.bars import Bar, Days

LOOKS = {State.PAST: "past", State.NOW: "away", State.PLANNED: "away-soft"}
WIDE_ENOUGH = 5.0
"""Percents of the width in which a first name fits."""


@dataclass(frozen=True)
class Month:
    """A line where it begins and its name in the middle."""

    begin: str
    middle: str
    first_on: date


@dataclass(frozen=True)
class Year:
    """What the drawing shows: bars with their looks; `today` is empty in another year."""

    number: int
    months: list[Month]
    bars: list[tuple[Bar, str]]
    absences: list[Absence]
    today: str


def draw_years(absences: Iterable[Absence], today: date) -> list[Year]:
    """This year, and the next one when an absence lies in it."""
    shown = [a for a in absences if not a.is_cancelled]
    years = {today.year} | {today.year + 1 for a in shown if a.last_on and a.last_on.year > today.year}
    return [_draw(number, shown, today) for number in sorted(years)]


def _draw(number: int, absences: list[Absence], today: date) -> Year:
    first, after = date(number, 1, 1), date(number + 1, 1, 1)
    days = Days(first, after, WIDE_ENOUGH)
    own = sorted(filter(days.shows, absences), key=lambda absence: absence.first_on)
    begins = [date(number, month, 1) for month in range(1, 13)]
    ends = [*begins[1:], after]
    return Year(
        number=number,
        months=[
            Month(days.at(begin), days.between(begin, end), begin)
            for begin, end in zip(begins, ends, strict=True)
        ],
        bars=[(days.bar(absence), LOOKS[absence.state(today)]) for absence in own],
        absences=own,
        today=days.at(today) if today.year == number else "",
    )
