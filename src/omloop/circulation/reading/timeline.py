"""The journey of one invoice as the page tells it: what was, what is, what comes."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from omloop.circulation.models import Assignment, Decision, Step, StepAction
from omloop.circulation.routing.why import explain, group_name, hold_line, read_names
from omloop.circulation.routing.why_away import Names
from omloop.invoices.models import Cancellation, Invoice, Validation
from omloop.organisations.models import Group
from omloop.people.models import names_of


class Kind(StrEnum):
    """What a moment tells."""

    RECEIVED = "received"
    VALIDATED = "validated"
    DECIDED = "decided"
    HANDED_ON = "handed_on"
    NOW = "now"
    NEXT = "next"


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One item. `action` is what was decided (`word`: in one word), or what is asked; `is_answer`: of who got
    the invoice back; `why` are the sentences of `explain`.

    `counted_as_check` marks an approval above the person's limit; `withdrawn_at` a decision that counts no
    more, with what was said of it (`withdrawal`), or who changed what it was about (`voided_by`), or had the
    invoice follow the scheme anew (`is_rerouted`). A group holds the
    step when `group_name` is filled; `channel` and `validation` belong to the first two kinds.
    `ended_with_invoice`: nobody was asked instead, for the invoice was cancelled.
    """

    kind: Kind
    at: datetime | None = None
    person_id: UUID | None = None
    person_name: str = ""
    for_person_id: UUID | None = None
    for_person_name: str = ""
    group_name: str = ""
    action: str = ""
    word: str = ""
    is_answer: bool = False
    counted_as_check: bool = False
    is_on_hold: bool = False
    remark: str = ""
    decision_id: UUID | None = None
    withdrawn_at: datetime | None = None
    withdrawal: str = ""
    voided_by: str = ""
    is_rerouted: bool = False
    ended_with_invoice: bool = False
    per_line: bool = False
    why: list[str] = field(default_factory=list)
    channel: str = ""
    validation: Validation | None = None
    assignment: Assignment | None = None

    @property
    def state(self) -> str:
        """`done`, `now` or `next`, as the page marks it."""
        return self.kind.value if self.kind in (Kind.NOW, Kind.NEXT) else "done"


def timeline(invoice: Invoice, *, today: date) -> list[Moment]:
    """The moments of an invoice in order, in a fixed number of queries; who may see it is asked before."""
    mine: dict[str, Any] = {"organisation_id": invoice.organisation_id, "invoice": invoice}
    tasks = list(Assignment.objects.filter(**mine).select_related("step").order_by("id"))
    made = Decision.objects.filter(**mine).select_related("step")
    decisions = {decision.assignment_id: decision for decision in made}
    coming = list(Step.objects.filter(**mine, state=Step.State.WAITING).order_by("position", "part"))
    names = _names(tasks, decisions.values(), coming)
    is_cancelled = invoice.state == Invoice.State.CANCELLED
    end = Cancellation.objects.filter(**mine).first() if is_cancelled else None
    return [
        *_arrival(invoice),
        *(
            _moment(task, decisions.get(task.id), names, today, end.cancelled_at if end else None)
            for task in tasks
        ),
        *(_next(step, names) for step in coming),
    ]


def _arrival(invoice: Invoice) -> Iterable[Moment]:
    document = invoice.document
    yield Moment(kind=Kind.RECEIVED, at=document.received_at, channel=document.channel)
    validations = Validation.objects.filter(organisation_id=invoice.organisation_id, document=document)
    validation = validations.order_by("-validated_at").first()
    if validation is not None:
        yield Moment(kind=Kind.VALIDATED, at=validation.validated_at, validation=validation)


def _moment(
    task: Assignment, decision: Decision | None, names: Names, today: date, cancelled_at: datetime | None
) -> Moment:
    if decision is not None:
        return _decided(task, decision, names)
    if task.ended_at is None:
        moment = _waiting(task, names, kind=Kind.NOW, at=task.opened_at)
        line = hold_line(task.on_hold_until, today)
        return replace(moment, why=[*moment.why, line], is_on_hold=task.is_on_hold(today)) if line else moment
    moment = _waiting(task, names, kind=Kind.HANDED_ON, at=task.ended_at)
    return replace(moment, ended_with_invoice=task.ended_at == cancelled_at)


def _decided(task: Assignment, decision: Decision, names: Names) -> Moment:
    approves = task.step.action == StepAction.APPROVE
    return Moment(
        kind=Kind.DECIDED,
        at=decision.decided_at,
        person_id=decision.person_id,
        person_name=names.get(decision.person_id, ""),
        for_person_id=decision.for_person_id,
        for_person_name=_name(names, decision.for_person_id),
        action=decision.action,
        word=decision.word,
        is_answer=task.step.is_answer,
        counted_as_check=approves and decision.action == Decision.Action.CHECK,
        remark=decision.remark,
        decision_id=decision.id,
        withdrawn_at=decision.withdrawn_at,
        withdrawal=decision.withdrawal,
        voided_by=_name(names, decision.voided_by_id),
        is_rerouted=task.step.reason == Step.REROUTED,
        why=explain(task.why, names),
        assignment=task,
    )


def _waiting(task: Assignment, names: Names, *, kind: Kind, at: datetime) -> Moment:
    return Moment(
        kind=kind,
        at=at,
        person_id=task.holder_id,
        person_name=_name(names, task.holder_id),
        for_person_id=task.for_person_id,
        for_person_name=_name(names, task.for_person_id),
        group_name=_name(names, task.group_id),
        action=task.step.action,
        is_answer=task.step.is_answer,
        why=explain(task.why, names),
        assignment=task,
    )


def _next(step: Step, names: Names) -> Moment:
    return Moment(
        kind=Kind.NEXT,
        person_id=step.person_id,
        person_name=_name(names, step.person_id),
        group_name=_name(names, step.group_id),
        action=step.action,
        is_answer=step.is_answer,
        per_line=step.per_line and step.person_id is None and step.group_id is None,
    )


def _names(tasks: list[Assignment], decisions: Iterable[Decision], coming: list[Step]) -> Names:
    """Everybody in the snapshots and in what comes; a group member decides under his own name."""
    people = {step.person_id for step in coming if step.person_id}
    people |= {who for each in decisions for who in (each.person_id, each.voided_by_id) if who}
    groups = Group.objects.filter(id__in={step.group_id for step in coming if step.group_id})
    return {
        **read_names(task.why for task in tasks),
        **names_of(people),
        **{group.id: group_name(group.name, group.default) for group in groups},
    }


def _name(names: Names, key: UUID | None) -> str:
    return names.get(key, "") if key else ""
