"""Several tasks answered at once: each passes the gate by itself, and has a result of its own (rules 3.3)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from omloop.circulation.deciding.gate import decide
from omloop.circulation.deciding.task import Outcome
from omloop.circulation.models import Assignment
from omloop.circulation.refusals import AboveLimit, NotAPerson, Refusal
from omloop.circulation.who.asked_once import answer_asked
from omloop.invoices.queries import visible_to
from omloop.organisations.holding import hold
from omloop.organisations.members import Member

AT_ONCE = 100
"""Tasks in one go, so that nobody waits long for the invoices that this locks."""


@dataclass(frozen=True)
class Result:
    """What came of one task: an outcome, or why nothing was decided."""

    assignment: Assignment
    outcome: Outcome | None = None
    refusal: Refusal | None = None


def answer_each(assignment_ids: Collection[UUID], *, actor: Member, now: datetime) -> list[Result]:
    """Check or approve each of these tasks, whichever is asked; one that is refused hinders no other.

    Above somebody's limit an approval would only count as a check: that one is left, to be judged alone.
    In the order of the invoices, so that two who do this never wait for each other. Tasks of invoices
    that the actor can't see are passed over in silence.
    """
    wanted = list(dict.fromkeys(assignment_ids))[:AT_ONCE]
    seen = visible_to(actor).values("id")
    tasks = Assignment.objects.filter(id__in=wanted, invoice__in=seen).select_related("step", "invoice")
    found = list(tasks.order_by("organisation_id", "invoice_id"))
    hold({task.organisation_id for task in found})
    return [_answer(task, actor, now) for task in found]


def _answer(task: Assignment, actor: Member, now: datetime) -> Result:
    try:
        if actor.person_id is None:
            raise NotAPerson
        action = answer_asked(task, person_id=actor.person_id, now=now)
        with transaction.atomic():
            outcome = decide(assignment_id=task.id, action=action, actor=actor, now=now)
            if outcome.counted_as_check:
                raise AboveLimit
    except Refusal as refusal:
        return Result(task, refusal=refusal)
    return Result(task, outcome=outcome)
