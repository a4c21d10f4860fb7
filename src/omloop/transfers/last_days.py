"""What a person leaves behind on his last working day, and what the timer does about it (rules 4.9)."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Count, Q

from omloop.absences.models import AbsenceCover
from omloop.audit.services import record
from omloop.circulation.models import Assignment, SchemeStep, Step
from omloop.environments.models import LastDay
from omloop.kernel.period import working_days_before
from omloop.organisations.deactivation import alone_in
from omloop.organisations.last_days import carry_out_last_day, environment_day, planned_in
from omloop.organisations.members import Member
from omloop.organisations.models import STILL, ConnectionKey, Membership, Organisation
from omloop.organisations.rights import Right
from omloop.organisations.structure import show_structure_of
from omloop.tenancy.scope import confidential_shown, tenant_scope

WORKING_DAYS = 3
"""So many working days before the last day the administrators are reminded of what is open."""


@dataclass(frozen=True)
class Left:
    """What is a person's in one organisation; `is_known` is False where the reader may not know it.

    `stands_in` are absences of others that he would replace from the last day on, `away` his own.
    """

    organisation: Organisation
    is_known: bool
    is_only_administrator: bool
    tasks: int = 0
    to_come: int = 0
    rules: tuple[str, ...] = ()
    stands_in: tuple[AbsenceCover, ...] = ()
    away: tuple[AbsenceCover, ...] = ()
    keys: int = 0

    @property
    def is_clear(self) -> bool:
        """Whether nothing there keeps him or waits for him."""
        return not (
            self.is_only_administrator
            or self.tasks
            or self.to_come
            or self.rules
            or self.stands_in
            or self.away
            or self.keys
        )


def left_behind(
    environment_id: UUID, person_id: UUID, viewer: Member, *, last_on: date
) -> tuple[bool, list[Left]]:
    """Whether he is the environment's only administrator, and what is his in each of its organisations.

    Of documents only what the viewer may count: where he transfers user data or manages absences (rules
    1.3). The number of queries does not grow with organisations.
    """
    places = show_structure_of(environment_id, viewer)
    held = Membership.objects.filter(STILL, organisation_id__in=places, person_id=person_id, is_active=True)
    own = list(Organisation.objects.filter(id__in=held.values("organisation_id")).order_by("name", "id"))
    alone = set(alone_in([environment_id], places, person_id))
    known = {each.id for each in own} & (viewer.where(Right.TRANSFER) | viewer.where(Right.MANAGE_ABSENCES))
    with confidential_shown(known & viewer.where(Right.TRANSFER)):
        tasks, to_come = _open_tasks(known, person_id), _steps_to_come(known, person_id)
    rules, covers = _rules(known, person_id), _covers(known, person_id, last_on)
    keys = _keys(known, person_id)
    return environment_id in alone, [
        Left(
            organisation=each,
            is_known=each.id in known,
            is_only_administrator=each.id in alone,
            tasks=tasks[each.id],
            to_come=to_come[each.id],
            rules=tuple(name for place, name in rules if place == each.id),
            stands_in=tuple(c for c in covers if c.organisation_id == each.id and c.person_id != person_id),
            away=tuple(c for c in covers if c.organisation_id == each.id and c.person_id == person_id),
            keys=keys[each.id],
        )
        for each in own
    ]


def see_to_last_days(environment_id: UUID, *, actor: Member, now: datetime) -> None:
    """Remind of days that come near with tasks still open, and deactivate who had his; twice does no harm.

    In a scope with the environment and all its organisations.
    """
    places, today = show_structure_of(environment_id, actor), environment_day(environment_id, now)
    for planned in planned_in(environment_id):
        if planned.last_on < today:
            carry_out_last_day(planned, actor=actor, now=now)
        elif planned.reminded_at is None and today >= working_days_before(planned.last_on, WORKING_DAYS):
            _remind(planned, places, actor, now)


def organisations_in(environment_id: UUID) -> list[UUID]:
    """The organisations of an environment; opens a scope of its own."""
    with tenant_scope(None, [], [environment_id]):
        rows = Organisation.objects.filter(environment_id=environment_id).order_by("id")
        return list(rows.values_list("id", flat=True))


def _remind(planned: LastDay, places: Collection[UUID], actor: Member, now: datetime) -> None:
    """Once a planned day; a later one is reminded of anew."""
    tasks = _open_tasks(places, planned.person_id).total()
    if not tasks:
        return
    LastDay.objects.filter(id=planned.id).update(reminded_at=now)
    record(
        "last_day.comes",
        actor=actor,
        chain_id=planned.environment_id,
        subject_id=planned.person_id,
        at=now,
        detail={"last_on": planned.last_on.isoformat(), "tasks": tasks},
    )


def _open_tasks(places: Collection[UUID], person_id: UUID) -> Counter[UUID]:
    rows = Assignment.objects.filter(organisation_id__in=places, holder_id=person_id, ended_at=None)
    return _by_place(rows)


def _steps_to_come(places: Collection[UUID], person_id: UUID) -> Counter[UUID]:
    rows = Step.objects.filter(organisation_id__in=places, person_id=person_id, state=Step.State.WAITING)
    return _by_place(rows)


def _keys(places: Collection[UUID], person_id: UUID) -> Counter[UUID]:
    rows = ConnectionKey.objects.filter(organisation_id__in=places, holder_id=person_id, revoked_at=None)
    return _by_place(rows)


def _by_place(rows: models.QuerySet[models.Model]) -> Counter[UUID]:
    counted = rows.order_by().values_list("organisation_id").annotate(count=Count("id"))
    return Counter(dict(counted))


def _rules(places: Collection[UUID], person_id: UUID) -> list[tuple[UUID, str]]:
    """The rules that name him: organisation and name, in the order of their priority."""
    rows = SchemeStep.objects.filter(
        organisation_id__in=places, person_id=person_id, rule__valid__upper_inf=True
    )
    found = rows.order_by("rule__priority", "rule__name").values_list("organisation_id", "rule__name")
    return list(dict.fromkeys(found))


def _covers(places: Collection[UUID], person_id: UUID, last_on: date) -> list[AbsenceCover]:
    """Absences with a day after the last one: his own, and those in which he stands in."""
    after = Q(period__overlap=DateRange(last_on, None, "()"))
    rows = AbsenceCover.objects.filter(after, organisation_id__in=places, cancelled_at=None)
    his = rows.filter(Q(person_id=person_id) | Q(substitute_id=person_id))
    return list(his.select_related("person", "substitute").order_by("period", "id"))
