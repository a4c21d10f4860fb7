"""Which steps of one invoice need different people: four eyes, a setting of the organisation (rules 3.5)."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db.models import Q

from omloop.circulation.models import Decision, Step, StepAction
from omloop.circulation.models.configuration import STILL, CirculationSettings, FourEyes

APART: Mapping[str, tuple[str, ...]] = {
    FourEyes.OFF: (),
    FourEyes.APPROVE: (StepAction.APPROVE.value,),
    FourEyes.ALL: (StepAction.CHECK.value, StepAction.APPROVE.value),
}
"""The actions of which no two on one invoice are by the same human."""
ANSWERS = (Decision.Action.CHECK, Decision.Action.APPROVE)
COMPLETES = (*ANSWERS, Decision.Action.CODE)
"""What ends a step as it was asked."""


def actions_apart(organisation_id: UUID) -> tuple[str, ...]:
    """The actions that need different people there."""
    return actions_apart_in([organisation_id])[organisation_id]


def actions_apart_in(organisation_ids: Collection[UUID]) -> dict[UUID, tuple[str, ...]]:
    """The same for several organisations, in one query."""
    rows = CirculationSettings.objects.filter(STILL, organisation_id__in=organisation_ids)
    said = dict(rows.values_list("organisation_id", "four_eyes"))
    return {place: APART[said.get(place, FourEyes.APPROVE)] for place in organisation_ids}


def is_apart(step: Step, actions: Collection[str]) -> bool:
    """Whether who did another such step may not do this one; answering what was sent back is none."""
    return step.action in actions and step.origin != Step.Origin.RETURN


def answered(actions: Collection[str]) -> Q:
    """The decisions that bar who took them, and for whom, from another such step.

    Also an approval that counted as a check because of a limit.
    """
    of_step = Q(step__action__in=actions) & ~Q(step__origin=Step.Origin.RETURN)
    return of_step & Q(action__in=ANSWERS, withdrawn_at=None)
