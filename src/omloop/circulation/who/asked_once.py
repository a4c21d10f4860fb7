"""A person whom two steps in a row name is asked once, and both are recorded (rules 3.5)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from omloop.absences.lending import borrowed_in
from omloop.circulation.models import Assignment, Step, StepAction
from omloop.circulation.who.barred import checked_account, filled_eyes
from omloop.circulation.who.eyes import actions_apart_in
from omloop.circulation.who.policies import rights_of
from omloop.organisations.rights import Right
from omloop.people.humans import humans_of

COMING = (Step.State.OPEN, Step.State.WAITING)


def answer_asked(task: Assignment, *, person_id: UUID, now: datetime) -> str:
    """The answer that a task asks of this person, who has it; see `answers_asked`."""
    return answers_asked([(task.step, task.for_person_id)], person_id=person_id, now=now)[task.step_id]


def answers_asked(
    tasks: Collection[tuple[Step, UUID | None]], *, person_id: UUID, now: datetime
) -> dict[UUID, str]:
    """By step, the answer that tasks ask of who has them: what the step asks, or to approve at once where the
    next step asks that of the same person. Each task is a step, and for whom he has it (None: himself).

    Only of who may approve, by his own right or by one that is lent to him: what the steps ask of whom he
    stands in for, he may not always do. Nor of whom that step would pass over, for he made the invoice, say.
    In two queries and a fixed number an organisation, however many tasks.
    """
    answers = {step.id: str(step.action) for step, _named in tasks}
    following = _approved_next([step for step, _named in tasks])
    for place in {step.organisation_id for step in following.values()}:
        asked = [
            (step, named) for step, named in tasks if step.id in following and step.organisation_id == place
        ]
        people = {person_id, *(named for _step, named in asked if named)}
        able = _able(place, person_id, {named for _step, named in asked}, now)
        barred = _barred(place, [following[step.id] for step, _named in asked])
        humans = humans_of(people)
        answers |= {
            step.id: StepAction.APPROVE.value
            for step, named in asked
            if named in able
            and not barred[following[step.id].id] & (humans[person_id] | humans[named or person_id])
        }
    return answers


def _barred(place: UUID, steps: Sequence[Step]) -> dict[UUID, set[UUID]]:
    """By step that approves, who may not, for another human must."""
    filled, checked = filled_eyes(place, steps), checked_account(steps)
    return {step.id: filled[step.id] | checked[step.id] for step in steps}


def _approved_next(steps: Collection[Step]) -> dict[UUID, Step]:
    """By those that check, the next step where that asks the same person, named here too, to approve.

    Not while others are asked at the same time: the next step opens when all have answered. Nor where a
    check and an approval need different people.
    """
    checks = [each for each in steps if each.action == StepAction.CHECK and each.person_id is not None]
    apart = actions_apart_in({each.organisation_id for each in checks}) if checks else {}
    checks = [each for each in checks if StepAction.CHECK not in apart[each.organisation_id]]
    if not checks:
        return {}
    coming: dict[UUID, list[Step]] = defaultdict(list)
    rows = Step.objects.filter(
        organisation_id__in=apart, invoice_id__in={each.invoice_id for each in checks}, state__in=COMING
    )
    for part in rows.order_by("position"):
        coming[part.invoice_id].append(part)
    found = {each.id: _following(each, coming[each.invoice_id]) for each in checks}
    return {step_id: step for step_id, step in found.items() if step}


def _following(step: Step, coming: list[Step]) -> Step | None:
    upcoming = [part for part in coming if part.id != step.id]
    parts = [part for part in upcoming if part.position == upcoming[0].position != step.position]
    return next(
        (part for part in parts if part.action == StepAction.APPROVE and name_the_same(step, part)), None
    )


def _able(
    place: UUID, person_id: UUID, named: Collection[UUID | None], now: datetime
) -> Collection[UUID | None]:
    """For whom of these (None: for himself) this person may approve there."""
    held = rights_of(place, {person_id, *(each for each in named if each)}, now=now)
    if Right.APPROVE in held.get(person_id, ()):
        return named
    lent = borrowed_in(place, [person_id], now=now)
    return {
        each
        for each in named
        if each and Right.APPROVE in lent.get((person_id, each), {}) and Right.APPROVE in held.get(each, ())
    }


def name_the_same(step: Step, following: Step) -> bool:
    """Whether two steps of the scheme name the same person."""
    from_scheme = step.origin == following.origin == Step.Origin.SCHEME
    return from_scheme and step.person_id is not None and step.person_id == following.person_id
