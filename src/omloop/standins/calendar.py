"""Who is away in the coming weeks, a lane a person: a drawing in percentages of the width."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from omloop.absences.queries import Absence
from omloop.people.models import Person
from omloop.standins.draft import first_name

WEEKS = 12
LANE = 48
"""Pixels that a lane is high, as the names beside it are."""
WIDE_ENOUGH = 8.0
"""Percents of the width in which a first name fits."""


@dataclass(frozen=True)
class Bar:
    """An absence, or what of it lies in these weeks."""

    begin: str
    width: str
    middle: str
    top: int
    text: int
    name: str
    absence: Absence


@dataclass(frozen=True)
class Calendar:
    """People from top to bottom, weeks from left to right; every fourth week has its date."""

    people: list[Person]
    bars: list[Bar]
    weeks: list[tuple[str, date, bool]]
    today: str

    @property
    def height(self) -> int:
        """In pixels, with a lane for the dates above."""
        return LANE * (len(self.people) + 1)


def draw_calendar(absences: Iterable[Absence], today: date) -> Calendar | None:
    """The weeks from the last one on; None when nobody is away in them."""
    first = today - timedelta(days=today.weekday() + 7)
    after = first + timedelta(weeks=WEEKS)
    lanes: dict[UUID, list[Absence]] = defaultdict(list)
    for each in absences:
        is_shown = each.first_on < after and (each.last_on is None or each.last_on >= first)
        if is_shown and not each.is_cancelled:
            lanes[each.person.id].append(each)
    rows = sorted(lanes.values(), key=lambda row: (row[0].person.name, row[0].person.id))
    if not rows:
        return None
    weeks = [first + timedelta(weeks=number) for number in range(WEEKS)]
    return Calendar(
        people=[row[0].person for row in rows],
        bars=[_bar(each, number, first, after) for number, row in enumerate(rows) for each in row],
        weeks=[(_percent(_place(week, first)), week, number % 4 == 0) for number, week in enumerate(weeks)],
        today=_percent(_place(today, first)),
    )


def _bar(absence: Absence, lane: int, first: date, after: date) -> Bar:
    begin = _place(max(absence.first_on, first), first)
    end = _place(min(absence.last_on + timedelta(days=1), after) if absence.last_on else after, first)
    top = LANE * (lane + 1)
    name = first_name(absence.substitute.name) if end - begin >= WIDE_ENOUGH else ""
    middle = _percent((begin + end) / 2)
    return Bar(_percent(begin), _percent(end - begin), middle, top + 11, top + 28, name, absence)


def _place(day: date, first: date) -> float:
    return 100 * (day - first).days / (7 * WEEKS)


def _percent(value: float) -> str:
    return f"{value:.2f}%"
