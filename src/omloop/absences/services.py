"""Setting, changing and cancelling absences (rules 4.1, 4.6)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from psycopg import errors

from omloop.absences.models import AbsenceCover
from omloop.absences.policies import can_manage
from omloop.absences.queries import places_within_reach, possible_substitutes
from omloop.absences.refusals import (
    AbsenceGone,
    AbsenceIsOver,
    BeginsInThePast,
    EmptyPeriod,
    NotAllowed,
    OverlappingAbsence,
    OwnSubstitute,
    SubstituteUnfit,
)
from omloop.audit.actors import Actor
from omloop.audit.services import record
from omloop.kernel.ids import uuid7
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.people.models import Person

A_DAY = timedelta(days=1)
KEPT = ["organisation_id", "absence_id", "person_id", "substitute_id", "period", "takes_what_reaches"]


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """Whose days, and who stands in where."""

    person_id: UUID
    first_on: date
    last_on: date
    takes_what_reaches: bool
    substitutes: Mapping[UUID, UUID]

    def covers(self, absence_id: UUID, actor: Member, now: datetime) -> list[AbsenceCover]:
        """One an organisation."""
        return [
            AbsenceCover(
                organisation_id=organisation_id,
                absence_id=absence_id,
                person_id=self.person_id,
                substitute_id=substitute_id,
                period=DateRange(self.first_on, self.last_on + A_DAY, "[)"),
                takes_what_reaches=self.takes_what_reaches,
                set_by=actor.person_id,
                set_at=now,
            )
            for organisation_id, substitute_id in self.substitutes.items()
        ]


def set_absence(
    *,
    person_id: UUID,
    first_on: date,
    last_on: date,
    substitute_id: UUID,
    substitutes: Mapping[UUID, UUID] | None = None,
    takes_what_reaches: bool = False,
    actor: Member,
    now: datetime,
) -> UUID:
    """Set a new absence in every organisation of the person where the actor may; its id.

    First and last day count in full. `substitutes` names another substitute for some organisations;
    `takes_what_reaches` is option (a) of rules 4.3. Raises NotAllowed, EmptyPeriod, BeginsInThePast,
    OwnSubstitute, SubstituteUnfit, OverlappingAbsence; the transaction survives each.
    """
    places = _places_within_reach(person_id, actor, now)
    _lock(person_id)
    if first_on < _today(places, now):
        raise BeginsInThePast(str(first_on))
    plan = _Plan(
        person_id=person_id,
        first_on=first_on,
        last_on=last_on,
        takes_what_reaches=takes_what_reaches,
        substitutes=_substitutes(person_id, substitute_id, substitutes or {}, places, now),
    )
    absence_id = uuid7()
    covers = _replace([], plan, absence_id, actor, now)
    _record_all("absence.set", covers, actor, now)
    return absence_id


def change_absence(
    *,
    absence_id: UUID,
    first_on: date,
    last_on: date,
    substitute_id: UUID,
    substitutes: Mapping[UUID, UUID] | None = None,
    takes_what_reaches: bool = False,
    actor: Member,
    now: datetime,
) -> None:
    """Give an absence other days or substitutes, from now on; the last change counts (rules 4.1, 4.8).

    Works in the organisations where the actor may. Who came back early ends it yesterday. Raises what
    `set_absence` raises, AbsenceIsOver when the last day lies further back, and AbsenceGone.
    """
    held = _lock_held(absence_id, actor)
    person_id = held[0].person_id
    places = _places_within_reach(person_id, actor, now)
    today = _today([cover.organisation for cover in held], now)
    _still_going(held, today)
    if first_on < today and first_on not in {cover.first_on for cover in held}:
        raise BeginsInThePast(str(first_on))
    if first_on <= last_on < today - A_DAY:
        raise AbsenceIsOver(str(last_on))
    plan = _Plan(
        person_id=person_id,
        first_on=first_on,
        last_on=last_on,
        takes_what_reaches=takes_what_reaches,
        substitutes=_substitutes(person_id, substitute_id, substitutes or {}, places, now),
    )
    covers = _replace(held, plan, absence_id, actor, now)
    _record_all("absence.changed", covers, actor, now)
    left = [cover for cover in held if cover.organisation_id not in plan.substitutes]
    _record_all("absence.cancelled", left, actor, now)


def cancel_absence(*, absence_id: UUID, actor: Member, now: datetime) -> None:
    """Cancel an absence where the actor may; one that has begun ends yesterday, those days are history.

    Raises NotAllowed, AbsenceIsOver and AbsenceGone.
    """
    held = _lock_held(absence_id, actor)
    today = _today([cover.organisation for cover in held], now)
    held = _still_going(held, today)
    _cancel(held, actor, now)
    for cover in held:
        if cover.first_on < today:
            _again(cover, actor, now, period=DateRange(cover.first_on, today, "[)")).save()
    _record_all("absence.cancelled", held, actor, now)


def replace_substitutes(
    organisation_id: UUID,
    successors: Mapping[UUID, UUID],
    *,
    only: Collection[UUID] | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Let successors stand in where people who leave would, from now on; how many absences.

    `only` are the covers that go, where not all do. Rights were asked before, and nobody comes to stand in
    for himself: the absence of a successor keeps its substitute.
    """
    today = now.astimezone(Organisation.objects.get(id=organisation_id).zone).date()
    covers = AbsenceCover.objects.filter(
        organisation_id=organisation_id, substitute_id__in=successors, cancelled_at=None
    ).exclude(person_id__in={*successors, *successors.values()})
    if only is not None:
        covers = covers.filter(id__in=only)
    held = [cover for cover in covers if cover.last_on is None or cover.last_on >= today]
    _cancel(held, actor, now)
    again = [_again(cover, actor, now, substitute_id=successors[cover.substitute_id]) for cover in held]
    AbsenceCover.objects.bulk_create(again)
    _record_all("absence.changed", again, actor, now)
    return len(again)


def _places_within_reach(person_id: UUID, actor: Member, now: datetime) -> list[Organisation]:
    places = places_within_reach(actor, person_id, now=now)
    hold([place.id for place in places])
    if not places:
        raise NotAllowed("there is no organisation in which you may set this person's absence")
    return places


def _lock(person_id: UUID) -> None:
    """One at a time sets absences of a person; references to him don't wait for it."""
    Person.objects.select_for_update(no_key=True).get(id=person_id)


def _lock_held(absence_id: UUID, actor: Member) -> list[AbsenceCover]:
    """The covers that hold and that the actor may touch, with the person locked."""
    rows = AbsenceCover.objects.filter(absence_id=absence_id, cancelled_at=None).order_by("id")
    hold(list(rows.values_list("organisation_id", flat=True)))
    person_id = rows.values_list("person_id", flat=True).first()
    if person_id:
        _lock(person_id)
    held = list(rows.select_related("organisation"))
    if not held:
        raise AbsenceGone(str(absence_id))
    own = [cover for cover in held if can_manage(actor, cover.person_id, cover.organisation_id)]
    if not own:
        raise NotAllowed("you may not change this person's absence in any organisation")
    return own


def _still_going(held: Sequence[AbsenceCover], today: date) -> list[AbsenceCover]:
    """Those whose last day has not passed; raises AbsenceIsOver when that is none."""
    going = [cover for cover in held if cover.last_on is None or cover.last_on >= today]
    if not going:
        raise AbsenceIsOver(str(held[0].last_on))
    return going


def _today(places: Sequence[Organisation], now: datetime) -> date:
    """Today where it is earliest."""
    return min(now.astimezone(place.zone).date() for place in places)


def _substitutes(
    person_id: UUID,
    substitute_id: UUID,
    elsewhere: Mapping[UUID, UUID],
    places: Sequence[Organisation],
    now: datetime,
) -> dict[UUID, UUID]:
    """Who stands in in each of these organisations; raises OwnSubstitute, SubstituteUnfit, NotAllowed."""
    if not elsewhere.keys() <= {place.id for place in places}:
        raise NotAllowed("you may not set this person's absence in that organisation")
    fit = possible_substitutes(places, person_id=person_id, now=now)
    chosen = {place.id: elsewhere.get(place.id, substitute_id) for place in places}
    for place in places:
        if chosen[place.id] == person_id:
            raise OwnSubstitute(str(person_id))
        if chosen[place.id] not in {person.id for person in fit[place.id]}:
            raise SubstituteUnfit(place, chosen[place.id])
    return chosen


def _replace(
    held: Sequence[AbsenceCover], plan: _Plan, absence_id: UUID, actor: Member, now: datetime
) -> list[AbsenceCover]:
    """Cancel these covers and add the planned ones, both or neither."""
    if plan.last_on < plan.first_on:
        raise EmptyPeriod(f"{plan.first_on} - {plan.last_on}")
    covers = plan.covers(absence_id, actor, now)
    try:
        with transaction.atomic():
            _cancel(held, actor, now)
            AbsenceCover.objects.bulk_create(covers)
    except IntegrityError as error:
        if not _is_overlap(error):
            raise
        raise OverlappingAbsence(_other(covers, absence_id)) from error
    return covers


def _cancel(covers: Sequence[AbsenceCover], actor: Actor, now: datetime) -> None:
    rows = AbsenceCover.objects.filter(id__in=[cover.id for cover in covers])
    rows.update(cancelled_by=actor.person_id, cancelled_at=now)


def _again(cover: AbsenceCover, actor: Actor, now: datetime, **other: object) -> AbsenceCover:
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


def _record_all(name: str, covers: Sequence[AbsenceCover], actor: Actor, now: datetime) -> None:
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
            },
        )
