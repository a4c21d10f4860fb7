"""What needs attention: tasks whose holder is away or may not act, groups with nobody present (rules 4.3)."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q, QuerySet

from omloop.absences.lending import Borrowed, borrowed
from omloop.absences.queries import away_on
from omloop.circulation.models import BY_DUE_DATE, Assignment
from omloop.circulation.who.barred_since import barred_since, checked_since
from omloop.circulation.who.policies import RIGHT_FOR
from omloop.organisations.activity import deactivated_in
from omloop.organisations.models import GroupMember
from omloop.organisations.rights import Right
from omloop.people.models import Person


class Trouble(StrEnum):
    """Why a task needs attention."""

    AWAY = "away"
    INACTIVE = "inactive"
    RIGHT_MISSING = "right_missing"
    NOT_CONFIDENTIAL = "not_confidential"
    NOBODY_PRESENT = "nobody_present"
    BARRED = "barred"
    CHECKED = "checked"


@dataclass(frozen=True)
class Holding:
    """Tasks that stand alike: the same holder, who needs the same right."""

    organisation_id: UUID
    holder_id: UUID | None
    group_id: UUID | None
    action: str
    confidential: bool
    is_question: bool
    barred: tuple[UUID, ...]
    for_person_id: UUID | None

    @property
    def right(self) -> str:
        """What the holder must be able to do; who is asked whose invoice it is must be able to say so."""
        return Right.CIRCULATE if self.is_question else RIGHT_FOR[self.action]


@dataclass(frozen=True)
class Item:
    """A task on the list; `away_until` is the last day of the holder's absence, when that is the trouble."""

    assignment: Assignment
    trouble: Trouble
    away_until: date | None


@dataclass
class Presence:
    """Who is active, entitled and present, organisation by organisation."""

    active: set[UUID] = field(default_factory=set)
    deactivated: set[tuple[UUID, UUID]] = field(default_factory=set)
    rights: dict[tuple[UUID, UUID], set[str]] = field(default_factory=lambda: defaultdict(set))
    members: dict[UUID, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    away: dict[tuple[UUID, UUID], date | None] = field(default_factory=dict)
    borrowed: dict[UUID, Borrowed] = field(default_factory=dict)

    def trouble_of(self, holding: Holding) -> Trouble | None:
        """What is wrong with these tasks; None: nothing."""
        if holding.holder_id is not None:
            return self._trouble_with(holding, holding.holder_id)
        able = self.members[holding.group_id] - set(holding.barred) if holding.group_id else set()
        is_one_present = any(self._trouble_with(holding, member) is None for member in able)
        return None if is_one_present else Trouble.NOBODY_PRESENT

    def _trouble_with(self, holding: Holding, person_id: UUID) -> Trouble | None:
        rights = self.rights[holding.organisation_id, person_id] | self._lent(holding, person_id)
        if person_id not in self.active or (holding.organisation_id, person_id) in self.deactivated:
            return Trouble.INACTIVE
        if holding.right not in rights:
            return Trouble.RIGHT_MISSING
        if holding.confidential and Right.VIEW_CONFIDENTIAL not in rights:
            return Trouble.NOT_CONFIDENTIAL
        return Trouble.AWAY if (holding.organisation_id, person_id) in self.away else None

    def _lent(self, holding: Holding, person_id: UUID) -> set[str]:
        """What the one he stands in for lends him and has himself (rules 4.5)."""
        lender = holding.for_person_id
        if lender is None:
            return set()
        lent = self.borrowed[holding.organisation_id].get((person_id, lender), {})
        return set(lent) & self.rights[holding.organisation_id, lender]


def needs_attention(
    organisation_ids: Collection[UUID], *, today: date, now: datetime, limit: int = 200
) -> list[Item]:
    """The tasks in these organisations that nobody present can do, by due date; at most twelve queries,
    however many.

    Invoice, organisation, holder, group and the one stood in for are read along.
    """
    troubled = _troubled(Assignment.objects.filter(organisation_id__in=organisation_ids), today, now)
    barred = barred_since(organisation_ids, now=now, limit=limit)
    checked = checked_since(organisation_ids, now=now, limit=limit)
    if not (troubled.found or barred or checked):
        return []
    which = reduce(or_, map(_like, troubled.found), Q(id__in=barred | checked))
    rows = Assignment.objects.filter(which, ended_at=None)
    related = ("invoice", "organisation", "holder", "group", "for_person", "step")
    tasks = rows.select_related(*related).order_by(BY_DUE_DATE, "id")[:limit]
    return [troubled.item(task, checked) for task in tasks]


def is_stuck(assignment: Assignment, *, today: date, now: datetime) -> bool:
    """Whether this task stands on the list today."""
    if _troubled(Assignment.objects.filter(id=assignment.id), today, now).found:
        return True
    places = [assignment.organisation_id]
    return any(since(places, task_id=assignment.id, now=now) for since in (barred_since, checked_since))


@dataclass(frozen=True)
class _Troubled:
    """The holdings with trouble, and until when their holders are away."""

    found: dict[Holding, Trouble]
    away: dict[tuple[UUID, UUID], date | None]

    def item(self, task: Assignment, checked: Collection[UUID]) -> Item:
        """What is wrong with it; of those that stand alike nothing is, so it is with this one alone."""
        alone = Trouble.CHECKED if task.id in checked else Trouble.BARRED
        trouble = self.found.get(_holding_of(task), alone)
        is_away = trouble == Trouble.AWAY and task.holder_id is not None
        until = self.away[task.organisation_id, task.holder_id] if is_away and task.holder_id else None
        return Item(task, trouble, until)


def _troubled(tasks: QuerySet[Assignment], today: date, now: datetime) -> _Troubled:
    columns = ("organisation_id", "holder_id", "group_id", "step__action", "confidential", "fallback")
    alike = tasks.filter(ended_at=None).order_by().values_list(*columns, "barred", "for_person_id").distinct()
    holdings = {
        Holding(organisation, holder, group, action, confidential, bool(fallback), tuple(barred), named)
        for organisation, holder, group, action, confidential, fallback, barred, named in alike
    }
    presence = _read_presence(holdings, today, now)
    troubles = {holding: presence.trouble_of(holding) for holding in holdings}
    found = {holding: trouble for holding, trouble in troubles.items() if trouble is not None}
    return _Troubled(found, presence.away)


def _read_presence(holdings: set[Holding], today: date, now: datetime) -> Presence:
    presence = Presence()
    organisation_ids = {holding.organisation_id for holding in holdings}
    people = {holding.holder_id for holding in holdings if holding.holder_id}
    members = GroupMember.objects.at(now).filter(organisation_id__in=organisation_ids)
    carried = members.filter(group__rights__valid__contains=now)
    columns = ("organisation_id", "person_id", "group_id", "group__rights__right")
    for organisation_id, person_id, group_id, right in carried.values_list(*columns):
        presence.rights[organisation_id, person_id].add(right)
        presence.members[group_id].add(person_id)
    people |= {person_id for _, person_id in presence.rights}
    presence.active = set(Person.objects.filter(id__in=people, is_active=True).values_list("id", flat=True))
    presence.deactivated = deactivated_in(organisation_ids)
    presence.borrowed = borrowed(organisation_ids, people, now=now)
    for organisation_id, by_person in away_on(organisation_ids, today).items():
        for person_id, covers in by_person.items():
            presence.away[organisation_id, person_id] = covers[0].last_on
    return presence


def _holding_of(task: Assignment) -> Holding:
    return Holding(
        task.organisation_id,
        task.holder_id,
        task.group_id,
        task.step.action,
        task.confidential,
        bool(task.fallback),
        tuple(task.barred),
        task.for_person_id,
    )


def _like(holding: Holding) -> Q:
    question = ~Q(fallback="") if holding.is_question else Q(fallback="")
    return question & Q(
        organisation_id=holding.organisation_id,
        holder_id=holding.holder_id,
        group_id=holding.group_id,
        step__action=holding.action,
        confidential=holding.confidential,
        barred=list(holding.barred),
        for_person_id=holding.for_person_id,
    )
