"""A year with its absences as a drawing: percentages of the width, so that text never stretches."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from omloop.absences.queries import Absence, State

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
class Bar:
    """An absence, or the part of it in this year; `name` is empty where it would not fit."""

    begin: str
    width: str
    middle: str
    look: str
    name: str


@dataclass(frozen=True)
class Year:
    """What the drawing shows; `today` is empty in another year."""

    number: int
    months: list[Month]
    bars: list[Bar]
    absences: list[Absence]
    today: str


def draw_years(absences: Iterable[Absence], today: date) -> list[Year]:
    """This year, and the next one when an absence lies in it."""
    shown = [a for a in absences if not a.is_cancelled]
    years = {today.year} | {today.year + 1 for a in shown if a.last_on and a.last_on.year > today.year}
    return [_draw(number, shown, today) for number in sorted(years)]


def _draw(number: int, absences: list[Absence], today: date) -> Year:
    first, after = date(number, 1, 1), date(number + 1, 1, 1)
    own = sorted(
        (a for a in absences if a.first_on < after and (a.last_on is None or a.last_on >= first)),
        key=lambda absence: absence.first_on,
    )
    begins = [date(number, month, 1) for month in range(1, 13)]
    ends = [*begins[1:], after]
    return Year(
        number=number,
        months=[
            Month(_at(begin), _percent((_place(begin, first) + _place(end, first)) / 2), begin)
            for begin, end in zip(begins, ends, strict=True)
        ],
        bars=[_bar(absence, first, after, today) for absence in own],
        absences=own,
        today=_at(today) if today.year == number else "",
    )


def _bar(absence: Absence, first: date, after: date, today: date) -> Bar:
    begin = _place(max(absence.first_on, first), first)
    end = _place(min(absence.last_on + timedelta(days=1), after) if absence.last_on else after, first)
    name = absence.substitute.name.split()[0] if end - begin >= WIDE_ENOUGH else ""
    look = LOOKS[absence.state(today)]
    return Bar(_percent(begin), _percent(end - begin), _percent((begin + end) / 2), look, name)


def _at(day: date) -> str:
    return _percent(_place(day, date(day.year, 1, 1)))


def _place(day: date, first: date) -> float:
    return 100 * (day - first).days / (date(first.year + 1, 1, 1) - first).days


def _percent(value: float) -> str:
    return f"{value:.2f}%"
