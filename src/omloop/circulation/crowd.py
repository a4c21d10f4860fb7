"""How many people stand towards many tasks of one organisation, read set by set (rules 3.5, 4.4, 4.5).

`policies.Standings` answers the same for one invoice.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from omloop.absences.lending import borrowed_in
from omloop.circulation.eyes import actions_apart, answered, is_apart
from omloop.circulation.models import Assignment, Decision, Step, StepAction
from omloop.circulation.policies import RIGHT_FOR, Standing, rights_of
from omloop.organisations.activity import active_people
from omloop.organisations.rights import Right
from omloop.payees.queries import checkers_by_invoice
from omloop.people.humans import humans_of
from omloop.recognition.queries import makers_of


class Crowd:
    """These people, towards these tasks of one organisation; a fixed number of queries."""

    def __init__(
        self, organisation_id: UUID, tasks: Sequence[Assignment], people: Collection[UUID], now: datetime
    ) -> None:
        self._active = active_people(organisation_id, people)
        self._rights = rights_of(organisation_id, people, now=now)
        self._borrowed = borrowed_in(organisation_id, people, now=now)
        barred = _answered(organisation_id, tasks), _asked_beside(organisation_id, tasks), _checked(tasks)
        humans = humans_of({person for each in barred for people in each.values() for person in people})
        self._barred = {
            task.id: {account for each in barred for person in each[task.id] for account in humans[person]}
            for task in tasks
        }

    def is_active(self, person_id: UUID) -> bool:
        """Whether he acts in the organisation."""
        return person_id in self._active

    def standing(self, task: Assignment, person_id: UUID) -> Standing:
        """How he stands towards the step of this task, by his own rights."""
        return self._judge(task, person_id, self._rights.get(person_id, set()))

    def may_act_for(self, task: Assignment, person_id: UUID, named_id: UUID) -> bool:
        """Whether he may do the step for the person it names, by rights that this one lends him."""
        lent = set(self._borrowed.get((person_id, named_id), {})) & self._rights.get(named_id, set())
        rights = self._rights.get(person_id, set()) | lent
        return self._judge(task, person_id, rights) == Standing.ENTITLED

    def _judge(self, task: Assignment, person_id: UUID, rights: Collection[str]) -> Standing:
        if person_id not in self._active:
            return Standing.INACTIVE
        if person_id in self.barred(task):
            return Standing.BARRED
        if RIGHT_FOR[task.step.action] not in rights:
            return Standing.RIGHT_MISSING
        if task.confidential and Right.VIEW_CONFIDENTIAL not in rights:
            return Standing.NOT_CONFIDENTIAL
        return Standing.ENTITLED

    def barred(self, task: Assignment) -> list[UUID]:
        """Who may not do the step: another pair of eyes must look, or he has a vote in it already."""
        return sorted(self._barred[task.id])


def _answered(organisation_id: UUID, tasks: Sequence[Assignment]) -> dict[UUID, set[UUID]]:
    """By task that needs other eyes, who answered such a step of its invoice, had it answered, or made it."""
    actions = actions_apart(organisation_id)
    apart = [task for task in tasks if is_apart(task.step, actions)]
    answers = Decision.objects.filter(
        answered(actions),
        organisation_id=organisation_id,
        invoice_id__in=[task.invoice_id for task in apart],
    )
    found: dict[UUID, set[UUID]] = defaultdict(set)
    of_invoice: dict[UUID, set[UUID]] = defaultdict(set)
    for invoice_id, *pair in answers.values_list("invoice_id", "person_id", "for_person_id"):
        of_invoice[invoice_id] |= set(filter(None, pair))
    makers = makers_of([task.invoice_id for task in apart if task.step.action == StepAction.APPROVE])
    for task in apart:
        found[task.id] |= of_invoice[task.invoice_id]
        if task.step.action == StepAction.APPROVE:
            found[task.id] |= makers.get(task.invoice_id, set())
    return found


def _checked(tasks: Sequence[Assignment]) -> dict[UUID, set[UUID]]:
    """By task that approves, who checked the bank account of its invoice (rules 2.9)."""
    approves = [task for task in tasks if task.step.action == StepAction.APPROVE]
    checkers = checkers_by_invoice([task.invoice_id for task in approves])
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for task in approves:
        found[task.id] |= checkers.get(task.invoice_id, set())
    return found


def _asked_beside(organisation_id: UUID, tasks: Sequence[Assignment]) -> dict[UUID, set[UUID]]:
    """By task, who is or was asked by another part of its step: one human, one vote (rules 3.9)."""
    parts = Step.objects.filter(
        organisation_id=organisation_id, invoice_id__in=[task.invoice_id for task in tasks]
    ).exclude(state=Step.State.ENDED)
    rows = list(parts.values_list("invoice_id", "position", "id", "person_id", "assignments__holder_id"))
    found: dict[UUID, set[UUID]] = defaultdict(set)
    beside: dict[tuple[UUID, int], list[tuple[UUID, Iterable[UUID | None]]]] = defaultdict(list)
    for invoice_id, position, step_id, *people in rows:
        beside[invoice_id, position].append((step_id, people))
    for task in tasks:
        for step_id, people in beside[task.invoice_id, task.step.position]:
            if step_id != task.step_id:
                found[task.id] |= set(filter(None, people))
    return found
