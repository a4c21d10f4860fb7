"""What absences bring about on their days: a notice, the beginning, the end, a question (rules 4.3, 4.7)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from omloop.absences.due import (
    begins,
    goes_on,
    is_announced,
    is_asked_about,
    is_over,
    lock_covers,
    next_review,
)
from omloop.absences.models import AbsenceCover
from omloop.absences.telling import (
    told_of_beginning,
    told_of_end,
    told_that_another_stands_in,
    told_to_review,
    told_what_comes,
)
from omloop.audit.services import record
from omloop.circulation.routing.passing import hand_over_open, return_what_is_left
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation


def see_to_absences(organisation_id: UUID, *, actor: Member, now: datetime) -> None:
    """Do in one organisation what its absences ask for at this moment, in its own zone; twice does no harm.

    Ends come before beginnings, so that what comes back can go on to the next substitute.
    """
    hold(organisation_id)
    today = now.astimezone(Organisation.objects.get(id=organisation_id).zone).date()
    covers = lock_covers(organisation_id)
    for cover in covers:
        if is_over(cover, today):
            _finish(cover, today, actor, now)
    for cover in covers:
        if is_over(cover, today):
            continue
        if begins(cover, today):
            _begin(cover, actor, now)
        elif is_announced(cover, today):
            _tell("absence.comes", cover, told_what_comes(cover), actor, now)
            _mark(cover, noticed_at=now)
        elif is_asked_about(cover, today):
            _ask(cover, today, actor, now)


def _begin(cover: AbsenceCover, actor: Member, now: datetime) -> None:
    count = hand_over_open(cover, actor=actor, now=now) if cover.takes_what_is_open else 0
    _mark(cover, begun_at=now)
    _tell("absence.began", cover, told_of_beginning(cover), actor, now, handed_over=count)


def _finish(cover: AbsenceCover, today: date, actor: Member, now: datetime) -> None:
    """What is over before anybody saw it begin has nothing to tell, for these days are history; what went
    by it comes back all the same. What goes on by another cover is no end."""
    is_changed = goes_on(cover)
    count = return_what_is_left(cover, goes_on=is_changed, actor=actor, now=now)
    if cover.begun_at and is_changed:
        if tells := told_that_another_stands_in(cover, today):
            _tell("absence.passed_on", cover, tells, actor, now)
    elif cover.begun_at:
        _tell("absence.ended", cover, told_of_end(cover), actor, now, came_back=count)
    _mark(cover, finished_at=now)


def _ask(cover: AbsenceCover, today: date, actor: Member, now: datetime) -> None:
    """Every four weeks, whether or not somebody answers (rules 4.8)."""
    asked_for = cover.review_on
    assert asked_for  # noqa: S101 - it is to be asked about
    _mark(cover, review_on=next_review(asked_for, today), asked_on=today)
    _tell("absence.asked_about", cover, told_to_review(cover, asked_for), actor, now)


def _mark(cover: AbsenceCover, **marks: Any) -> None:
    for name, value in marks.items():
        setattr(cover, name, value)
    cover.save(update_fields=[*marks])


def _tell(
    name: str, cover: AbsenceCover, tells: list[str], actor: Member, now: datetime, **counts: int
) -> None:
    record(
        name,
        actor=actor,
        chain_id=cover.organisation_id,
        subject_id=cover.absence_id,
        for_person_id=cover.person_id,
        at=now,
        detail={"cover": str(cover.id), "tells": tells, **counts},
    )
