"""What stands in the way of a move; with one of these it can't start (rules 6.3)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.utils import timezone

from omloop.circulation.models import Assignment, SchemeStep, Step
from omloop.circulation.routing.handover import unfit
from omloop.circulation.who.policies import Standing
from omloop.organisations.models import Group
from omloop.organisations.rights import DefaultGroup
from omloop.relocation.moves.plans import Passenger
from omloop.relocation.moves.situation import Situation
from omloop.tenancy.scope import confidential_shown

Choice = Passenger.Choice


class Kind(StrEnum):
    """What stands in the way."""

    GONE = "gone"
    ALREADY_MOVING = "already_moving"
    ENDING = "ending"
    NO_CHOICE = "no_choice"
    WORKS_ELSEWHERE = "works_elsewhere"
    NO_SUCCESSOR = "no_successor"
    SUCCESSOR_LEAVES = "successor_leaves"
    RIGHT_MISSING = "right_missing"
    NOT_CONFIDENTIAL = "not_confidential"
    BARRED = "barred"
    OWN_SUBSTITUTE = "own_substitute"
    NO_ADMINISTRATOR = "no_administrator"
    NOBODY_LEFT_BEHIND = "nobody_left_behind"
    GROUP_EMPTY = "group_empty"
    NO_CLOSING_DATE = "no_closing_date"
    NOTHING_LEFT_TO_READ = "nothing_left_to_read"


@dataclass(frozen=True)
class Conflict:
    """One of them: where, about whom, and with whom."""

    kind: Kind
    organisation_id: UUID | None = None
    person_id: UUID | None = None
    other_id: UUID | None = None
    name: str = ""

    def as_dict(self) -> dict[str, str]:
        """As a plan keeps it that was stopped by it."""
        ids = {"organisation": self.organisation_id, "person": self.person_id, "other": self.other_id}
        return {"kind": self.kind.value, "name": self.name} | {k: str(v) for k, v in ids.items() if v}


def conflict_from(held: dict[str, str]) -> Conflict:
    """As it was kept."""
    place, person, other = (
        UUID(held[key]) if key in held else None for key in ("organisation", "person", "other")
    )
    return Conflict(Kind(held["kind"]), place, person, other, held["name"])


def find_conflicts(situation: Situation) -> list[Conflict]:
    """All of them, in the order in which one settles them best; tasks of confidential invoices count too."""
    with confidential_shown(situation.places):
        return [
            *_of_organisations(situation),
            *_of_people(situation),
            *_of_reading(situation),
            *(found for place in situation.places for found in _of_succession(situation, place)),
            *(found for place in situation.places for found in _of_groups(situation, place)),
        ]


def _of_organisations(situation: Situation) -> Iterator[Conflict]:
    for mover in situation.movers:
        here = situation.organisations.get(mover.of_organisation_id)
        if here is None or here.environment_id != situation.plan.from_environment_id:
            yield Conflict(Kind.GONE, mover.of_organisation_id, name=mover.name)
        elif mover.of_organisation_id in situation.moving_elsewhere:
            yield Conflict(Kind.ALREADY_MOVING, mover.of_organisation_id, name=mover.name)
        elif mover.of_organisation_id in situation.ending:
            yield Conflict(Kind.ENDING, mover.of_organisation_id, name=mover.name)


def _of_people(situation: Situation) -> Iterator[Conflict]:
    for person in sorted(situation.people):
        choice = situation.choices.get(person)
        if choice is None:
            yield Conflict(Kind.NO_CHOICE, person_id=person)
        elif choice == Choice.ALONG and person in situation.elsewhere:
            yield Conflict(Kind.WORKS_ELSEWHERE, person_id=person)
    left = {person for person in situation.administrators if situation.choices.get(person) != Choice.ALONG}
    if situation.administrators and not left:
        yield Conflict(Kind.NOBODY_LEFT_BEHIND)


def _of_reading(situation: Situation) -> Iterator[Conflict]:
    """Who reads on does so for agreed documents and for an agreed time (rules 6.6)."""
    plan = situation.plan
    for person in sorted(p for p, choice in situation.choices.items() if choice == Choice.READS):
        if plan.closing_on is None or plan.read_until is None:
            yield Conflict(Kind.NO_CLOSING_DATE, person_id=person)
        elif plan.read_until < timezone.localdate(situation.now):
            yield Conflict(Kind.NOTHING_LEFT_TO_READ, person_id=person)


def _of_succession(situation: Situation, place: UUID) -> Iterator[Conflict]:
    successors = situation.successors(place)
    for person, tie in sorted(situation.leaving(place).items()):
        successor = successors.get(person)
        if not tie.needs_successor:
            continue
        if successor is None:
            yield Conflict(Kind.NO_SUCCESSOR, place, person)
        elif not situation.stays_in(place, successor):
            yield Conflict(Kind.SUCCESSOR_LEAVES, place, person, successor)
        elif successor in tie.stands_in_for:
            yield Conflict(Kind.OWN_SUBSTITUTE, place, person, successor)
    kept = {
        person: successor for person, successor in successors.items() if situation.stays_in(place, successor)
    }
    for person, standing in unfit(place, kept, situation.rights(place)).items():
        yield Conflict(_KIND[standing], place, person, kept[person])


_KIND = {
    Standing.RIGHT_MISSING: Kind.RIGHT_MISSING,
    Standing.NOT_CONFIDENTIAL: Kind.NOT_CONFIDENTIAL,
    Standing.BARRED: Kind.BARRED,
}


def _of_groups(situation: Situation, place: UUID) -> Iterator[Conflict]:
    """An administrator must be left, and somebody in each group that is asked something."""
    staying = situation.staying_in_groups(place)
    groups = {group.id: group for group in Group.objects.filter(organisation_id=place)}
    asked = _asked_groups(situation, place)
    for key, group in sorted(groups.items()):
        if staying.get(key):
            continue
        if group.default == DefaultGroup.ADMINISTRATOR:
            yield Conflict(Kind.NO_ADMINISTRATOR, place)
        elif key in asked and situation.had_members(place, key):
            yield Conflict(Kind.GROUP_EMPTY, place, name=group.default or group.name)


def _asked_groups(situation: Situation, place: UUID) -> set[UUID]:
    """The groups that hold tasks, or are named by the scheme or by steps to come."""
    of = {"organisation_id": place, "group__isnull": False}
    tasks = Assignment.objects.filter(**of, ended_at=None).values_list("group_id", flat=True)
    steps = Step.objects.filter(**of, state=Step.State.WAITING).values_list("group_id", flat=True)
    rules = SchemeStep.objects.filter(**of, rule__valid__contains=situation.now)
    named = rules.values_list("group_id", flat=True)
    return {group for rows in (tasks, steps, named) for group in rows.order_by().distinct()}
