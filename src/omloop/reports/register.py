"""The auditor's register on any past day: who could approve what, up to how much, why (rules 7.8)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from django.db.models import Q

from omloop.absences.models import AbsenceCover
from omloop.circulation.models import SchemeStep
from omloop.circulation.routing.why import group_name
from omloop.organisations.models import GroupMember, Organisation
from omloop.organisations.rights import Right
from omloop.people.models import Person
from omloop.reports.grounds import Ground, Limit, Span, by_person, grounds_in, limits_in

Row = TypeVar("Row", Ground, Limit)


@dataclass(frozen=True)
class Named:
    """A rule of the scheme named somebody that day: by name, or by the group in which he stood."""

    rule: str
    action: str
    group: str
    amount_from: Decimal | None
    amount_to: Decimal | None


@dataclass(frozen=True)
class Away:
    """Somebody was away that day and another stood in; `name` is the other one of the two."""

    name: str
    first_on: date
    last_on: date | None


@dataclass(frozen=True)
class Approver:
    """One who could approve at some moment of the day. No limit: any amount."""

    person: Person
    grounds: list[Ground]
    limits: list[Limit]
    named: list[Named] = field(default_factory=list)
    away: list[Away] = field(default_factory=list)
    stands_in: list[Away] = field(default_factory=list)


@dataclass(frozen=True)
class Register:
    """The approvers of an organisation on a day, by name."""

    organisation: Organisation
    day: date
    approvers: list[Approver]


def read_register(organisation: Organisation, day: date) -> Register:
    """Whoever could approve at any moment of the day, on the clock of the organisation.

    What happened afterwards changes nothing of it: a row that ended later is open here. Ten queries
    however many people there are.
    """
    span = Span.of_day(day, organisation)
    grounds = by_person(_as_of(span, grounds_in(organisation.id, span, [Right.APPROVE])))
    limits: dict[UUID, list[Limit]] = defaultdict(list)
    for limit in _as_of(span, limits_in(organisation.id, span)):
        limits[limit.person_id].append(limit)
    named = _named(organisation.id, span)
    away, stands_in = _absences(organisation.id, day, span)
    people = Person.objects.filter(id__in=grounds).order_by("name", "id")
    approvers = [
        Approver(p, grounds[p.id], limits[p.id], named[p.id], away[p.id], stands_in[p.id]) for p in people
    ]
    return Register(organisation, day, approvers)


def _as_of(span: Span, rows: Iterable[Row]) -> list[Row]:
    """What ended after the day was open on it."""
    return [
        row if row.held.until and span.contains(row.held.until) else replace(row, held=Span(row.held.since))
        for row in rows
    ]


def _named(organisation_id: UUID, span: Span) -> dict[UUID, list[Named]]:
    steps = SchemeStep.objects.filter(
        organisation_id=organisation_id, rule__valid__overlap=span.as_range
    ).select_related("rule", "group")
    found: dict[UUID, list[Named]] = defaultdict(list)
    ordered = sorted(steps, key=lambda step: (-step.rule.priority, step.rule.id, step.position))
    members = _members({step.group_id for step in ordered if step.group_id}, span)
    for step in ordered:
        group = group_name(step.group.name, step.group.default) if step.group else ""
        named = Named(step.rule.name, step.action, group, step.rule.amount_from, step.rule.amount_to)
        for person_id in members[step.group_id] if step.group_id else [step.person_id]:
            found[person_id].append(named)
    return found


def _members(group_ids: set[UUID], span: Span) -> dict[UUID, list[UUID]]:
    rows = GroupMember.objects.filter(group_id__in=group_ids, valid__overlap=span.as_range)
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for group_id, person_id in rows.order_by("id").values_list("group_id", "person_id"):
        found[group_id].append(person_id)
    return found


def _absences(
    organisation_id: UUID, day: date, span: Span
) -> tuple[dict[UUID, list[Away]], dict[UUID, list[Away]]]:
    """Who was away, and who stood in for whom, as absences were set at some moment of that day."""
    covers = AbsenceCover.objects.filter(
        Q(cancelled_at=None) | Q(cancelled_at__gt=span.since),
        organisation_id=organisation_id,
        period__contains=day,
        set_at__lt=span.until,
    ).select_related("person", "substitute")
    away: dict[UUID, list[Away]] = defaultdict(list)
    stands_in: dict[UUID, list[Away]] = defaultdict(list)
    for cover in covers.order_by("set_at", "id"):
        away[cover.person_id].append(Away(cover.substitute.name, cover.first_on, cover.last_on))
        stands_in[cover.substitute_id].append(Away(cover.person.name, cover.first_on, cover.last_on))
    return away, stands_in
