"""An absence as a bar on a row of days: percentages of the width, so that text never stretches."""

from dataclasses import dataclass
from datetime import date, timedelta

from omloop.absences.queries import Absence
from omloop.standins.draft import first_name


@dataclass(frozen=True)
class Bar:
    """An absence, or what of it lies in these days; `name` is empty where it would not fit."""

    begin: str
    width: str
    middle: str
    name: str
    absence: Absence


@dataclass(frozen=True)
class Days:
    """The days that a drawing is wide; a first name fits from `fits` percents of that."""

    first: date
    after: date
    fits: float

    def shows(self, absence: Absence) -> bool:
        """Whether a day of it lies in these."""
        return absence.first_on < self.after and (absence.last_on is None or absence.last_on >= self.first)

    def bar(self, absence: Absence) -> Bar:
        """What of it lies in these days."""
        begin = self._place(max(absence.first_on, self.first))
        last = absence.last_on
        end = self._place(min(last + timedelta(days=1), self.after) if last else self.after)
        name = first_name(absence.substitute.name) if end - begin >= self.fits else ""
        return Bar(_percent(begin), _percent(end - begin), _percent((begin + end) / 2), name, absence)

    def at(self, day: date) -> str:
        """Where a day begins."""
        return _percent(self._place(day))

    def between(self, day: date, other: date) -> str:
        """Halfway."""
        return _percent((self._place(day) + self._place(other)) / 2)

    def _place(self, day: date) -> float:
        return 100 * (day - self.first).days / (self.after - self.first).days


def _percent(value: float) -> str:
    return f"{value:.2f}%"
