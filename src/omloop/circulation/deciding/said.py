"""Who was first: what the loser of a race is told."""

from django.utils.translation import gettext as _

from omloop.circulation.models import Assignment, Decision
from omloop.circulation.refusals import AlreadyDecided
from omloop.people.models import names_of


def already_decided(assignment: Assignment) -> AlreadyDecided:
    """The error for a task that is over: says who did what, or that it went to somebody else."""
    decision = (
        Decision.objects.standing()
        .filter(organisation_id=assignment.organisation_id, assignment=assignment)
        .select_related("step")
        .first()
    )
    if decision is None:
        message = _("This task went to somebody else meanwhile; nothing of yours was recorded.")
        return AlreadyDecided(person_id=None, name="", action="", message=message)
    name = names_of({decision.person_id}).get(decision.person_id, "")
    return AlreadyDecided(
        person_id=decision.person_id,
        name=name,
        action=decision.action,
        message=_sentence(decision) % {"name": name},
    )


def _sentence(decision: Decision) -> str:
    if decision.action == Decision.Action.CHECK and decision.step.is_answer:
        return _("%(name)s already answered this invoice; nothing of yours was recorded.")
    return {
        "check": _("%(name)s already checked this invoice; nothing of yours was recorded."),
        "approve": _("%(name)s already approved this invoice; nothing of yours was recorded."),
        "return": _("%(name)s already returned this invoice; nothing of yours was recorded."),
        "reject": _("%(name)s already rejected this invoice; nothing of yours was recorded."),
        "code": _("%(name)s already coded this invoice; nothing of yours was recorded."),
        "forward": _("%(name)s already forwarded this invoice; nothing of yours was recorded."),
        "hold": _("%(name)s put this invoice on hold meanwhile; nothing of yours was recorded."),
        "release": _("%(name)s released this invoice meanwhile; open it again to decide."),
    }[decision.action]
