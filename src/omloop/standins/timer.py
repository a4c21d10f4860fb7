"""What absences bring about on their days: a notice, the beginning, the end, a question (rules 4.3, 4.7)."""

from datetime import datetime
from uuid import UUID

from omloop.absences.due import begins, goes_on, is_announced, is_asked_about, is_over, lock_covers
from omloop.absences.models import AbsenceCover
from omloop.audit.services import record
from omloop.circulation.passing import hand_over_open, return_what_is_left
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
            _finish(cover, actor, now)
    for cover in covers:
        if is_over(cover, today):
            continue
        if begins(cover, today):
            _begin(cover, actor, now)
        elif is_announced(cover, today):
            _tell("absence.comes", cover, actor, now)
            _mark(cover, noticed_at=now)
        elif is_asked_about(cover, today):
            _tell("absence.asked_about", cover, actor, now)
            _mark(cover, noticed_at=now)


def _begin(cover: AbsenceCover, actor: Member, now: datetime) -> None:
    count = hand_over_open(cover, actor=actor, now=now) if cover.takes_what_is_open else 0
    _mark(cover, begun_at=now)
    _tell("absence.began", cover, actor, now, handed_over=count)


def _finish(cover: AbsenceCover, actor: Member, now: datetime) -> None:
    """What is over before anybody saw it begin has nothing to tell, for these days are history."""
    if cover.begun_at is not None:
        count = 0 if goes_on(cover) else return_what_is_left(cover, actor=actor, now=now)
        _tell("absence.ended", cover, actor, now, came_back=count)
    _mark(cover, finished_at=now)


def _mark(cover: AbsenceCover, **marks: datetime) -> None:
    AbsenceCover.objects.filter(id=cover.id).update(**marks)


def _tell(name: str, cover: AbsenceCover, actor: Member, now: datetime, **counts: int) -> None:
    record(
        name,
        actor=actor,
        chain_id=cover.organisation_id,
        subject_id=cover.absence_id,
        for_person_id=cover.person_id,
        at=now,
        detail={"cover": str(cover.id), **counts},
    )
