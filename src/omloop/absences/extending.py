"""A membership that begins while somebody is away: he is away there too, and is asked (architecture 2)."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from omloop.absences.models import AbsenceCover
from omloop.absences.plan import DUE, KEPT
from omloop.absences.queries import possible_substitutes
from omloop.audit.actors import Actor
from omloop.audit.services import record
from omloop.organisations.holding import hold
from omloop.organisations.models import STILL, Membership, Organisation
from omloop.tenancy import directory


def extend_absences(person_id: UUID, organisation_id: UUID, *, actor: Actor, now: datetime) -> int:
    """Add a cover for each absence of his that was set before he came in there; how many.

    The substitute of elsewhere stands in, where that can be; he is told, and chooses another if he likes.
    Twice does no harm. The scope shows all his organisations.
    """
    hold(organisation_id)
    place = Organisation.objects.get(id=organisation_id)
    since = Membership.objects.filter(STILL, organisation=place, person_id=person_id).first()
    if since is None:
        return 0
    today = now.astimezone(place.zone).date()
    fit = {person.id for person in possible_substitutes([place], person_id=person_id, now=now)[place.id]}
    added = 0
    for cover in _elsewhere(person_id, place, today, set_before=since.valid.lower):
        substitute_id = cover.substitute_id if cover.substitute_id in fit else None
        if substitute_id:
            _add(cover, place, actor, now)
            added += 1
        record(
            "absence.extended",
            actor=actor,
            chain_id=place.id,
            subject_id=cover.absence_id,
            for_person_id=person_id,
            at=now,
            detail={"person": str(person_id), "substitute": str(substitute_id) if substitute_id else None},
        )
    return added


def _elsewhere(
    person_id: UUID, place: Organisation, today: object, *, set_before: datetime
) -> list[AbsenceCover]:
    """His absences that run or come, one cover of each, unless he is away here on one of those days."""
    rows = AbsenceCover.objects.filter(person_id=person_id, cancelled_at=None)
    going = rows.filter(Q(period__endswith__gt=today) | Q(period__upper_inf=True))
    here = list(going.filter(organisation=place))
    found: dict[UUID, AbsenceCover] = {}
    for cover in going.exclude(organisation=place).filter(set_at__lte=set_before).order_by("set_at", "id"):
        if not any(_share_a_day(cover, own) for own in here):
            found.setdefault(cover.absence_id, cover)
    return list(found.values())


def _share_a_day(one: AbsenceCover, other: AbsenceCover) -> bool:
    begins_in_time = other.last_on is None or one.first_on <= other.last_on
    return begins_in_time and (one.last_on is None or other.first_on <= one.last_on)


def _add(cover: AbsenceCover, place: Organisation, actor: Actor, now: datetime) -> None:
    kept = {name: getattr(cover, name) for name in KEPT}
    AbsenceCover.objects.create(**kept | {"organisation_id": place.id}, set_by=actor.person_id, set_at=now)
    directory.enter(DUE, DUE, organisation_id=place.id)
