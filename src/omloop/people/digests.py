"""Whose digest is due: each person's hour and days, on his own clock (rules 3.13)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from omloop.people.models import DigestMark, Person

TAKE = """
INSERT INTO people_digestmark AS mark (person_id, done_on)
SELECT p.id, clock.day
FROM people_person p
JOIN unnest(%s::text[], %s::date[], %s::int[]) clock(zone, day, hour) ON clock.zone = p.time_zone
LEFT JOIN people_digestmark done ON done.person_id = p.id
WHERE p.is_active AND p.digest_hour <= clock.hour
  AND extract(isodow FROM clock.day)::int = ANY (p.digest_days)
  AND (done.done_on IS NULL OR done.done_on < clock.day)
ON CONFLICT (person_id) DO UPDATE SET done_on = excluded.done_on WHERE mark.done_on < excluded.done_on
RETURNING mark.person_id, mark.told_at"""
"""Who is due is marked as seen to by the same statement, so that two timers take nobody twice."""


@dataclass(frozen=True)
class Due:
    """Somebody whose hour has come, and up to when he was told before; None: never."""

    person_id: UUID
    since: datetime | None


def take_due(now: datetime) -> list[Due]:
    """Those whose hour has come today, each once a day, in two queries however many people there are.

    An hour that the clock skips comes with the next one, and a day that a worker slept through in part is
    made up for the same day.
    """
    zones = list(Person.objects.filter(is_active=True).values_list("time_zone", flat=True).distinct())
    clocks = [now.astimezone(ZoneInfo(zone)) for zone in zones]
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [zones, [each.date() for each in clocks], [each.hour for each in clocks]])
        return [Due(*row) for row in cursor.fetchall()]


def told(person_id: UUID, *, at: datetime) -> None:
    """Note that this person knows what waited at this moment."""
    DigestMark.objects.filter(person_id=person_id).update(told_at=at)
