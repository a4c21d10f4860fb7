"""A person whom two steps in a row name is asked once, and both are recorded (rules 3.5)."""

from omloop.circulation.eyes import actions_apart
from omloop.circulation.models import Step, StepAction


def approves_next_too(step: Step) -> bool:
    """Whether the next step asks the same person, named here to check, to approve: he is asked once.

    Not while others are asked at the same time: the next step opens when all have answered. Nor where a
    check and an approval need different people.
    """
    if step.action != StepAction.CHECK or StepAction.CHECK in actions_apart(step.organisation_id):
        return False
    following = Step.objects.filter(
        organisation_id=step.organisation_id,
        invoice_id=step.invoice_id,
        state__in=[Step.State.OPEN, Step.State.WAITING],
    )
    upcoming = list(following.exclude(id=step.id).order_by("position"))
    return any(
        part.action == StepAction.APPROVE and name_the_same(step, part)
        for part in upcoming
        if part.position == upcoming[0].position != step.position
    )


def name_the_same(step: Step, following: Step) -> bool:
    """Whether two steps of the scheme name the same person."""
    from_scheme = step.origin == following.origin == Step.Origin.SCHEME
    return from_scheme and step.person_id is not None and step.person_id == following.person_id
