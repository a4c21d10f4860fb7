"""Reading absences: who is away where, who stands in, and who could."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q, QuerySet

from omloop.absences.models import AbsenceCover
from omloop.absences.policies import can_manage
from omloop.absences.resolution import Cover, by_person
from omloop.environments.models import EnvironmentRole
from omloop.kernel.period import Period
from omloop.organisations.activity import acts
from omloop.organisations.members import Member
from omloop.organisations.models import Membership, Organisation
from omloop.people.humans import accounts_of
from omloop.people.models import Person


def covers_for(
    organisation_id: UUID, days: Collection[date], *, absence_ids: Collection[UUID] = ()
) -> dict[UUID, list[Cover]]:
    """The absences in an organisation that contain one of these days, or are named, by person; one query.

    Absences of deactivated people are left out: they count no more (rules 4.4, 4.9).
    """
    if not days:
        return {}
    meant = reduce(or_, (Q(period__contains=day) for day in set(days)), Q(absence_id__in=absence_ids))
    rows = _holding().filter(meant, organisation_id=organisation_id)
    return by_person(row.as_cover() for row in rows)


def covers_between(organisation_ids: Collection[UUID], run: Period) -> dict[UUID, dict[UUID, list[Cover]]]:
    """The absences with a day in this run: the covers by organisation and then by person, in one query."""
    found: dict[UUID, list[Cover]] = {place: [] for place in organisation_ids}
    days = DateRange(run.first_on, run.last_on, "[]" if run.last_on else "[)")
    for row in _holding().filter(organisation_id__in=organisation_ids, period__overlap=days):
        found[row.organisation_id].append(row.as_cover())
    return {place: by_person(covers) for place, covers in found.items()}


def away_on(organisation_ids: Collection[UUID], day: date) -> dict[UUID, dict[UUID, list[Cover]]]:
    """Who is away on this day: the covers by organisation and then by person, in one query."""
    found: dict[UUID, list[Cover]] = defaultdict(list)
    for row in _holding().filter(organisation_id__in=organisation_ids, period__contains=day):
        found[row.organisation_id].append(row.as_cover())
    return {organisation_id: by_person(covers) for organisation_id, covers in found.items()}


class State(StrEnum):
    """Where an absence stands, seen from today."""

    NOW = "now"
    PLANNED = "planned"
    PAST = "past"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Absence:
    """A period of a person, with its covers in the organisations that the scope shows; never without one."""

    absence_id: UUID
    covers: tuple[AbsenceCover, ...]

    @property
    def person(self) -> Person:
        """Who is away."""
        person: Person = self.covers[0].person
        return person

    @property
    def first_on(self) -> date:
        """The first day away."""
        return self.covers[0].first_on

    @property
    def last_on(self) -> date | None:
        """The last day away; None: the end is open."""
        return self.covers[0].last_on

    @property
    def takes_what_reaches(self) -> bool:
        """Option (a) of rules 4.3."""
        return self.covers[0].takes_what_reaches

    @property
    def substitute(self) -> Person:
        """Who stands in in most organisations."""
        return most_frequent([cover.substitute for cover in self.covers])

    @property
    def elsewhere(self) -> list[AbsenceCover]:
        """The covers with another substitute than `substitute`."""
        return [cover for cover in self.covers if cover.substitute_id != self.substitute.id]

    @property
    def last_change(self) -> AbsenceCover:
        """The cover that was set last: it knows who did and when."""
        return max(self.covers, key=lambda cover: (cover.set_at, cover.id))

    @property
    def is_cancelled(self) -> bool:
        """Whether it was withdrawn before it began."""
        return self.covers[0].cancelled_at is not None

    def state(self, today: date) -> State:
        """Seen from this day."""
        if self.is_cancelled:
            return State.CANCELLED
        if self.last_on is not None and self.last_on < today:
            return State.PAST
        return State.NOW if self.first_on <= today else State.PLANNED


def absences_of(person_id: UUID, *, since: date) -> list[Absence]:
    """The absences of a person with a day on or after `since`, cancelled ones too; the latest first."""
    return grouped(_rows().filter(person_id=person_id, period__overlap=_from(since)))


def absences_in(organisation_ids: Collection[UUID], *, since: date) -> list[Absence]:
    """The absences of everybody in these organisations with a day on or after `since`; the latest first."""
    rows = _rows().filter(organisation_id__in=organisation_ids, period__overlap=_from(since))
    return grouped(rows)


def covers_of(absence_id: UUID) -> list[AbsenceCover]:
    """All covers that an absence has and had, in the order in which they were set; empty when unknown."""
    return list(_rows().filter(absence_id=absence_id).order_by("set_at", "organisation__name", "id"))


def organisations_of(person_id: UUID, *, now: datetime) -> list[Organisation]:
    """The organisations of which he is a member now, as far as the scope shows them, by name."""
    places = Membership.objects.at(now).filter(person_id=person_id).values("organisation_id")
    return list(Organisation.objects.filter(id__in=places).order_by("name"))


def places_within_reach(actor: Member, person_id: UUID, *, now: datetime) -> list[Organisation]:
    """Those of his organisations in which the actor may set his absence, by name."""
    places = organisations_of(person_id, now=now)
    return [place for place in places if can_manage(actor, person_id, place.id)]


def people_in(organisation_ids: Collection[UUID], *, now: datetime) -> list[Person]:
    """The active members of these organisations, by name."""
    rows = Membership.objects.at(now).filter(organisation_id__in=organisation_ids, is_active=True)
    return list(Person.objects.filter(id__in=rows.values("person_id"), is_active=True).order_by("name", "id"))


def possible_substitutes(
    organisations: Iterable[Organisation], *, person_id: UUID, now: datetime
) -> dict[UUID, list[Person]]:
    """Who could stand in for this person, organisation by organisation, by name (rules 4.6).

    Active people of the organisation's environment, and its members from elsewhere; never he himself,
    by another account of his (rules 1.5) either.
    """
    places = list(organisations)
    inside = defaultdict(set)
    place_ids = [place.id for place in places]
    members = Membership.objects.at(now).filter(organisation_id__in=place_ids, is_active=True)
    for organisation_id, member_id in members.values_list("organisation_id", "person_id"):
        inside[organisation_id].add(member_id)
    environment_ids = {place.environment_id for place in places}
    roles = EnvironmentRole.objects.at(now).filter(environment_id__in=environment_ids, is_active=True)
    for environment_id, inhabitant_id in roles.values_list("environment_id", "person_id"):
        inside[environment_id].add(inhabitant_id)
    everybody = set().union(*inside.values()) - accounts_of([person_id])
    people = list(Person.objects.filter(id__in=everybody, is_active=True).order_by("name", "id"))
    return {
        place.id: [p for p in people if p.id in inside[place.id] | inside[place.environment_id]]
        for place in places
    }


def grouped(rows: Iterable[AbsenceCover]) -> list[Absence]:
    """Covers as absences, the latest first; those of one absence stand apart where their days differ.

    Of a cancelled absence only what held last.
    """
    held: dict[UUID, list[AbsenceCover]] = defaultdict(list)
    for row in rows:
        held[row.absence_id].append(row)
    found = []
    for absence_id, covers in held.items():
        together: dict[object, list[AbsenceCover]] = defaultdict(list)
        for cover in _latest(covers):
            together[cover.first_on, cover.last_on, cover.takes_what_reaches].append(cover)
        found += [Absence(absence_id, tuple(same)) for same in together.values()]
    return sorted(found, key=lambda absence: (absence.first_on, absence.absence_id), reverse=True)


def most_frequent(people: list[Person]) -> Person:
    """Who occurs most often; of equals the first by name."""
    count = Counter(person.id for person in people)
    return min(people, key=lambda person: (-count[person.id], person.name, person.id))


def _holding() -> QuerySet[AbsenceCover]:
    rows: QuerySet[AbsenceCover] = AbsenceCover.objects.filter(acts(), cancelled_at=None)
    return rows


def _from(day: date) -> DateRange:
    return DateRange(day, None, "[)")


def _rows() -> QuerySet[AbsenceCover]:
    rows: QuerySet[AbsenceCover] = AbsenceCover.objects.select_related("organisation", "person", "substitute")
    return rows.order_by("organisation__name", "id")


def _latest(covers: list[AbsenceCover]) -> list[AbsenceCover]:
    holding = [cover for cover in covers if cover.cancelled_at is None]
    ended = max((cover.cancelled_at for cover in covers if cover.cancelled_at), default=None)
    return holding or [cover for cover in covers if cover.cancelled_at == ended]
