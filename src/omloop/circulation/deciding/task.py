"""A task as it is taken up: locked, read afresh, and refused to whoever may not (rules 3.4, 3.15)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from omloop.audit.services import record
from omloop.circulation.deciding.said import already_decided
from omloop.circulation.models import Assignment, Decision, Step, StepAction
from omloop.circulation.refusals import (
    NotAPerson,
    NotEntitled,
    NotInCirculation,
    NotTheHolder,
    OnHold,
    UnknownAssignment,
)
from omloop.circulation.routing.opening import day_in, lock_invoice
from omloop.circulation.routing.seal import hash_what_counts
from omloop.circulation.who.policies import RIGHTS_BESIDE, Standings, allowed_beside, members_of, right_for
from omloop.circulation.who.together import COMPLETES
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import Member

EVENT = {
    Decision.Action.CHECK: "step.checked",
    Decision.Action.APPROVE: "step.approved",
    Decision.Action.RETURN: "step.returned",
    Decision.Action.REJECT: "invoice.rejected",
    Decision.Action.FORWARD: "step.forwarded",
    Decision.Action.HOLD: "step.put_on_hold",
    Decision.Action.RELEASE: "step.released",
    Decision.Action.CODE: "step.coded",
}


@dataclass(frozen=True)
class Task:
    """An open task as read after the lock, and who wants to do it, when."""

    assignment: Assignment
    step: Step
    invoice: Invoice
    actor: Member
    person_id: UUID
    now: datetime

    @property
    def for_person_id(self) -> UUID | None:
        """For whom the actor does it; for nobody where the task is another's (who puts it on hold)."""
        is_his = self.assignment.holder_id in (None, self.person_id)
        return self.assignment.for_person_id if is_his else None


@dataclass(frozen=True)
class Outcome:
    """What came of a decision: what was recorded, the task open now (None: none), `also` those of others."""

    invoice: Invoice
    decisions: tuple[Decision, ...]
    opened: Assignment | None
    also: tuple[Assignment, ...] = ()

    @property
    def counted_as_check(self) -> bool:
        """Whether an approval counted as a check, because the amount is above the person's limit."""
        stand = [each for each in self.decisions if each.withdrawn_at is None]
        return any(d.step.action == StepAction.APPROVE and d.action == Decision.Action.CHECK for d in stand)


def take(assignment_id: UUID, *, actor: Member, now: datetime) -> Task:
    """Hold the organisation, lock the invoice of a task and read the task afresh.

    Raises NotAPerson, UnknownAssignment, AlreadyDecided (somebody was first) or NotInCirculation.
    """
    if actor.person_id is None:
        raise NotAPerson
    found = Assignment.objects.filter(id=assignment_id).values_list("organisation_id", "invoice_id").first()
    if found is None:
        raise UnknownAssignment
    hold(found[0])
    invoice = lock_invoice(found[1])
    assignment = Assignment.objects.select_related("step", "step__rule").get(id=assignment_id)
    if assignment.ended_at is not None:
        raise already_decided(assignment)
    if invoice.state != Invoice.State.CIRCULATING:
        raise NotInCirculation
    return Task(assignment, assignment.step, invoice, actor, actor.person_id, now)


def refuse_unless_holder(task: Task) -> None:
    """The gate accepts the holder only, or a member of the group that holds the step (rules 3.15)."""
    if task.assignment.holder_id == task.person_id:
        return
    group_id = task.assignment.group_id
    if group_id is None or task.person_id not in members_of(group_id, now=task.now):
        raise NotTheHolder


def refuse_unless_entitled(task: Task, wanted: Decision.Action) -> None:
    """Active, and entitled to what the step asks, as the rows say now and not as the page once knew.

    The group that was asked whose invoice it is returns or rejects with *circulate*.
    """
    fallback = "" if wanted in COMPLETES else task.assignment.fallback
    right = right_for(task.step.action, fallback=fallback)
    standings = Standings(invoice=task.invoice, right=right, barred=(), now=task.now)
    if not standings.may_act_for(task.person_id, task.assignment.for_person_id):
        raise NotEntitled
    refuse_beside(task, wanted)


def refuse_beside(task: Task, wanted: Decision.Action) -> None:
    """Forwarding, holding and releasing have rights of their own (rules 1.4)."""
    place, named = task.invoice.organisation_id, task.assignment.for_person_id
    if wanted not in RIGHTS_BESIDE:
        return
    if wanted not in allowed_beside(place, task.person_id, named, now=task.now):
        raise NotEntitled


def refuse_on_hold(task: Task) -> None:
    """Who put it on hold had a reason: it is released first, and seen, before somebody decides."""
    if task.assignment.is_on_hold(day_in(task.invoice, task.now)):
        raise OnHold


def write_decision(task: Task, action: Decision.Action, remark: str) -> Decision:
    """The decision and its event; for services that have asked everything that allows it."""
    decision: Decision = Decision.objects.create(
        organisation_id=task.invoice.organisation_id,
        confidential=task.invoice.confidential,
        step=task.step,
        assignment=task.assignment,
        invoice=task.invoice,
        action=action,
        person_id=task.person_id,
        for_person_id=task.for_person_id,
        remark=remark,
        decided_at=task.now,
        counts=hash_what_counts(task.invoice, task.step),
    )
    detail: dict[str, Any] = {
        "step": str(task.step.id),
        "assignment": str(task.assignment.id),
        "asked": "answer" if task.step.is_answer else task.step.action,
    }
    record(
        EVENT[action],
        actor=task.actor,
        chain_id=task.invoice.organisation_id,
        subject_id=task.invoice.id,
        at=task.now,
        for_person_id=task.for_person_id,
        detail=detail,
    )
    return decision


def end_task(task: Task, state: Step.State) -> None:
    """The task is over; its step is done, or waits to open again."""
    Assignment.objects.filter(id=task.assignment.id).update(ended_at=task.now)
    task.step.state = state
    task.step.save(update_fields=["state"])
