"""The one gate: every decision on an invoice, whatever the channel, passes `decide` (rules 3.4)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import F

from omloop.circulation.deciding.task import Outcome as Outcome
from omloop.circulation.deciding.task import (
    Task,
    end_task,
    refuse_on_hold,
    refuse_unless_entitled,
    refuse_unless_holder,
    take,
    write_decision,
)
from omloop.circulation.models import Assignment, Decision, Step, StepAction
from omloop.circulation.refusals import (
    ActionNotAsked,
    CheckedTheAccount,
    CodingIncomplete,
    FourEyes,
    NotAnEarlierDecider,
    RemarkMissing,
)
from omloop.circulation.routing.opening import continue_circulation, fallback_group, open_step
from omloop.circulation.routing.route import Reason
from omloop.circulation.scheme.starting import follow_scheme
from omloop.circulation.who.asked_once import answer_asked, name_the_same
from omloop.circulation.who.awaited import refuse_while_awaited
from omloop.circulation.who.policies import is_above_limit
from omloop.circulation.who.succession import earlier_deciders, in_place_of
from omloop.circulation.who.together import COMPLETES, barred_at_gate, close_other_parts
from omloop.coding.queries import is_complete
from omloop.invoices.models import Invoice
from omloop.organisations.members import Member
from omloop.payees.queries import checkers_of


def decide(
    *,
    assignment_id: UUID,
    action: str,
    remark: str = "",
    return_to: UUID | None = None,
    actor: Member,
    now: datetime,
) -> Outcome:
    """Code, check, approve, return or reject, as the holder of a task; writes the decision and goes on.

    The invoice is locked first, and everything that allows the decision is read after that. A return
    goes to the administration, or to `return_to`, somebody who decided on this invoice before.

    Raises a `Refusal`: NotAPerson, UnknownAssignment, AlreadyDecided, NotInCirculation, NotTheHolder,
    NotEntitled, OnHold, AdviceAwaited, ActionNotAsked, CodingIncomplete, CheckedTheAccount, FourEyes,
    RemarkMissing or NotAnEarlierDecider; nothing is written then.
    """
    wanted = Decision.Action(action)
    remark = remark.strip()
    task = take(assignment_id, actor=actor, now=now)
    refuse_unless_holder(task)
    refuse_unless_entitled(task, wanted)
    refuse_on_hold(task)
    refuse_while_awaited(task.step, now=now)
    if wanted in COMPLETES:
        return _complete(task, wanted, remark)
    if not remark:
        raise RemarkMissing
    return _return(task, remark, return_to) if wanted == Decision.Action.RETURN else _reject(task, remark)


def _complete(task: Task, wanted: Decision.Action, remark: str) -> Outcome:
    asked = task.step.action
    if wanted != asked and wanted != answer_asked(task.assignment, person_id=task.person_id, now=task.now):
        raise ActionNotAsked(asked)
    if asked == StepAction.CODE and not is_complete(task.invoice):
        raise CodingIncomplete
    decisions = [_answer(task, remark)]
    opened = _go_on(task, decisions[-1])
    while answered := next((each for each in opened if _is_answered(task, each, wanted)), None):
        task = replace(task, assignment=answered, step=answered.step)
        decisions.append(_answer(task, remark))
        opened = _go_on(task, decisions[-1])
    return Outcome(task.invoice, tuple(decisions), opened[0] if opened else None)


def _is_answered(task: Task, opened: Assignment, wanted: Decision.Action) -> bool:
    """Whether the answer just given counts for the step that opened after it too (rules 3.5).

    Steps that need different people never come here to the same person: routing passed him over.
    """
    return (
        name_the_same(task.step, opened.step)
        and opened.step.position != task.step.position
        and (opened.holder_id, opened.for_person_id) == (task.person_id, task.assignment.for_person_id)
        and (wanted == Decision.Action.APPROVE or opened.step.action == StepAction.CHECK)
    )


def _answer(task: Task, remark: str) -> Decision:
    """Complete one step: four eyes, limit, then the decision."""
    pair = {task.person_id, task.assignment.for_person_id}
    if task.step.action == StepAction.APPROVE and pair & checkers_of(task.invoice):
        raise CheckedTheAccount
    if pair & barred_at_gate(task.step, task.invoice):
        raise FourEyes
    counts_as, named = Decision.Action(task.step.action), task.assignment.for_person_id
    approves = task.step.action == StepAction.APPROVE
    if approves and _is_above(task, named):
        counts_as = Decision.Action.CHECK
    decision = write_decision(task, counts_as, remark)
    end_task(task, Step.State.DONE)
    return decision


def _is_above(task: Task, named: UUID | None) -> bool:
    return is_above_limit(task.person_id, task.invoice, step=task.step, for_person_id=named, now=task.now)


def _go_on(task: Task, decision: Decision) -> list[Assignment]:
    """The next step opens; after an approval above the limit with nobody left, the fallback does.

    Once it is coded the scheme says which steps there are (rules 3.2).
    """
    if decision.action == Decision.Action.CODE:
        follow_scheme(task.invoice, actor=task.actor, now=task.now)
    is_above = task.step.action == StepAction.APPROVE and decision.action == Decision.Action.CHECK
    reason = Reason.ABOVE_LIMIT if is_above else ""
    return continue_circulation(task.invoice, reason=reason, actor=task.actor, now=task.now)


def _return(task: Task, remark: str, return_to: UUID | None) -> Outcome:
    """A step for whoever gets it back comes before this one, which opens again when that is done."""
    return_to = in_place_of(task.invoice).get(return_to, return_to) if return_to else None
    if return_to is not None and return_to not in earlier_deciders(task.invoice) - {task.person_id}:
        raise NotAnEarlierDecider
    decision = write_decision(task, Decision.Action.RETURN, remark)
    end_task(task, Step.State.WAITING)
    close_other_parts(task.step, Step.State.WAITING, now=task.now)
    step = _insert_before(task, return_to)
    opened = open_step(
        step,
        invoice=task.invoice,
        opened_at=task.now,
        actor=task.actor,
        now=task.now,
        sent={"returned_by": str(task.person_id)},
    )
    return Outcome(task.invoice, (decision,), opened)


def _insert_before(task: Task, return_to: UUID | None) -> Step:
    position = task.step.position
    steps = Step.objects.filter(organisation_id=task.invoice.organisation_id, invoice=task.invoice)
    steps.filter(position__gte=position).update(position=F("position") + 1)
    inserted: Step = Step.objects.create(
        organisation_id=task.invoice.organisation_id,
        confidential=task.invoice.confidential,
        invoice=task.invoice,
        position=position,
        action=StepAction.CHECK,
        origin=Step.Origin.RETURN,
        person_id=return_to,
        group_id=None if return_to else fallback_group(task.invoice, now=task.now),
    )
    return inserted


def _reject(task: Task, remark: str) -> Outcome:
    decision = write_decision(task, Decision.Action.REJECT, remark)
    end_task(task, Step.State.DONE)
    close_other_parts(task.step, Step.State.ENDED, now=task.now)
    steps = Step.objects.filter(organisation_id=task.invoice.organisation_id, invoice=task.invoice)
    steps.filter(state=Step.State.WAITING).update(state=Step.State.ENDED)
    task.invoice.state = Invoice.State.REJECTED
    task.invoice.save(update_fields=["state"])
    return Outcome(task.invoice, (decision,), None)
