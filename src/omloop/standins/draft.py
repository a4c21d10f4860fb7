"""An absence as it is or would be, for the pages that say what it does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from omloop.absences.resolution import Cover, Covers
from omloop.kernel.period import Period
from omloop.people.models import Person

BEFORE, INSIDE, AFTER = timedelta(days=3), timedelta(days=2), timedelta(days=5)


@dataclass(frozen=True)
class Draft:
    """An absence as it is, or as the form would make it; `substitutes` and option (a) by organisation."""

    person: Person
    first_on: date
    last_on: date | None
    reaches: dict[UUID, bool]
    substitutes: dict[UUID, UUID]
    absence_id: UUID

    @property
    def run(self) -> Period:
        """Its days."""
        return Period(self.first_on, self.last_on)

    def cover(self, organisation_id: UUID) -> Cover:
        """As the rule reads it there."""
        return Cover(
            person_id=self.person.id,
            substitute_id=self.substitutes[organisation_id],
            first_on=self.first_on,
            last_on=self.last_on,
            takes_what_reaches=self.reaches.get(organisation_id, False),
            absence_id=self.absence_id,
        )

    def examples(self) -> list[tuple[date, date]]:
        """Import date and opening day: before, in and after the period, and one that reaches him in it."""
        before, inside = self.first_on - BEFORE, self.first_on + INSIDE
        inside = min(inside, self.last_on) if self.last_on else inside
        days = [before, inside, *([self.last_on + AFTER] if self.last_on else [])]
        return [*((day, day) for day in days), (before, inside)]


def with_draft(draft: Draft, organisation_id: UUID, stored: Covers) -> dict[UUID, Sequence[Cover]]:
    """The absences there, with the draft in the place of what it changes."""
    others = [each for each in stored.get(draft.person.id, ()) if each.absence_id != draft.absence_id]
    return {**stored, draft.person.id: [draft.cover(organisation_id), *others]}


def first_name(name: str) -> str:
    """How a sentence calls somebody."""
    return next(iter(name.split()), "?")
