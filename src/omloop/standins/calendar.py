"""Who is away in the coming weeks, a lane a person: a drawing in percentages of the width."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from omloop.absences.queries import Absence
from omloop.people.models import Person
from omloop.standins.bars import Bar, Days

WEEKS = 12
LANE = 48
"""Pixels that a lane is high, as the names beside it are."""
WIDE_ENOUGH = 8.0
"""Percents of the width in which a first name fits."""


@dataclass(frozen=True)
class Lane:
    """A bar, and how far from the top it and its name stand."""

    bar: Bar
    top: int
    text: int


@dataclass(frozen=True)
class Calendar:
    """People from top to bottom, weeks from left to right; every fourth week has its date."""

    people: list[Person]
    bars: list[Lane]
    weeks: list[tuple[str, date, bool]]
    today: str

    @property
    def height(self) -> int:
        """In pixels, with a lane for the dates above."""
        return LANE * (len(self.people) + 1)


def draw_calendar(absences: Iterable[Absence], today: date) -> Calendar | None:
    """The weeks from the last one on; None when nobody is away in them."""
    first = today - timedelta(days=today.weekday() + 7)
    days = Days(first, first + timedelta(weeks=WEEKS), WIDE_ENOUGH)
    lanes: dict[UUID, list[Absence]] = defaultdict(list)
    for each in absences:
        if days.shows(each) and not each.is_cancelled:
            lanes[each.person.id].append(each)
    rows = sorted(lanes.values(), key=lambda row: (row[0].person.name, row[0].person.id))
    if not rows:
        return None
    weeks = [first + timedelta(weeks=number) for number in range(WEEKS)]
    return Calendar(
        people=[row[0].person for row in rows],
        bars=[_lane(days.bar(each), number) for number, row in enumerate(rows, 1) for each in row],
        weeks=[(days.at(week), week, number % 4 == 0) for number, week in enumerate(weeks)],
        today=days.at(today),
    )


def _lane(bar: Bar, number: int) -> Lane:
    return Lane(bar, LANE * number + 11, LANE * number + 28)
