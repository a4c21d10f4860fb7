"""The report on segregation of duties: who holds rights that should not be in one hand (rules 1.11)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from omloop.organisations.models import Organisation
from omloop.organisations.segregation import RISKY, risky_combinations
from omloop.people.models import Person
from omloop.reports.grounds import Ground, Span, grounds_in

ASKED = sorted({right for pair in RISKY for right in pair})


@dataclass(frozen=True)
class Combination:
    """Two rights in one hand, each with the oldest ground on which it is held."""

    grounds: tuple[Ground, Ground]

    @property
    def since(self) -> datetime:
        """Since when both are held."""
        return max(ground.held.since for ground in self.grounds)


@dataclass(frozen=True)
class Hand:
    """One human, by all accounts he has there, and what he should not hold together."""

    people: list[Person]
    combinations: list[Combination]


@dataclass(frozen=True)
class Duties:
    """The report of one organisation at one moment; `looked_at` is how many hold any of these rights."""

    organisation: Organisation
    hands: list[Hand]
    looked_at: int


def read_duties(organisation: Organisation, *, now: datetime) -> Duties:
    """Everybody who acts there and holds a risky combination now, by name; five queries in all.

    Two accounts of one human are one hand: what each of them may do counts together (rules 1.5).
    """
    grounds = grounds_in(organisation.id, Span.of_instant(now), ASKED)
    people = {p.id: p for p in Person.objects.filter(id__in={g.person_id for g in grounds}, is_active=True)}
    humans = humans_of(people)
    held: dict[UUID, dict[str, Ground]] = defaultdict(dict)
    for ground in grounds:
        if ground.person_id in people:
            held[humans[ground.person_id]].setdefault(ground.right, ground)
    hands = [
        Hand(_accounts(human, humans, people), combinations)
        for human, rights in held.items()
        if (combinations := _combinations(rights))
    ]
    return Duties(organisation, sorted(hands, key=lambda hand: hand.people[0].name), len(held))


def humans_of(people: Mapping[UUID, Person]) -> dict[UUID, UUID]:
    """Each account with the one that stands for its human."""
    return {person_id: person_id for person_id in people}


def _combinations(rights: Mapping[str, Ground]) -> list[Combination]:
    return [Combination((rights[one], rights[other])) for one, other in risky_combinations(rights)]


def _accounts(human: UUID, humans: Mapping[UUID, UUID], people: Mapping[UUID, Person]) -> list[Person]:
    accounts = [people[each] for each, same in humans.items() if same == human]
    return sorted(accounts, key=lambda person: (person.name, person.id))
