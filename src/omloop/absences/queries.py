"""Reading absences: who is away where, and who stands in."""

from collections.abc import Collection
from datetime import date
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q

from omloop.absences.models import AbsenceCover
from omloop.absences.resolution import Cover, by_person


def covers_for(organisation_id: UUID, days: Collection[date]) -> dict[UUID, list[Cover]]:
    """The absences in an organisation that contain one of these days, by person, in one query.

    Absences of deactivated people are left out: they count no more (rules 4.4, 4.9).
    """
    if not days:
        return {}
    rows = AbsenceCover.objects.filter(
        reduce(or_, (Q(period__contains=day) for day in set(days))),
        organisation_id=organisation_id,
        cancelled_at=None,
        person__is_active=True,
    )
    return by_person(cover.as_cover() for cover in rows)
