"""Who is told what of an absence: each once, in however many organisations it holds (rules 4.7, 4.8).

The timer sees one organisation at a time; here the covers of all count, as they stand at that moment.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from omloop.absences.due import is_over
from omloop.absences.models import AbsenceCover
from omloop.organisations.away import AWAY
from omloop.tenancy import directory
from omloop.tenancy.scope import organisations_shown

THE_ABSENT, THE_SUBSTITUTE, WHO_SET_IT = "absent", "substitute", "setter"
"""Whom an event of an absence is told, as its detail holds it."""


def told_what_comes(cover: AbsenceCover) -> list[str]:
    """The absent one, by the first organisation in which he is away with this substitute."""
    return [THE_ABSENT] if _is_first(cover, _with_same_substitute(cover, _everywhere(cover))) else []


def told_of_beginning(cover: AbsenceCover) -> list[str]:
    """Both, by the first organisation; of another substitute midway only that one, and of other days or
    options midway nobody."""
    rows = _everywhere(cover)
    own = _with_same_substitute(cover, rows)
    if not _is_first(cover, own) or _was_away(cover, own):
        return []
    return [THE_SUBSTITUTE] if _was_away(cover, rows) else [THE_ABSENT, THE_SUBSTITUTE]


def told_of_end(cover: AbsenceCover) -> list[str]:
    """Each by the last organisation in which it ends for him."""
    rows = _everywhere(cover)
    own = _with_same_substitute(cover, rows)
    ends = {THE_ABSENT: _is_last(cover, rows), THE_SUBSTITUTE: _is_last(cover, own)}
    return [who for who, is_told in ends.items() if is_told]


def told_that_another_stands_in(cover: AbsenceCover, today: date) -> list[str]:
    """The substitute of a cover that goes on with another, once he stands in nowhere any more."""
    own = _with_same_substitute(cover, _everywhere(cover))
    stands_in = [
        row for row in _live(own) if row.organisation_id == cover.organisation_id or not is_over(row, today)
    ]
    return [THE_SUBSTITUTE] if not stands_in and _is_first_cancelled(cover, own) else []


def told_to_review(cover: AbsenceCover, asked_for: date) -> list[str]:
    """Who set it, once where he set several that have to be reviewed on this day."""
    together = [
        row
        for row in _live(_everywhere(cover))
        if row.set_by == cover.set_by and row.review_on in (asked_for, cover.review_on)
    ]
    return [WHO_SET_IT] if cover.organisation_id == min(row.organisation_id for row in together) else []


def _everywhere(cover: AbsenceCover) -> list[AbsenceCover]:
    with organisations_shown(directory.organisations_of(AWAY, cover.person_id)):
        return list(AbsenceCover.objects.filter(absence_id=cover.absence_id))


def _with_same_substitute(cover: AbsenceCover, rows: Iterable[AbsenceCover]) -> list[AbsenceCover]:
    return [row for row in rows if row.substitute_id == cover.substitute_id]


def _live(rows: Iterable[AbsenceCover]) -> list[AbsenceCover]:
    return [row for row in rows if row.cancelled_at is None]


def _is_first(cover: AbsenceCover, rows: Iterable[AbsenceCover]) -> bool:
    first = min(_live(rows), key=lambda row: (row.first_on, row.organisation_id))
    return bool(first.id == cover.id)


def _was_away(cover: AbsenceCover, rows: Iterable[AbsenceCover]) -> bool:
    """Whether it had begun when this cover was set, which leaves it so."""
    set_on = cover.set_at.astimezone(cover.organisation.zone).date()
    return cover.first_on <= set_on and any(row.begun_at and row.begun_at < cover.set_at for row in rows)


def _is_last(cover: AbsenceCover, rows: Iterable[AbsenceCover]) -> bool:
    live = _live(rows)
    if cover.cancelled_at:
        return not live and _is_first_cancelled(cover, rows)
    return bool(max(live, key=_end).id == cover.id)


def _end(cover: AbsenceCover) -> tuple[date, UUID]:
    return cover.last_on or date.max, cover.organisation_id


def _is_first_cancelled(cover: AbsenceCover, rows: Iterable[AbsenceCover]) -> bool:
    """Of those that had begun and were cancelled along."""
    along = [row for row in rows if row.begun_at and row.cancelled_at == cover.cancelled_at]
    return bool(cover.organisation_id == min(row.organisation_id for row in along))
