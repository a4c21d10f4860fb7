"""What an absence is to be: days, substitutes, options; and the rows that it becomes (rules 4.1, 4.3)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from psycopg import errors

from omloop.absences.models import AbsenceCover, AbsenceDefault
from omloop.absences.refusals import EmptyPeriod, OverlappingAbsence
from omloop.audit.actors import Actor
from omloop.audit.services import record
from omloop.organisations.away import AWAY
from omloop.organisations.models import Organisation
from omloop.tenancy import directory

A_DAY = timedelta(days=1)
REVIEW = timedelta(weeks=4)
"""How often an absence with an open end is asked about (rules 4.8)."""
DUE = "absences"
"""In the directory: the organisations that have absences, which the timer looks into."""
KEPT = ["organisation_id", "absence_id", "person_id", "substitute_id", "period", "takes_what_reaches"]
KEPT += ["takes_what_is_open", "returns_what_is_left", "noticed_at", "begun_at", "review_on", "asked_on"]


@dataclass(frozen=True)
class Options:
    """The options of rules 4.3, off as delivered: (a), (b) and (c)."""

    takes_what_reaches: bool = False
    takes_what_is_open: bool = False
    returns_what_is_left: bool = False


@dataclass(frozen=True)
class Wish:
    """The options that somebody chose; None: as the organisation has them by default."""

    takes_what_reaches: bool | None = None
    takes_what_is_open: bool | None = None
    returns_what_is_left: bool | None = None

    def at(self, default: Options) -> Options:
        """What holds in an organisation with this default."""
        chosen = {name: value for name, value in asdict(self).items() if value is not None}
        return Options(**{**asdict(default), **chosen})


def defaults_of(organisation_ids: Collection[UUID]) -> dict[UUID, Options]:
    """The options by default, organisation by organisation, in one query."""
    rows = AbsenceDefault.objects.filter(organisation_id__in=organisation_ids)
    found = dict.fromkeys(organisation_ids, Options())
    for row in rows:
        found[row.organisation_id] = Options(
            row.takes_what_reaches, row.takes_what_is_open, row.returns_what_is_left
        )
    return found


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Whose days (no last one: the end is open), who stands in where, and the options there."""

    person_id: UUID
    first_on: date
    last_on: date | None
    substitutes: Mapping[UUID, UUID]
    options: Mapping[UUID, Options]

    def covers(self, absence_id: UUID, actor: Actor, now: datetime) -> list[AbsenceCover]:
        """One an organisation."""
        places = Organisation.objects.in_bulk(self.substitutes)
        return [
            AbsenceCover(
                organisation_id=organisation_id,
                absence_id=absence_id,
                person_id=self.person_id,
                substitute_id=substitute_id,
                period=DateRange(self.first_on, self.last_on + A_DAY if self.last_on else None, "[)"),
                **asdict(self.options[organisation_id]),
                review_on=None if self.last_on else self._review_on(places[organisation_id], now),
                set_by=actor.person_id,
                set_at=now,
            )
            for organisation_id, substitute_id in self.substitutes.items()
        ]

    def _review_on(self, place: Organisation, now: datetime) -> date:
        return max(self.first_on, now.astimezone(place.zone).date()) + REVIEW


def replace(
    held: Sequence[AbsenceCover], plan: Plan, absence_id: UUID, actor: Actor, now: datetime
) -> list[AbsenceCover]:
    """Cancel these covers and add the planned ones; raises EmptyPeriod and OverlappingAbsence."""
    if plan.last_on is not None and plan.last_on < plan.first_on:
        raise EmptyPeriod(f"{plan.first_on} - {plan.last_on}")
    covers = plan.covers(absence_id, actor, now)
    before = {cover.organisation_id: cover for cover in held}
    for cover in covers:
        if old := before.get(cover.organisation_id):
            _carry_marks(old, cover)
    try:
        with transaction.atomic():
            cancel(held, actor, now)
            AbsenceCover.objects.bulk_create(covers)
    except IntegrityError as error:
        if not _is_overlap(error):
            raise
        raise OverlappingAbsence(_other(covers, absence_id)) from error
    for cover in covers:
        directory.enter(DUE, DUE, organisation_id=cover.organisation_id)
        directory.enter(AWAY, cover.person_id, organisation_id=cover.organisation_id)
    return covers


def _carry_marks(old: AbsenceCover, new: AbsenceCover) -> None:
    """What was seen to is not done again; a later wish to hand over what is open is (rules 4.4)."""
    if (old.first_on, old.substitute_id) != (new.first_on, new.substitute_id):
        return
    new.noticed_at = old.noticed_at
    if old.takes_what_is_open or not new.takes_what_is_open:
        new.begun_at = old.begun_at


def cancel(covers: Sequence[AbsenceCover], actor: Actor, now: datetime) -> None:
    """From now on they hold no more."""
    rows = AbsenceCover.objects.filter(id__in=[cover.id for cover in covers])
    rows.update(cancelled_by=actor.person_id, cancelled_at=now)


def again(cover: AbsenceCover, actor: Actor, now: datetime, **other: object) -> AbsenceCover:
    """A cover of the same absence with something other: its organisation, its substitute, or its days."""
    kept = {name: getattr(cover, name) for name in KEPT}
    return AbsenceCover(**(kept | other), set_by=actor.person_id, set_at=now)


def _is_overlap(error: IntegrityError) -> bool:
    cause = error.__cause__
    if not isinstance(cause, errors.ExclusionViolation):
        return False
    return cause.diag.constraint_name == "no_two_absences_overlap"


def _other(covers: Sequence[AbsenceCover], absence_id: UUID) -> AbsenceCover | None:
    rows = AbsenceCover.objects.filter(
        organisation_id__in=[cover.organisation_id for cover in covers],
        person_id=covers[0].person_id,
        cancelled_at=None,
        period__overlap=covers[0].period,
    )
    other: AbsenceCover | None = rows.exclude(absence_id=absence_id).order_by("period", "id").first()
    return other


def record_covers(name: str, covers: Sequence[AbsenceCover], actor: Actor, now: datetime) -> None:
    """One event an organisation, in its own chain; ids and dates only."""
    for cover in covers:
        record(
            name,
            actor=actor,
            chain_id=cover.organisation_id,
            subject_id=cover.absence_id,
            for_person_id=cover.person_id if cover.person_id != actor.person_id else None,
            at=now,
            detail={
                "person": str(cover.person_id),
                "substitute": str(cover.substitute_id),
                "first_on": cover.first_on.isoformat(),
                "last_on": cover.last_on.isoformat() if cover.last_on else None,
                "takes_what_reaches": cover.takes_what_reaches,
                "takes_what_is_open": cover.takes_what_is_open,
                "returns_what_is_left": cover.returns_what_is_left,
            },
        )
