"""Putting a task on hold, and releasing it: it stays where it is, and nobody decides meanwhile (rules 3.3).

The task ends and the same one opens again with the day until which it is on hold. So the decision stands in
the history with its remark, and who still has the page from before is told so instead of deciding.
Whatever gives the task to somebody else opens it without the hold: a new holder begins afresh. Taking it from
one's group, and giving it back, keeps the hold: who put it there meant all of them.
"""

from datetime import date, datetime
from uuid import UUID

from omloop.circulation.deciding.task import (
    Outcome,
    Task,
    refuse_beside,
    refuse_unless_entitled,
    refuse_unless_holder,
    take,
    write_decision,
)
from omloop.circulation.models import UNTIL_RELEASED, Assignment, Decision
from omloop.circulation.refusals import NoDayToCome, NotOnHold, ReasonMissing
from omloop.circulation.routing.opening import day_in
from omloop.circulation.who.policies import Standings
from omloop.organisations.members import Member
from omloop.organisations.rights import Right


def put_on_hold(
    *, assignment_id: UUID, remark: str, until: date | None = None, actor: Member, now: datetime
) -> Outcome:
    """Put a task on hold until a day (on that day it is back), or without one until it is released.

    By its holder, a member of the group that holds it, or whoever holds *circulate*; each needs *hold* too.
    What is on hold can be put on hold anew, with another day. Raises NotTheHolder, NotEntitled,
    ReasonMissing, NoDayToCome (today or before, where the organisation is), and what `task.take` raises.
    """
    task = take(assignment_id, actor=actor, now=now)
    _refuse_unless_allowed(task, Decision.Action.HOLD)
    if not remark.strip():
        raise ReasonMissing
    if until is not None and until <= day_in(task.invoice, now):
        raise NoDayToCome
    return _open_again(task, Decision.Action.HOLD, remark, until or UNTIL_RELEASED)


def release(*, assignment_id: UUID, remark: str = "", actor: Member, now: datetime) -> Outcome:
    """Release a task that is on hold, by whoever may put it there.

    Raises NotOnHold (also when its day has come), and what `put_on_hold` raises for who may not.
    """
    task = take(assignment_id, actor=actor, now=now)
    _refuse_unless_allowed(task, Decision.Action.RELEASE)
    if not task.assignment.is_on_hold(day_in(task.invoice, now)):
        raise NotOnHold
    return _open_again(task, Decision.Action.RELEASE, remark, None)


def _refuse_unless_allowed(task: Task, wanted: Decision.Action) -> None:
    finance = Standings(invoice=task.invoice, right=Right.CIRCULATE, barred=(), now=task.now)
    if finance.may_act(task.person_id):
        refuse_beside(task, wanted)
        return
    refuse_unless_holder(task)
    refuse_unless_entitled(task, wanted)


def _open_again(task: Task, action: Decision.Action, remark: str, until: date | None) -> Outcome:
    """The same task for the same people, as they were routed; the order of the worklist stays too."""
    decision = write_decision(task, action, remark.strip())
    old = task.assignment
    Assignment.objects.filter(id=old.id).update(ended_at=task.now)
    again = old.again(on_hold_until=until)
    again.save(force_insert=True)
    return Outcome(task.invoice, (decision,), again)
