"""What the pages of absences show: rows with their state and who made them, and who may decide where."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from django.db.models import QuerySet

from omloop.absences.models import AbsenceCover
from omloop.absences.queries import Absence, State
from omloop.circulation.models import SchemeRule, SchemeStep
from omloop.circulation.who.eyes import actions_apart_in
from omloop.organisations.activity import acts
from omloop.organisations.models import GroupMember
from omloop.organisations.rights import Right
from omloop.people.models import names_of

TO_DECIDE = (Right.APPROVE, Right.CHECK)
ORDER = (State.NOW, State.PLANNED, State.PAST, State.CANCELLED)
Deciders = dict[UUID, dict[UUID, frozenset[str]]]


def deciders_in(organisation_ids: Collection[UUID], *, now: datetime) -> Deciders:
    """Organisation → active person → which of check and approve he holds there now; one query."""
    found: dict[UUID, dict[UUID, set[str]]] = defaultdict(lambda: defaultdict(set))
    rows = _holding(TO_DECIDE, organisation_ids, now)
    for place, person, right in rows.values_list("organisation_id", "person_id", "group__rights__right"):
        found[place][person].add(right)
    return {
        place: {person: frozenset(rights) for person, rights in people.items()}
        for place, people in found.items()
    }


def who_see_confidential(
    organisation_ids: Collection[UUID], people: Collection[UUID], *, now: datetime
) -> set[tuple[UUID, UUID]]:
    """Organisation and person, of those of them who may see confidential invoices there; one query."""
    rows = _holding([Right.VIEW_CONFIDENTIAL], organisation_ids, now).filter(person_id__in=people)
    return set(rows.values_list("organisation_id", "person_id"))


def _holding(
    rights: Collection[str], organisation_ids: Collection[UUID], now: datetime
) -> QuerySet[GroupMember]:
    rows: QuerySet[GroupMember] = GroupMember.objects.at(now).filter(
        acts(),
        organisation_id__in=organisation_ids,
        group__rights__valid__contains=now,
        group__rights__right__in=rights,
    )
    return rows


def rules_that_keep_apart(pairs: Mapping[UUID, tuple[UUID, UUID]], *, now: datetime) -> dict[UUID, list[str]]:
    """By organisation, the rules of the scheme in which both have a step that needs different people."""
    apart = actions_apart_in(pairs.keys())
    steps = SchemeStep.objects.filter(
        organisation_id__in=pairs,
        rule__in=SchemeRule.objects.at(now).filter(organisation_id__in=pairs),
    )
    named: dict[UUID, set[UUID]] = defaultdict(set)
    rules: dict[UUID, SchemeRule] = {}
    rows = steps.filter(person__isnull=False).select_related("rule")
    for step in rows.order_by("-rule__priority", "rule_id"):
        if step.action in apart[step.organisation_id]:
            rules[step.rule_id] = step.rule
            named[step.rule_id].add(step.person_id)
    found: dict[UUID, list[str]] = defaultdict(list)
    for key, rule in rules.items():
        if named[key] >= set(pairs[rule.organisation_id]):
            found[rule.organisation_id].append(rule.name)
    return found


@dataclass(frozen=True)
class Row:
    """An absence on a list: where it stands, and who made it so; no name: the system."""

    absence: Absence
    state: State
    days_left: int
    by: str
    at: datetime


def rows_of(absences: Collection[Absence], today: date) -> list[Row]:
    """The rows of a list, with all names in one query: running, planned, past and withdrawn ones.

    What is planned stands in the order in which it comes; `days_left` until the first day.
    """
    changes = [_last_change(absence) for absence in absences]
    names = names_of({by for by, _ in changes if by})
    rows = [
        Row(a, a.state(today), (a.first_on - today).days, names[by] if by else "", at)
        for a, (by, at) in zip(absences, changes, strict=True)
    ]
    return sorted(rows, key=lambda row: (ORDER.index(row.state), abs(row.days_left)))


@dataclass(frozen=True)
class Change:
    """What somebody made of an absence at one moment."""

    at: datetime
    by_id: UUID | None
    by: str
    absence: Absence


def changes_of(covers: Iterable[AbsenceCover]) -> list[Change]:
    """The history of an absence from the covers it has and had, in the order in which they were set."""
    made = [
        ((at, by), Absence(same[0].absence_id, tuple(same)))
        for (at, by), rows in groupby(covers, key=lambda cover: (cover.set_at, cover.set_by))
        if (same := list(rows))
    ]
    names = names_of({by for (_, by), _ in made if by})
    return [Change(at, by, names[by] if by else "", absence) for (at, by), absence in made]


def _last_change(absence: Absence) -> tuple[UUID | None, datetime]:
    last = absence.last_change
    if last.cancelled_at:
        return last.cancelled_by, last.cancelled_at
    return last.set_by, last.set_at
