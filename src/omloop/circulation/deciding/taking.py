"""A member takes a task of his group, and gives it back (rules 3.9)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from omloop.audit.services import record
from omloop.circulation.deciding.task import Task, refuse_unless_holder, take
from omloop.circulation.models import Assignment
from omloop.circulation.refusals import NotEntitled, NotOfAGroup, NotTheHolder
from omloop.circulation.who.policies import Standing, Standings, right_for
from omloop.circulation.who.together import barred_from
from omloop.organisations.members import Member


def take_task(*, assignment_id: UUID, actor: Member, now: datetime) -> Assignment:
    """Take a task of a group: from now on it waits for the actor alone. It decides nothing.

    Raises NotOfAGroup, NotTheHolder (not of that group), NotEntitled, and what `gate.take` raises.
    """
    task = take(assignment_id, actor=actor, now=now)
    if task.assignment.group_id is None:
        raise NotOfAGroup
    refuse_unless_holder(task)
    right = right_for(task.step.action, fallback=task.assignment.fallback)
    standings = Standings(invoice=task.invoice, right=right, barred=task.assignment.barred, now=now)
    if standings.of(task.person_id) != Standing.ENTITLED:
        raise NotEntitled
    sent = {"taken_from": str(task.assignment.group_id), "taken_by": str(task.person_id)}
    return _pass_on(task, "step.taken", {**task.assignment.why["sent"], **sent}, holder_id=task.person_id)


def give_back(*, assignment_id: UUID, actor: Member, now: datetime) -> Assignment:
    """Give a task that the actor took back to its group.

    Raises NotTheHolder, NotOfAGroup (he did not take it from one), and what `gate.take` raises.
    """
    task = take(assignment_id, actor=actor, now=now)
    if task.assignment.holder_id != task.person_id:
        raise NotTheHolder
    sent = dict(task.assignment.why["sent"])
    if "taken_from" not in sent:
        raise NotOfAGroup
    group_id = UUID(sent.pop("taken_from"))
    sent.pop("taken_by")
    barred = sorted(barred_from(task.step, task.invoice))
    return _pass_on(task, "step.given_back", sent, group_id=group_id, barred=barred)


def _pass_on(task: Task, event: str, sent: dict[str, str], **to: Any) -> Assignment:
    old = task.assignment
    Assignment.objects.filter(id=old.id).update(ended_at=task.now)
    holder = {"holder_id": None, "group_id": None, "for_person_id": None, "barred": [], **to}
    given = old.again(opened_at=task.now, why={**old.why, "sent": sent}, **holder)
    given.save(force_insert=True)
    record(
        event,
        actor=task.actor,
        chain_id=old.organisation_id,
        subject_id=task.invoice.id,
        at=task.now,
        detail={"step": str(task.step.id), "assignment": str(given.id), "group": _group(old, given)},
    )
    return given


def _group(old: Assignment, given: Assignment) -> str:
    return str(old.group_id or given.group_id)
