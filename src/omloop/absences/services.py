"""Setting, changing and cancelling absences, and their options by default (rules 4.1, 4.3, 4.6, 4.8)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange

from omloop.absences import lending
from omloop.absences.models import AbsenceCover, AbsenceDefault
from omloop.absences.plan import (
    A_DAY,
    REVIEW,
    Options,
    Plan,
    Wish,
    again,
    cancel,
    defaults_of,
    record_covers,
    replace,
)
from omloop.absences.policies import can_date_back, can_manage
from omloop.absences.queries import places_within_reach, possible_substitutes
from omloop.absences.refusals import (
    AbsenceGone,
    AbsenceIsOver,
    BeginsInThePast,
    EndMissing,
    NotAllowed,
    OwnSubstitute,
    SubstituteUnfit,
)
from omloop.audit.actors import Actor
from omloop.audit.services import record
from omloop.kernel.ids import uuid7
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.people.humans import accounts_of
from omloop.people.models import Person


def set_absence(
    *,
    person_id: UUID,
    first_on: date,
    last_on: date | None,
    substitute_id: UUID,
    substitutes: Mapping[UUID, UUID] | None = None,
    takes_what_reaches: bool | None = None,
    takes_what_is_open: bool | None = None,
    returns_what_is_left: bool | None = None,
    actor: Member,
    now: datetime,
) -> UUID:
    """Set a new absence in every organisation of the person where the actor may; its id.

    First and last day count in full. `substitutes` names another substitute for some organisations; the
    options are those of rules 4.3 (a), (b) and (c), where None takes the organisation's default. For
    another person one may begin in the past and leave the end open (rules 4.8). Raises NotAllowed,
    EmptyPeriod, BeginsInThePast, EndMissing, AbsenceIsOver, OwnSubstitute, SubstituteUnfit and
    OverlappingAbsence; the transaction survives each.
    """
    places = _places_within_reach(person_id, actor, now)
    _lock(person_id)
    today = _today(places, now)
    _refuse_days(actor, person_id, first_on, last_on, today)
    if last_on is not None and first_on <= last_on < today:
        raise AbsenceIsOver(str(last_on))
    wish = Wish(takes_what_reaches, takes_what_is_open, returns_what_is_left)
    plan = Plan(
        person_id=person_id,
        first_on=first_on,
        last_on=last_on,
        substitutes=_substitutes(person_id, substitute_id, substitutes or {}, places, now),
        options=_options(wish, defaults_of([place.id for place in places])),
    )
    absence_id = uuid7()
    covers = replace([], plan, absence_id, actor, now)
    record_covers("absence.set", covers, actor, now)
    return absence_id


def change_absence(
    *,
    absence_id: UUID,
    first_on: date,
    last_on: date | None,
    substitute_id: UUID,
    substitutes: Mapping[UUID, UUID] | None = None,
    takes_what_reaches: bool | None = None,
    takes_what_is_open: bool | None = None,
    returns_what_is_left: bool | None = None,
    actor: Member,
    now: datetime,
) -> None:
    """Give an absence other days, substitutes or options, from now on; the last change counts (rules 4.8).

    Works in the organisations where the actor may; None leaves an option as it is. Who came back early ends
    it yesterday. Raises what `set_absence` raises, AbsenceIsOver when the last day lies further back, and
    AbsenceGone.
    """
    held = _lock_held(absence_id, actor)
    person_id = held[0].person_id
    places = _places_within_reach(person_id, actor, now)
    today = _today([cover.organisation for cover in held], now)
    _still_going(held, today)
    if first_on not in {cover.first_on for cover in held}:
        _refuse_days(actor, person_id, first_on, last_on, today)
    if last_on is not None and first_on <= last_on < today - A_DAY:
        raise AbsenceIsOver(str(last_on))
    wish = Wish(takes_what_reaches, takes_what_is_open, returns_what_is_left)
    before = {cover.organisation_id: _options_of(cover) for cover in held}
    plan = Plan(
        person_id=person_id,
        first_on=first_on,
        last_on=last_on,
        substitutes=_substitutes(person_id, substitute_id, substitutes or {}, places, now),
        options=_options(wish, defaults_of([place.id for place in places]) | before),
    )
    covers = replace(held, plan, absence_id, actor, now)
    lending.follow(held, covers, actor=actor, now=now)
    record_covers("absence.changed", covers, actor, now)
    left = [cover for cover in held if cover.organisation_id not in plan.substitutes]
    record_covers("absence.cancelled", left, actor, now)


def cancel_absence(*, absence_id: UUID, actor: Member, now: datetime) -> None:
    """Cancel an absence where the actor may; one that has begun ends yesterday, those days are history.

    Raises NotAllowed, AbsenceIsOver and AbsenceGone.
    """
    held = _lock_held(absence_id, actor)
    today = _today([cover.organisation for cover in held], now)
    held = _still_going(held, today)
    cancel(held, actor, now)
    shortened = [
        again(cover, actor, now, period=DateRange(cover.first_on, today, "[)"))
        for cover in held
        if cover.first_on < today
    ]
    AbsenceCover.objects.bulk_create(shortened)
    AbsenceCover.objects.filter(id__in=[cover.id for cover in held if cover.first_on < today]).update(
        finished_at=now
    )
    lending.follow(held, shortened, actor=actor, now=now)
    record_covers("absence.cancelled", held, actor, now)


def confirm_open_end(*, absence_id: UUID, actor: Member, now: datetime) -> None:
    """He is still away: ask again in four weeks (rules 4.8); raises NotAllowed and AbsenceGone."""
    held = [cover for cover in _lock_held(absence_id, actor) if cover.last_on is None]
    if not held:
        raise AbsenceGone(str(absence_id))
    today = _today([cover.organisation for cover in held], now)
    rows = AbsenceCover.objects.filter(id__in=[cover.id for cover in held])
    rows.update(review_on=today + REVIEW, asked_on=None)
    record_covers("absence.confirmed", held, actor, now)


def set_defaults(*, organisation_id: UUID, options: Options, actor: Member, now: datetime) -> None:
    """What the options of new absences are there unless somebody says otherwise; raises RightMissing."""
    actor.demand(Right.MANAGE_SETTINGS, organisation_id)
    hold(organisation_id)
    AbsenceDefault.objects.update_or_create(organisation_id=organisation_id, defaults=asdict(options))
    record("absence.defaults_set", actor=actor, chain_id=organisation_id, at=now, detail=asdict(options))


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
    What was lent to who leaves ends.
    """
    today = now.astimezone(Organisation.objects.get(id=organisation_id).zone).date()
    covers = AbsenceCover.objects.filter(
        organisation_id=organisation_id, substitute_id__in=successors, cancelled_at=None
    ).exclude(person_id__in={*successors, *successors.values()})
    if only is not None:
        covers = covers.filter(id__in=only)
    held = [cover for cover in covers if cover.last_on is None or cover.last_on >= today]
    cancel(held, actor, now)
    renewed = [again(cover, actor, now, substitute_id=successors[cover.substitute_id]) for cover in held]
    AbsenceCover.objects.bulk_create(renewed)
    lending.follow(held, renewed, actor=actor, now=now)
    record_covers("absence.changed", renewed, actor, now)
    return len(renewed)


def _refuse_days(actor: Member, person_id: UUID, first_on: date, last_on: date | None, today: date) -> None:
    """Only for another one begins in the past, or leaves the end open (rules 4.8)."""
    if can_date_back(actor, person_id):
        return
    if first_on < today:
        raise BeginsInThePast(str(first_on))
    if last_on is None:
        raise EndMissing(str(first_on))


def _options(wish: Wish, defaults: Mapping[UUID, Options]) -> dict[UUID, Options]:
    return {organisation_id: wish.at(default) for organisation_id, default in defaults.items()}


def _options_of(cover: AbsenceCover) -> Options:
    return Options(cover.takes_what_reaches, cover.takes_what_is_open, cover.returns_what_is_left)


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
    himself = accounts_of([person_id])
    chosen = {place.id: elsewhere.get(place.id, substitute_id) for place in places}
    for place in places:
        if chosen[place.id] in himself:
            raise OwnSubstitute(str(person_id))
        if chosen[place.id] not in {person.id for person in fit[place.id]}:
            raise SubstituteUnfit(place, chosen[place.id])
    return chosen
