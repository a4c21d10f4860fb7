"""A run of whole days."""

from dataclasses import dataclass
from datetime import date, timedelta


class PeriodEndsBeforeItStarts(ValueError):
    """The last day of a period lies before its first day."""

    def __init__(self, first_on: date, last_on: date) -> None:
        super().__init__(f"The last day ({last_on}) lies before the first day ({first_on}).")


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day, both counted in full (rules 4.1); no last day means an open end.

    Raises `PeriodEndsBeforeItStarts`.
    """

    first_on: date
    last_on: date | None = None

    def __post_init__(self) -> None:
        if self.last_on is not None and self.last_on < self.first_on:
            raise PeriodEndsBeforeItStarts(self.first_on, self.last_on)

    def contains(self, day: date) -> bool:
        """Whether `day` lies in the period, first and last day included."""
        return self.first_on <= day and (self.last_on is None or day <= self.last_on)

    def overlaps(self, other: "Period") -> bool:
        """Whether the two periods share at least one day."""
        starts_in_time = other.last_on is None or self.first_on <= other.last_on
        return starts_in_time and (self.last_on is None or other.first_on <= self.last_on)


def working_days_before(day: date, count: int) -> date:
    """The day that lies this many working days (Monday to Friday) before `day`; holidays are working days."""
    while count:
        day -= timedelta(days=1)
        count -= day.weekday() < 5
    return day
