"""How many people stand towards many tasks of one organisation, read set by set (rules 3.5, 4.4, 4.5).

`policies.Standings` answers the same for one invoice.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from omloop.absences.lending import borrowed_in
from omloop.circulation.models import Assignment
from omloop.circulation.who.barred import asked_beside, checked_account, filled_eyes, voted
from omloop.circulation.who.policies import RIGHT_FOR, Standing, rights_of
from omloop.organisations.activity import active_people
from omloop.organisations.rights import Right
from omloop.people.humans import humans_of


class Crowd:
    """These people, towards these tasks of one organisation; a fixed number of queries."""

    def __init__(
        self, organisation_id: UUID, tasks: Sequence[Assignment], people: Collection[UUID], now: datetime
    ) -> None:
        self._active = active_people(organisation_id, people)
        self._rights = rights_of(organisation_id, people, now=now)
        self._borrowed = borrowed_in(organisation_id, people, now=now)
        steps = [task.step for task in tasks]
        barred = (
            filled_eyes(organisation_id, steps),
            checked_account(steps),
            voted(organisation_id, steps),
            asked_beside(organisation_id, steps),
        )
        humans = humans_of({person for each in barred for people in each.values() for person in people})
        self._barred = {
            step.id: {account for each in barred for person in each[step.id] for account in humans[person]}
            for step in steps
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
        return sorted(self._barred[task.step_id])
