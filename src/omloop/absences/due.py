"""What the covers of an organisation ask for today: a notice, a beginning, an end, a question (rules 4.3).

Marks on the cover say what was seen to, so that looking twice does no harm.
"""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from omloop.absences.models import AbsenceCover
from omloop.absences.plan import DUE, REVIEW
from omloop.kernel.period import working_days_before
from omloop.organisations.away import AWAY
from omloop.tenancy import directory

WORKING_DAYS = 3
"""How long before the first day A gets the list of what is open, in working days (rules 4.3)."""


def organisations_with_absences() -> list[UUID]:
    """Where the timer looks."""
    return directory.organisations_of(DUE, DUE)


def note_absences(organisation_ids: Collection[UUID]) -> None:
    """Let the timer look into those of these organisations that have absences, after they came here."""
    rows = AbsenceCover.objects.filter(organisation_id__in=organisation_ids)
    for organisation_id, person_id in set(rows.values_list("organisation_id", "person_id")):
        directory.enter(DUE, DUE, organisation_id=organisation_id)
        directory.enter(AWAY, person_id, organisation_id=organisation_id)


def lock_covers(organisation_id: UUID) -> list[AbsenceCover]:
    """The covers that have not come to their end, locked, in the order of their days; hold it before."""
    rows = AbsenceCover.objects.filter(organisation_id=organisation_id, finished_at=None)
    return list(rows.select_for_update(of=["self"]).select_related("organisation").order_by("period", "id"))


def is_over(cover: AbsenceCover, today: date) -> bool:
    """Whether its last day has passed, or it was cancelled."""
    return cover.cancelled_at is not None or (cover.last_on is not None and cover.last_on < today)


def begins(cover: AbsenceCover, today: date) -> bool:
    """Whether its first day is there and nobody saw to that yet."""
    return cover.begun_at is None and cover.cancelled_at is None and cover.first_on <= today


def is_announced(cover: AbsenceCover, today: date) -> bool:
    """Whether it is time to tell what comes: three working days before, unless told."""
    if cover.noticed_at or cover.cancelled_at or cover.first_on <= today:
        return False
    return today >= working_days_before(cover.first_on, WORKING_DAYS)


def is_asked_about(cover: AbsenceCover, today: date) -> bool:
    """Whether its open end has to be asked about."""
    return cover.cancelled_at is None and cover.review_on is not None and cover.review_on <= today


def next_review(review_on: date, today: date) -> date:
    """When it is asked about again."""
    while review_on <= today:
        review_on += REVIEW
    return review_on


def goes_on(cover: AbsenceCover) -> bool:
    """Whether its absence goes on in this organisation by another cover."""
    rows = AbsenceCover.objects.filter(
        organisation_id=cover.organisation_id, absence_id=cover.absence_id, cancelled_at=None
    )
    return bool(rows.exclude(id=cover.id).exists())
