"""Whose invoice is this? Giving a task that nobody can do to somebody who can (rules 3.1, 4.3)."""

from datetime import datetime
from uuid import UUID

from omloop.audit.services import record
from omloop.circulation.deciding.attention import is_stuck
from omloop.circulation.deciding.task import Task, take
from omloop.circulation.models import Assignment, Step
from omloop.circulation.refusals import CannotBeNamed, NobodyToName, NotEntitled
from omloop.circulation.routing.opening import day_in, open_step
from omloop.circulation.who.policies import RIGHT_FOR, Standing, Standings
from omloop.circulation.who.together import barred_from
from omloop.organisations.members import Member
from omloop.organisations.rights import Right


def name_person(*, assignment_id: UUID, person_id: UUID, actor: Member, now: datetime) -> Assignment:
    """Say whose invoice it is: the step goes to that person, or to who stands in for him.

    For a task with the fallback group, and one that needs attention today; by whoever holds *circulate*.
    It decides nothing. Raises NotEntitled, NobodyToName, CannotBeNamed, and what `gate.take` raises.
    """
    task = take(assignment_id, actor=actor, now=now)
    _refuse_unless_allowed(task)
    today = day_in(task.invoice, now)
    if not task.assignment.fallback and not is_stuck(task.assignment, today=today, now=now):
        raise NobodyToName
    standing = standing_at(task, person_id)
    if standing != Standing.ENTITLED:
        raise CannotBeNamed(standing)
    Assignment.objects.filter(id=task.assignment.id).update(ended_at=now)
    give_step(task.step, person_id)
    detail = {"step": str(task.step.id), "assignment": str(task.assignment.id), "named": str(person_id)}
    record(
        "step.named",
        actor=actor,
        chain_id=task.invoice.organisation_id,
        subject_id=task.invoice.id,
        at=now,
        detail=detail,
    )
    sent = {"named_by": str(task.person_id)}
    return open_step(task.step, invoice=task.invoice, opened_at=now, actor=actor, now=now, sent=sent)


def _refuse_unless_allowed(task: Task) -> None:
    standings = Standings(invoice=task.invoice, right=Right.CIRCULATE, barred=(), now=task.now)
    if standings.of(task.person_id) != Standing.ENTITLED:
        raise NotEntitled


def standing_at(task: Task, person_id: UUID) -> Standing:
    """How somebody stands towards the step of a task: whether it can be given to him."""
    barred = barred_from(task.step, task.invoice)
    standings = Standings(
        invoice=task.invoice, right=RIGHT_FOR[task.step.action], barred=barred, now=task.now
    )
    return standings.of(person_id)


def give_step(step: Step, person_id: UUID) -> None:
    """From now on the step names him, also when it comes back after a return."""
    step.person_id, step.group_id, step.needs_all = person_id, None, False
    step.save(update_fields=["person", "group", "needs_all"])
