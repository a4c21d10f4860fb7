"""Forwarding: the holder of a task gives it to one or several others who can do it (rules 3.3)."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from omloop.circulation.deciding.naming import give_step, standing_at
from omloop.circulation.deciding.task import (
    Outcome,
    Task,
    end_task,
    refuse_on_hold,
    refuse_unless_entitled,
    refuse_unless_holder,
    take,
    write_decision,
)
from omloop.circulation.models import Decision, Step
from omloop.circulation.refusals import CannotBeNamed, NobodyNamed
from omloop.circulation.routing.opening import open_step
from omloop.circulation.who.awaited import refuse_while_awaited
from omloop.circulation.who.policies import Standing
from omloop.circulation.who.together import add_parts
from omloop.organisations.members import Member
from omloop.people.humans import accounts_of


def forward(
    *, assignment_id: UUID, people: Collection[UUID], remark: str = "", actor: Member, now: datetime
) -> Outcome:
    """Give one's task to one or several others, or to who stands in for them; it decides nothing.

    Several are asked at the same time and all are needed: the step gets a part for each (rules 3.9). From now
    on it names them, also when it comes back after a return. Raises NobodyNamed, CannotBeNamed
    when one can't do it (also for who forwards to himself, or twice to one human), and what `gate.decide`
    raises for whoever is no holder.
    """
    task = take(assignment_id, actor=actor, now=now)
    refuse_unless_holder(task)
    refuse_unless_entitled(task, Decision.Action.FORWARD)
    refuse_on_hold(task)
    refuse_while_awaited(task.step, now=now)
    first, *others = _refuse_unless_able(task, people)
    decision = write_decision(task, Decision.Action.FORWARD, remark.strip())
    end_task(task, Step.State.WAITING)
    give_step(task.step, first)
    parts = [task.step, *add_parts(task.step, others)]
    sent = {"forwarded_by": str(task.person_id)}
    opened = [
        open_step(part, invoice=task.invoice, opened_at=now, actor=actor, now=now, sent=sent)
        for part in parts
    ]
    return Outcome(task.invoice, (decision,), opened[0], also=tuple(opened[1:]))


def _refuse_unless_able(task: Task, people: Collection[UUID]) -> list[UUID]:
    """Everybody once, and at least one; each can do it, and no two are one human."""
    asked = list(dict.fromkeys(people))
    if not asked:
        raise NobodyNamed
    seen = {task.person_id}
    for person_id in asked:
        standing = Standing.BARRED if person_id in seen else standing_at(task, person_id)
        if standing != Standing.ENTITLED:
            raise CannotBeNamed(standing)
        seen |= accounts_of([person_id])
    return asked
