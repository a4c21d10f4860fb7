"""Taking back a task that somebody else has for you (rules 3.15)."""

from datetime import datetime
from uuid import UUID

from omloop.audit.services import record
from omloop.circulation.deciding.naming import give_step
from omloop.circulation.deciding.task import Task, take
from omloop.circulation.models import Assignment, Decision, Step
from omloop.circulation.refusals import CannotTakeBack, FourEyes, NotEntitled
from omloop.circulation.routing.opening import day_in, fallback_group
from omloop.circulation.routing.route import Asked, chain_of, find_route
from omloop.circulation.who.policies import RIGHT_FOR, Standing, Standings
from omloop.circulation.who.together import barred_from, open_tasks
from omloop.organisations.members import Member


def takers_of(task: Assignment) -> set[UUID]:
    """Who may take this task back: who forwarded it, and for whom its holder stands in, over all links of
    the chain."""
    forwarder = _forwarder(task)
    found = {forwarder} if forwarder else set()
    if task.for_person_id is None:
        return found
    chain = chain_of(task.why)
    links = {link.person_id for link in chain.links} if chain else set()
    return found | links | {task.for_person_id}


def take_back(*, assignment_id: UUID, actor: Member, now: datetime) -> Assignment:
    """Hold a task again that he forwarded, or that a substitute has for him; that one is told. It decides
    nothing. What he forwarded to several he takes back from all who have not answered yet.

    Also during the absence: who comes by to decide on one invoice needs not end it for that. Raises
    CannotTakeBack, NotEntitled (also when he was deactivated: rules 4.9), FourEyes, and what `gate.take`
    raises.
    """
    task = take(assignment_id, actor=actor, now=now)
    if task.person_id not in takers_of(task.assignment):
        raise CannotTakeBack
    named = _named(task)
    _refuse_unless_entitled(task, named)
    others = _others_forwarded_to(task)
    Assignment.objects.filter(id__in=[task.assignment.id, *(each.id for each in others)]).update(ended_at=now)
    parts = Step.objects.filter(organisation_id=task.step.organisation_id)
    parts.filter(id__in=[each.step_id for each in others]).update(
        state=Step.State.ENDED, reason=Step.TAKEN_BACK
    )
    if task.person_id == _forwarder(task.assignment):
        give_step(task.step, named or task.person_id)
    taken = task.assignment.again(
        holder_id=task.person_id,
        group_id=None,
        for_person_id=named,
        opened_at=now,
        fallback="",
        on_hold_until=None,
        barred=[],
        why=_why(task),
    )
    taken.save(force_insert=True)
    for each in [task.assignment, *others]:
        _record(each, taken, actor, now)
    return taken


def _record(left: Assignment, taken: Assignment, actor: Member, now: datetime) -> None:
    """From whom: a person, who is told, or a group, which finds it gone from its list."""
    detail = {"step": str(left.step_id), "assignment": str(taken.id), "holder": str(taken.holder_id)}
    if left.holder_id:
        detail["named"] = str(left.holder_id)
    else:
        detail["group"] = str(left.group_id)
    record(
        "step.taken_back",
        actor=actor,
        chain_id=left.organisation_id,
        subject_id=left.invoice_id,
        at=now,
        detail=detail,
    )


def _others_forwarded_to(task: Task) -> list[Assignment]:
    """The open tasks of those to whom he forwarded it beside this one."""
    if task.person_id != _forwarder(task.assignment):
        return []
    beside = [each for each in open_tasks(task.invoice) if each.step.position == task.step.position]
    return [each for each in beside if each.id != task.assignment.id and _forwarder(each) == task.person_id]


def _forwarder(task: Assignment) -> UUID | None:
    by = task.why["sent"].get("forwarded_by")
    return UUID(by) if by else None


def _named(task: Task) -> UUID | None:
    """For whom he then holds it: for whom he did when he forwarded it, or for the next one in the chain."""
    named = task.assignment.for_person_id
    if task.person_id == _forwarder(task.assignment):
        forwarded = Decision.objects.filter(
            organisation_id=task.step.organisation_id,
            invoice=task.invoice,
            step__position=task.step.position,
            person_id=task.person_id,
            action=Decision.Action.FORWARD,
        )
        named = forwarded.order_by("-id").values_list("for_person_id", flat=True).first()
    return named if named != task.person_id else None


def _refuse_unless_entitled(task: Task, named: UUID | None) -> None:
    right = RIGHT_FOR[task.step.action]
    barred = barred_from(task.step, task.invoice)
    standings = Standings(invoice=task.invoice, right=right, barred=barred, now=task.now)
    if standings.of(task.person_id) == Standing.BARRED:
        raise FourEyes
    if not standings.may_act_for(task.person_id, named):
        raise NotEntitled


def _why(task: Task) -> dict[str, object]:
    """As if no absence were known: he is here, and said so."""
    _route, snapshot = find_route(
        Asked(
            person_id=task.person_id,
            group_id=None,
            members=(),
            import_date=task.invoice.import_date,
            opened_on=day_in(task.invoice, task.now),
            fallback_id=fallback_group(task.invoice, now=task.now),
        ),
        covers={},
        standing=lambda person: Standing.ENTITLED,
    )
    left = task.assignment
    sent = {"taken_back_from": str(left.holder_id or left.group_id)}
    return {**snapshot, "step": task.assignment.why["step"], "sent": sent}
