"""Tasks that change hands because of an absence: handed over, and returned afterwards (rules 4.3, 4.5, 4.8).

Set-wise: a fixed number of queries, however many tasks. Nothing is decided, and every new task says why.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from omloop.absences.models import AbsenceCover
from omloop.absences.plan import A_DAY
from omloop.absences.queries import covers_for
from omloop.absences.resolution import By
from omloop.audit.actors import Actor
from omloop.audit.models import AuditEvent
from omloop.audit.services import record_all
from omloop.circulation.models import Assignment
from omloop.circulation.routing.handover import open_tasks_of
from omloop.circulation.routing.opening import fallback_group, why_fallback
from omloop.circulation.routing.route import Asked, Route, chain_of, find_route
from omloop.circulation.who.crowd import Crowd
from omloop.invoices.models import Invoice
from omloop.organisations.activity import active_people
from omloop.organisations.holding import hold
from omloop.organisations.models import GroupMember, Organisation

HANDED_OVER, CAME_BACK = "step.stood_in", "step.came_back"


@dataclass(frozen=True, kw_only=True)
class Change:
    """How tasks change hands: under which name it is recorded, by which absence, and who says so.

    `sent` says what a task was sent by on purpose, for "why with me?". With `only_to_people` what would go
    to the fallback stays where it is.
    """

    event: str
    open_of: AbsenceCover | None = None
    sent: Callable[[Assignment], dict[str, str]] = lambda task: {}
    only_to_people: bool = False


def hand_over_open(cover: AbsenceCover, *, actor: Actor, now: datetime) -> int:
    """What was open with the absent one on his first day goes to his substitute (rules 4.3 (b)); how many.

    Twice does no harm. Nothing moves of somebody who was deactivated.
    """
    zone = Organisation.objects.get(id=cover.organisation_id).zone
    after_first_day = datetime.combine(cover.first_on + A_DAY, time.min, zone)
    tasks = open_tasks_of(cover.organisation_id, [cover.person_id]).filter(opened_at__lt=after_first_day)
    return _hand_over(cover, tasks, Change(event=HANDED_OVER, open_of=cover), actor, now)


def hand_over_these(cover: AbsenceCover, task_ids: Collection[UUID], *, actor: Actor, now: datetime) -> int:
    """These open tasks of the absent one go to his substitute, because somebody ticked them (rules 4.3, 4.8).

    How many; what the substitute may not do stays. Who may tick is the caller's to know.
    """
    tasks = open_tasks_of(cover.organisation_id, [cover.person_id]).filter(id__in=task_ids)
    sent = {"given_by": str(actor.person_id)} if actor.person_id else {}
    change = Change(event=HANDED_OVER, open_of=cover, sent=lambda task: sent, only_to_people=True)
    return _hand_over(cover, tasks, change, actor, now)


def return_what_is_left(cover: AbsenceCover, *, goes_on: bool, actor: Actor, now: datetime) -> int:
    """What went to a substitute by this absence and is open goes where it would go today; how many.

    With option (c) all of it (rules 4.3); without, only what its holder may not decide, now that nothing is
    lent to him any more (4.5). Of a deactivated person only that too: the substitute keeps the rest (4.9);
    and of an absence that `goes_on` otherwise.
    """
    went = {"chains": [{"outcome": {"links": [{"absence": str(cover.absence_id)}]}}]}
    tasks = Assignment.objects.filter(
        organisation_id=cover.organisation_id, ended_at=None, for_person__isnull=False, why__contains=went
    )

    def is_meant(crowd: Crowd, task: Assignment) -> bool:
        assert task.holder_id and task.for_person_id  # noqa: S101 - they stand in
        if cover.returns_what_is_left and not goes_on and crowd.is_active(task.for_person_id):
            return True
        return not crowd.may_act_for(task, task.holder_id, task.for_person_id)

    how = "may_no_more" if goes_on else "came_back_from"
    change = Change(event=CAME_BACK, sent=lambda task: {how: str(task.holder_id)})
    return _pass(cover.organisation_id, tasks, change, is_meant, actor, now)


def _hand_over(
    cover: AbsenceCover, tasks: QuerySet[Assignment], change: Change, actor: Actor, now: datetime
) -> int:
    if not active_people(cover.organisation_id, [cover.person_id]):
        return 0
    return _pass(cover.organisation_id, tasks, change, lambda crowd, task: True, actor, now)


def _pass(
    organisation_id: UUID,
    tasks: QuerySet[Assignment],
    change: Change,
    is_meant: Callable[[Crowd, Assignment], bool],
    actor: Actor,
    now: datetime,
) -> int:
    """Route these tasks anew as of today and give them to whom that says; those that stay are left alone."""
    hold(organisation_id)
    found = _lock(organisation_id, tasks)
    if not found:
        return 0
    routes = _Routes(found, change, now)
    meant = [task for task in found if is_meant(routes.crowd, task)]
    pairs = [(task, new) for task in meant if (new := routes.renew(task))]
    if pairs:
        Assignment.objects.filter(id__in=[task.id for task, _ in pairs]).update(ended_at=now)
        _insert([new for _, new in pairs])
        record_all([_event(change.event, task, new, actor, now) for task, new in pairs])
    return len(pairs)


def _lock(organisation_id: UUID, tasks: QuerySet[Assignment]) -> list[Assignment]:
    """The tasks that are open when their invoices are locked: a decision taken meanwhile is in, or out."""
    invoices = Invoice.objects.filter(
        organisation_id=organisation_id,
        state=Invoice.State.CIRCULATING,
        id__in=list(tasks.values_list("invoice_id", flat=True)),
    )
    locked = list(invoices.select_for_update(no_key=True).order_by("id").values_list("id", flat=True))
    again = tasks.filter(invoice_id__in=locked, ended_at=None)
    return list(again.select_related("step", "invoice", "organisation").order_by("id"))


class _Routes:
    """Where tasks of one organisation go as of this moment, from what was read once for all of them."""

    def __init__(self, tasks: Sequence[Assignment], change: Change, now: datetime) -> None:
        self._change, self._now = change, now
        place: Organisation = tasks[0].organisation
        self._opened_on = now.astimezone(place.zone).date()
        days = {self._opened_on} | {task.invoice.import_date for task in tasks}
        handed = {absence for task in tasks for absence in self._open_of(task)}
        self._covers = covers_for(place.id, days, absence_ids=handed)
        self._members = _members(tasks, now)
        self._fallback = {
            task.confidential: fallback_group(task.invoice, now=now)
            for task in {task.confidential: task for task in tasks}.values()
        }
        people = {person for task in tasks for person in (task.holder_id, task.step.person_id) if person}
        people |= {who for task in tasks if (who := task.for_person_id)}
        people |= self._covers.keys() | {c.substitute_id for own in self._covers.values() for c in own}
        people |= {who for members in self._members.values() for who in members}
        self.crowd = Crowd(place.id, tasks, people, now)

    def renew(self, task: Assignment) -> Assignment | None:
        """The task in other hands; None: it stays where it is."""
        route, snapshot = find_route(
            self._asked(task),
            covers=self._covers,
            standing=lambda person: self.crowd.standing(task, person),
            may_act_for=lambda who, named: self.crowd.may_act_for(task, who, named),
            open_of=self._open_of(task),
        )
        stays = (route.holder_id, route.group_id, route.for_person_id)
        if stays == (task.holder_id, task.group_id, task.for_person_id):
            return None
        if self._change.only_to_people and route.holder_id is None:
            return None
        why = {**snapshot, "step": task.why["step"], "sent": _forwarder(task) | self._change.sent(task)}
        return self._given(task, route, why)

    def _given(self, task: Assignment, route: Route, why: dict[str, Any]) -> Assignment:
        return task.again(
            holder_id=route.holder_id,
            group_id=route.group_id,
            for_person_id=route.for_person_id,
            opened_at=self._now,
            fallback=route.fallback,
            on_hold_until=None,
            barred=self.crowd.barred(task) if route.group_id else [],
            why=why,
        )

    def _open_of(self, task: Assignment) -> set[UUID]:
        """This absence, and those that handed the task over before: unless they are over, they still do."""
        chain = chain_of(task.why)
        before = {link.absence_id for link in chain.links if link.by == By.OPEN} if chain else set()
        return before | ({self._change.open_of.absence_id} if self._change.open_of else set())

    def _asked(self, task: Assignment) -> Asked:
        step = task.step
        return Asked(
            person_id=step.person_id,
            group_id=step.group_id,
            members=self._members.get(step.group_id, ()) if step.group_id else (),
            import_date=task.invoice.import_date,
            opened_on=self._opened_on,
            fallback_id=self._fallback[task.confidential],
            reason=why_fallback(step),
        )


def _forwarder(task: Assignment) -> dict[str, str]:
    """Who forwarded it can still take it back (rules 3.15)."""
    return {key: by for key, by in task.why["sent"].items() if key == "forwarded_by"}


def _members(tasks: Sequence[Assignment], now: datetime) -> dict[UUID, tuple[UUID, ...]]:
    """Who stands in the groups that these steps name, the longest-standing first."""
    groups = {task.step.group_id for task in tasks if task.step.group_id}
    found: dict[UUID, list[UUID]] = defaultdict(list)
    rows = GroupMember.objects.at(now).filter(group_id__in=groups).order_by("id")
    for group_id, person_id in rows.values_list("group_id", "person_id"):
        found[group_id].append(person_id)
    return {group_id: tuple(people) for group_id, people in found.items()}


def _insert(tasks: Collection[Assignment]) -> None:
    """All in one statement."""
    columns = [field.attname for field in Assignment._meta.concrete_fields]
    rows = [{column: getattr(task, column) for column in columns} for task in tasks]
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO circulation_assignment ({names}) SELECT {names} FROM "  # noqa: S608
            "jsonb_populate_recordset(NULL::circulation_assignment, %s)",
            [json.dumps(rows, default=str)],
        )


def _event(name: str, task: Assignment, new: Assignment, actor: Actor, now: datetime) -> AuditEvent:
    return AuditEvent(
        chain_id=task.organisation_id,
        name=name,
        at=now,
        actor=actor.signature,
        person_id=actor.person_id,
        for_person_id=new.for_person_id,
        subject_id=task.invoice_id,
        origin=actor.origin,
        detail={
            "step": str(task.step_id),
            "assignment": str(new.id),
            "named": str(task.holder_id),
            "holder": str(new.holder_id) if new.holder_id else None,
            "group": str(new.group_id) if new.group_id else None,
        },
    )
