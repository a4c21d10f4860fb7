"""What changes of rights bring about, before they are made; for matrix and wizard alike (rules 6.1)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count
from django.utils import timezone

from omloop.absences.models import AbsenceCover
from omloop.circulation.models import Assignment, SchemeStep
from omloop.circulation.who.policies import RIGHT_FOR
from omloop.organisations.models import RightsChange
from omloop.organisations.rights import Right
from omloop.organisations.segregation import risky_combinations
from omloop.people.models import names_of
from omloop.relocation.rights.reach import Reach
from omloop.relocation.rights.sight import count_seen
from omloop.relocation.rights.standing import Key, Standing, What

DECIDING = frozenset({Right.CHECK, Right.APPROVE})


@dataclass(frozen=True)
class LostSight:
    """A person sees nothing of an organisation any more; `invoices` he could see, None where the one who
    looks sees no documents himself (rules 1.3)."""

    person_id: UUID
    organisation_id: UUID
    invoices: int | None


@dataclass(frozen=True)
class StrandedTasks:
    """Open tasks that a person may not do any more. They stay his and stand on *needs attention*, where
    `givers` can give them to somebody else."""

    person_id: UUID
    organisation_id: UUID
    count: int
    givers: tuple[UUID, ...]


@dataclass(frozen=True)
class EmptiedGroup:
    """A group in which nobody stands any more, and how many open tasks wait for it."""

    group_id: UUID
    organisation_id: UUID
    count: int
    givers: tuple[UUID, ...]


@dataclass(frozen=True)
class NamedInScheme:
    """Rules that name a person who may not do what they ask; such a step goes to the fallback."""

    person_id: UUID
    organisation_id: UUID
    rules: tuple[str, ...]


@dataclass(frozen=True)
class StandsIn:
    """A substitute, now or planned, who may not decide there any more."""

    person_id: UUID
    organisation_id: UUID
    for_person_id: UUID


@dataclass(frozen=True)
class Risk:
    """Two rights that come together in one hand (rules 1.11)."""

    person_id: UUID
    organisation_id: UUID
    pair: tuple[str, str]


@dataclass(frozen=True)
class Confirmation:
    """Changes of one's own rights in a place (None: the environment), and who can confirm them."""

    organisation_id: UUID | None
    count: int
    by: tuple[UUID, ...]


@dataclass(frozen=True)
class Effects:
    """All of it. `left_alone` are the places that nobody would administer: that is not saved. `alone` are
    those that one person would administer."""

    lost: tuple[LostSight, ...]
    gained: tuple[Key, ...]
    tasks: tuple[StrandedTasks, ...]
    emptied: tuple[EmptiedGroup, ...]
    rules: tuple[NamedInScheme, ...]
    substitutes: tuple[StandsIn, ...]
    risks: tuple[Risk, ...]
    own: tuple[Confirmation, ...]
    left_alone: tuple[UUID, ...]
    alone: tuple[tuple[UUID, UUID], ...]
    names: dict[UUID, str]

    @property
    def is_empty(self) -> bool:
        """Whether nobody notices anything but what the chips say."""
        found = (self.lost, self.gained, self.tasks, self.emptied, self.rules, self.substitutes)
        return not any((*found, self.risks, self.own, self.left_alone, self.alone))


def effects_of(
    reach: Reach,
    before: Standing,
    after: Standing,
    *,
    own: Sequence[RightsChange],
    savable: Sequence[RightsChange],
    now: datetime,
) -> Effects:
    """What it would bring about to go from `before` to `after`; the number of queries does not grow."""
    touched = sorted({(c.person_id, c.organisation_id) for c in savable if c.organisation_id})
    losing = [key for key in touched if before.sees(key) and not after.sees(key)]
    deciding = [key for key in touched if (before.rights(key) - after.rights(key)) & DECIDING]
    seen = count_seen(losing, before, reach.actor) if losing else {}
    people = {c.person_id for c in savable} | set(before.roles) | {person for person, _ in before.places}
    return Effects(
        lost=tuple(LostSight(*key, seen.get(key)) for key in losing),
        gained=tuple(key for key in touched if after.sees(key) and not before.sees(key)),
        tasks=tuple(_tasks(reach, deciding, after)) if deciding else (),
        emptied=tuple(_emptied(reach, touched, before, after)) if deciding else (),
        rules=tuple(_rules(deciding, after, now)) if deciding else (),
        substitutes=tuple(_substitutes(deciding, after)) if deciding else (),
        risks=tuple(_risks(touched, before, after)),
        own=tuple(_confirmations(reach, own, after)),
        left_alone=tuple(_left_alone(reach, savable, before, after)),
        alone=tuple(_alone(savable, before, after)),
        names=names_of(people) if savable or own else {},
    )


def _tasks(reach: Reach, keys: Sequence[Key], after: Standing) -> list[StrandedTasks]:
    """Where the one who looks may know of tasks: who sees all, or manages what is left by the absent."""
    knowing = _knows_tasks(reach)
    known = {(person, place) for person, place in keys if place in knowing}
    rows = Assignment.objects.filter(
        ended_at=None,
        organisation_id__in={place for _, place in known},
        holder_id__in={person for person, _ in known},
    )
    columns = ("holder_id", "organisation_id", "step__action")
    found: dict[Key, int] = defaultdict(int)
    for person, place, action, count in rows.values_list(*columns).annotate(count=Count("id")):
        if (person, place) in known and RIGHT_FOR[action] not in after.rights((person, place)):
            found[person, place] += count
    return [
        StrandedTasks(person, place, count, tuple(sorted(after.holders(Right.CIRCULATE, place))))
        for (person, place), count in sorted(found.items())
    ]


def _knows_tasks(reach: Reach) -> frozenset[UUID]:
    return reach.actor.where(Right.VIEW_ALL) | reach.actor.where(Right.MANAGE_ABSENCES)


def _emptied(reach: Reach, keys: Sequence[Key], before: Standing, after: Standing) -> list[EmptiedGroup]:
    places = {place for _, place in keys} & _knows_tasks(reach)
    empty = {group: place for place in places for group in before.stood_in(place) - after.stood_in(place)}
    rows = Assignment.objects.filter(ended_at=None, organisation_id__in=places, group_id__in=empty)
    counts = rows.values_list("group_id").annotate(count=Count("id"))
    return [
        EmptiedGroup(group, empty[group], count, tuple(sorted(after.holders(Right.CIRCULATE, empty[group]))))
        for group, count in sorted(counts)
    ]


def _rules(keys: Sequence[Key], after: Standing, now: datetime) -> list[NamedInScheme]:
    steps = SchemeStep.objects.filter(
        organisation_id__in={place for _, place in keys},
        person_id__in={person for person, _ in keys},
        rule__valid__contains=now,
    )
    found: dict[Key, set[str]] = defaultdict(set)
    columns = ("person_id", "organisation_id", "action", "rule__name")
    for person, place, action, name in steps.values_list(*columns):
        if (person, place) in keys and RIGHT_FOR[action] not in after.rights((person, place)):
            found[person, place].add(name)
    return [NamedInScheme(*key, tuple(sorted(names))) for key, names in sorted(found.items())]


def _substitutes(keys: Sequence[Key], after: Standing) -> list[StandsIn]:
    covers = AbsenceCover.objects.filter(
        organisation_id__in={place for _, place in keys},
        substitute_id__in={person for person, _ in keys},
        cancelled_at=None,
        period__endswith__gt=timezone.localdate(),
    ) | AbsenceCover.objects.filter(
        organisation_id__in={place for _, place in keys},
        substitute_id__in={person for person, _ in keys},
        cancelled_at=None,
        period__upper_inf=True,
    )
    rows = covers.values_list("substitute_id", "organisation_id", "person_id").distinct()
    return [
        StandsIn(person, place, absent)
        for person, place, absent in sorted(rows)
        if (person, place) in keys and not after.rights((person, place)) & DECIDING
    ]


def _risks(keys: Sequence[Key], before: Standing, after: Standing) -> list[Risk]:
    return [
        Risk(*key, pair)
        for key in keys
        for pair in risky_combinations(after.rights(key))
        if pair not in risky_combinations(before.rights(key))
    ]


def _confirmations(reach: Reach, own: Sequence[RightsChange], after: Standing) -> list[Confirmation]:
    """Who administers after saving can confirm; with nobody there it stays undone."""
    counts: dict[UUID | None, int] = defaultdict(int)
    for change in own:
        counts[change.organisation_id] += 1
    found = []
    for place, count in counts.items():
        others = after.holders(Right.MANAGE_MEMBERS, place) if place else after.environment_administrators()
        others = {person for person in others if person != reach.actor.person_id}
        found.append(Confirmation(place, count, tuple(sorted(others))))
    return found


def _left_alone(
    reach: Reach, savable: Collection[RightsChange], before: Standing, after: Standing
) -> list[UUID]:
    touched = {c.organisation_id for c in savable if c.organisation_id}
    alone = [place for place in sorted(touched) if not after.administrators(place)]
    changes_roles = any(c.what == What.ROLE for c in savable)
    if changes_roles and not after.environment_administrators():
        alone.append(reach.environment.id)
    return [place for place in alone if place == reach.environment.id or before.administrators(place)]


def _alone(savable: Collection[RightsChange], before: Standing, after: Standing) -> list[tuple[UUID, UUID]]:
    """(organisation, its only administrator) where that is so after the changes, and was not with him."""
    touched = sorted({c.organisation_id for c in savable if c.organisation_id})
    found = []
    for place in touched:
        administrators = after.administrators(place)
        if len(administrators) == 1 and administrators != before.administrators(place):
            found.append((place, next(iter(administrators))))
    return found
