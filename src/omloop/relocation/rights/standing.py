"""Who may do what in the organisations of an environment, as plain values to compute with (rules 6.1).

`read_standing` reads it in a fixed number of queries; `applied` says what it would be after changes. What
the matrix shows and what saving does both go through here.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from omloop.environments.models import EnvironmentRole
from omloop.organisations.activity import deactivated_in
from omloop.organisations.chips import Place, last_day
from omloop.organisations.models import (
    ApprovalLimit,
    Group,
    GroupMember,
    GroupRight,
    Organisation,
    RightsChange,
)
from omloop.organisations.rights import DefaultGroup, Right
from omloop.people.models import Person

Key = tuple[UUID, UUID]
"""A person and an organisation: a cell of the matrix."""
What = RightsChange.What
SIGHT = frozenset({Right.VIEW_OWN, Right.VIEW_ALL})


EMPTY = Place()


@dataclass(frozen=True)
class Standing:
    """Everybody's places and roles. `carried` are the rights of each group; `inactive` the (person,
    organisation) pairs that are deactivated, `resting` the people whose role is."""

    places: Mapping[Key, Place]
    roles: Mapping[UUID, str]
    carried: Mapping[UUID, frozenset[str]]
    administrators_group: Mapping[UUID, UUID]
    inactive: frozenset[Key] = frozenset()
    resting: frozenset[UUID] = frozenset()

    def place(self, key: Key) -> Place:
        """What the person has there; nothing when he is no member."""
        return self.places.get(key, EMPTY)

    def rights(self, key: Key) -> frozenset[str]:
        """What he may do there; nothing while he is deactivated."""
        if key in self.inactive:
            return frozenset()
        return frozenset().union(*(self.carried.get(group, frozenset()) for group in self.place(key).groups))

    def sees(self, key: Key) -> bool:
        """Whether he sees documents there: all of them, or his own."""
        return bool(self.rights(key) & SIGHT)

    def holders(self, right: str, organisation_id: UUID) -> set[UUID]:
        """Who holds a right in an organisation."""
        return {
            person
            for person, place in self.places
            if place == organisation_id and right in self.rights((person, place))
        }

    def stood_in(self, organisation_id: UUID) -> set[UUID]:
        """The groups of an organisation in which somebody active stands."""
        return {
            group
            for key, place in self.places.items()
            if key[1] == organisation_id and key not in self.inactive
            for group in place.groups
        }

    def administrators(self, organisation_id: UUID) -> set[UUID]:
        """Who administers the organisation without an end."""
        group = self.administrators_group[organisation_id]
        return {
            person
            for (person, place), held in self.places.items()
            if place == organisation_id
            and (person, place) not in self.inactive
            and group in held.groups
            and held.groups[group] is None
        }

    def environment_administrators(self) -> set[UUID]:
        """Who administers the environment."""
        return {
            person
            for person, role in self.roles.items()
            if role == EnvironmentRole.Role.ADMINISTRATOR and person not in self.resting
        }


def read_standing(
    environment_id: UUID, organisations: Collection[Organisation], *, now: datetime
) -> Standing:
    """As it is now, in seven queries however many there are; inside a scope that shows the structure."""
    zones = {each.id: each.zone for each in organisations}
    places = _read_places(zones, now)
    roles = EnvironmentRole.objects.at(now).filter(environment_id=environment_id)
    held = list(roles.values_list("person_id", "role", "is_active"))
    closed = set(
        Person.objects.filter(
            id__in={person for person, _ in places} | {person for person, _, _ in held}, is_active=False
        ).values_list("id", flat=True)
    )
    inactive = {(person, place) for place, person in deactivated_in(zones.keys())}
    return Standing(
        places=places,
        roles={person: role for person, role, _ in held},
        carried=_read_carried(zones.keys(), now),
        administrators_group=_administrators_groups(zones.keys()),
        inactive=frozenset(inactive | {key for key in places if key[0] in closed}),
        resting=frozenset(person for person, _, is_active in held if not is_active or person in closed),
    )


def _read_places(zones: Mapping[UUID, ZoneInfo], now: datetime) -> dict[Key, Place]:
    groups: dict[Key, dict[UUID, date | None]] = {}
    rows = GroupMember.objects.at(now).filter(organisation_id__in=zones)
    for place, person, group, valid in rows.values_list("organisation_id", "person_id", "group_id", "valid"):
        groups.setdefault((person, place), {})[group] = last_day(valid.upper, zones[place])
    limits: dict[Key, dict[str, Decimal]] = {}
    set_now = ApprovalLimit.objects.at(now).filter(organisation_id__in=zones)
    for place, person, kind, amount in set_now.values_list("organisation_id", "person_id", "kind", "amount"):
        limits.setdefault((person, place), {})[kind] = amount
    return {key: Place(groups.get(key, {}), limits.get(key, {})) for key in groups.keys() | limits.keys()}


def _read_carried(organisation_ids: Collection[UUID], now: datetime) -> dict[UUID, frozenset[str]]:
    carried: dict[UUID, set[str]] = {}
    rows = GroupRight.objects.at(now).filter(organisation_id__in=organisation_ids)
    for group, right in rows.values_list("group_id", "right"):
        carried.setdefault(group, set()).add(right)
    return {group: frozenset(rights) for group, rights in carried.items()}


def _administrators_groups(organisation_ids: Collection[UUID]) -> dict[UUID, UUID]:
    rows = Group.objects.filter(organisation_id__in=organisation_ids, default=DefaultGroup.ADMINISTRATOR)
    return dict(rows.values_list("organisation_id", "id"))


def applied(standing: Standing, changes: Iterable[RightsChange]) -> Standing:
    """What it would be after these changes."""
    places, roles = dict(standing.places), dict(standing.roles)
    for change in changes:
        if change.organisation_id is None:
            roles[change.person_id] = change.role
            continue
        key = (change.person_id, change.organisation_id)
        places[key] = _changed(places.get(key, EMPTY), change)
    kept = {key: place for key, place in places.items() if place != EMPTY}
    return replace(standing, places=kept, roles=roles)


def _changed(place: Place, change: RightsChange) -> Place:
    groups, limits = dict(place.groups), dict(place.limits)
    if change.what == What.GRANT and change.group_id:
        groups[change.group_id] = change.until
    elif change.what == What.WITHDRAW and change.group_id in groups:
        del groups[change.group_id]
        limits = limits if groups else {}
    elif change.what == What.LIMIT and change.amount is None:
        limits.pop(change.kind, None)
    elif change.what == What.LIMIT and change.amount is not None:
        limits[change.kind] = change.amount
    return Place(groups, limits)


def differences(key: Key, held: Place, wanted: Place) -> list[RightsChange]:
    """The changes, not stored yet, that make what is wanted of what is held."""
    person_id, organisation_id = key
    where = {"person_id": person_id, "organisation_id": organisation_id}
    return [
        *(
            RightsChange(what=What.GRANT, group_id=group, until=until, **where)
            for group, until in wanted.groups.items()
            if group not in held.groups or held.groups[group] != until
        ),
        *(
            RightsChange(what=What.LIMIT, kind=kind, amount=wanted.limits.get(kind), **where)
            for kind in sorted({*held.limits, *wanted.limits})
            if wanted.limits.get(kind) != held.limits.get(kind)
        ),
        *(
            RightsChange(what=What.WITHDRAW, group_id=group, **where)
            for group in held.groups
            if group not in wanted.groups
        ),
    ]


def says_something(change: RightsChange, standing: Standing) -> bool:
    """Whether a change would change anything of what is now."""
    if change.organisation_id is None:
        return standing.roles.get(change.person_id) != change.role
    held = standing.place((change.person_id, change.organisation_id))
    return _changed(held, change) != held


def end_of(last_on: date | None, zone: ZoneInfo) -> datetime | None:
    """The instant at which a place ends that holds up to and including this day."""
    if last_on is None:
        return None
    return datetime.combine(last_on + timedelta(days=1), datetime.min.time(), tzinfo=zone)
