"""Who may not do a step, for another human must; asked of one step or of many (rules 2.9, 3.5, 3.9).

What the gate refuses, what routing passes over and what an absence passes on rest on these. Two places say
the same in SQL, for they ask it of all that is open: `barred_since` and `handover`; `transfers.judging` asks
it of what is to come too. They give accounts; the caller adds every other one of the same humans.
"""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from omloop.circulation.models import Assignment, Decision, Step, StepAction
from omloop.circulation.who.eyes import COMPLETES, actions_apart, answered, is_apart
from omloop.payees.queries import checkers_by_invoice
from omloop.recognition.queries import makers_of

ByStep = dict[UUID, set[UUID]]
"""People by step; a step that is not there bars nobody."""
Place = tuple[UUID, int]
"""An invoice, and a position on it: the parts of one step."""


def filled_eyes(organisation_id: UUID, steps: Sequence[Step]) -> ByStep:
    """By step that needs other eyes, who answered such a step of its invoice, or had it answered; and of one
    that approves, who made the invoice (rules 3.5). Three queries."""
    actions = actions_apart(organisation_id)
    apart = [step for step in steps if is_apart(step, actions)]
    answers = Decision.objects.filter(
        answered(actions),
        organisation_id=organisation_id,
        invoice_id__in=[step.invoice_id for step in apart],
    )
    of_invoice: dict[UUID, set[UUID]] = defaultdict(set)
    for invoice_id, *pair in answers.values_list("invoice_id", "person_id", "for_person_id"):
        of_invoice[invoice_id] |= set(filter(None, pair))
    makers = makers_of([step.invoice_id for step in apart if step.action == StepAction.APPROVE])
    found: ByStep = defaultdict(set)
    for step in apart:
        found[step.id] |= of_invoice[step.invoice_id]
        if step.action == StepAction.APPROVE:
            found[step.id] |= makers.get(step.invoice_id, set())
    return found


def checked_account(steps: Sequence[Step]) -> ByStep:
    """By step that approves, who had a part in the check of the invoice's bank account (rules 2.9)."""
    approving = [step for step in steps if step.action == StepAction.APPROVE]
    checkers = checkers_by_invoice([step.invoice_id for step in approving]) if approving else {}
    return defaultdict(set, {step.id: set(checkers.get(step.invoice_id, ())) for step in approving})


def voted(organisation_id: UUID, steps: Sequence[Step]) -> ByStep:
    """By step, who gave his vote in any part of it, and for whom: one human has one vote (rules 3.9)."""
    rows = Decision.objects.standing().filter(
        organisation_id=organisation_id,
        invoice_id__in={step.invoice_id for step in steps},
        action__in=COMPLETES,
    )
    there: dict[Place, set[UUID]] = defaultdict(set)
    for *place, person_id, named in rows.values_list(
        "invoice_id", "step__position", "person_id", "for_person_id"
    ):
        there[place[0], place[1]] |= {person_id, named} - {None}
    return defaultdict(set, {step.id: set(there[step.invoice_id, step.position]) for step in steps})


def asked_beside(organisation_id: UUID, steps: Sequence[Step]) -> ByStep:
    """By step, who is named by another part of it, or is asked there now: his vote is to come (rules 3.9)."""
    own = {"organisation_id": organisation_id, "invoice_id__in": {step.invoice_id for step in steps}}
    parts = Step.objects.filter(**own).exclude(state=Step.State.ENDED)
    tasks = Assignment.objects.filter(**own, ended_at=None)
    asked: ByStep = defaultdict(set)
    for step_id, *people in tasks.values_list("step_id", "holder_id", "for_person_id"):
        asked[step_id] |= set(filter(None, people))
    beside: dict[Place, list[UUID]] = defaultdict(list)
    for invoice_id, position, step_id, person_id in parts.values_list(
        "invoice_id", "position", "id", "person_id"
    ):
        beside[invoice_id, position].append(step_id)
        asked[step_id] |= {person_id} - {None}
    return {
        step.id: {
            person
            for other in beside[step.invoice_id, step.position]
            if other != step.id
            for person in asked[other]
        }
        for step in steps
    }
