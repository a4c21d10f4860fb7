"""The report on segregation of duties: who holds rights that should not be in one hand (rules 1.11)."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from omloop.audit.models import AuditEvent
from omloop.organisations.models import Organisation
from omloop.organisations.segregation import RISKY, risky_combinations
from omloop.people.humans import accounts_of
from omloop.people.models import Person, SameHuman
from omloop.reports.grounds import Ground, Span, grounds_in, makers_of

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
class Switched:
    """The check was switched off, when and by whom."""

    at: datetime
    by: str


@dataclass(frozen=True)
class Duties:
    """The report of one organisation at one moment; `looked_at` is how many hold any of these rights.

    `switched` says since when the check on one's own rights is off there; None: it is on.
    """

    organisation: Organisation
    hands: list[Hand]
    looked_at: int
    switched: Switched | None


def read_duties(organisation: Organisation, *, now: datetime) -> Duties:
    """Everybody who acts there and holds a risky combination now, by name, in a fixed number of queries.

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
    hands.sort(key=lambda hand: hand.people[0].name)
    return Duties(organisation, hands, len(held), _switched(organisation))


def _switched(organisation: Organisation) -> Switched | None:
    if organisation.checks_segregation:
        return None
    events = AuditEvent.objects.filter(
        chain_id=organisation.id, subject_id=organisation.id, name="segregation.switched"
    )
    at = events.order_by("-at").values_list("at", flat=True)[0]
    return Switched(at, makers_of(organisation.id, {(organisation.id, at)})[organisation.id, at])


def humans_of(person_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Each account with the one that stands for its human, also where a third account links the two."""
    known = accounts_of(person_ids)
    humans = {account: account for account in known}
    pairs = SameHuman.objects.filter(one__in=known, other__in=known, valid__upper_inf=True)
    for one, other in pairs.values_list("one_id", "other_id"):
        left, right = humans[one], humans[other]
        humans = {account: left if human == right else human for account, human in humans.items()}
    return humans


def _combinations(rights: Mapping[str, Ground]) -> list[Combination]:
    return [Combination((rights[one], rights[other])) for one, other in risky_combinations(rights)]


def _accounts(human: UUID, humans: Mapping[UUID, UUID], people: Mapping[UUID, Person]) -> list[Person]:
    accounts = [person for each, person in people.items() if humans[each] == human]
    return sorted(accounts, key=lambda person: (person.name, person.id))
