"""Forwarding: the holder of a task gives it to somebody who can do it (rules 3.3)."""

from datetime import datetime
from uuid import UUID

from omloop.circulation.gate import (
    Outcome,
    end_task,
    refuse_on_hold,
    refuse_unless_entitled,
    refuse_unless_holder,
    take,
    write_decision,
)
from omloop.circulation.models import Decision, Step
from omloop.circulation.naming import give_step, standing_at
from omloop.circulation.policies import Standing
from omloop.circulation.refusals import CannotBeNamed
from omloop.circulation.routing import open_step
from omloop.organisations.members import Member


def forward(
    *, assignment_id: UUID, person_id: UUID, remark: str = "", actor: Member, now: datetime
) -> Outcome:
    """Give one's task to somebody else, or to who stands in for him; it decides nothing.

    From now on the step names him, also when it comes back after a return. Raises CannotBeNamed when he
    can't do it (also for who forwards to himself), and what `gate.decide` raises for whoever is no holder.
    """
    task = take(assignment_id, actor=actor, now=now)
    refuse_unless_holder(task)
    refuse_unless_entitled(task, Decision.Action.FORWARD)
    refuse_on_hold(task)
    standing = Standing.BARRED if person_id == task.person_id else standing_at(task, person_id)
    if standing != Standing.ENTITLED:
        raise CannotBeNamed(standing)
    decision = write_decision(task, Decision.Action.FORWARD, remark.strip())
    end_task(task, Step.State.WAITING)
    give_step(task.step, person_id)
    sent = {"forwarded_by": str(task.person_id)}
    opened = open_step(task.step, invoice=task.invoice, opened_at=now, actor=actor, now=now, sent=sent)
    return Outcome(task.invoice, (decision,), opened)
