"""The story: after this event, that step. Nothing goes on by itself that this table does not say."""

from collections.abc import Callable

from omloop.flow import steps

Step = Callable[..., None]

STORY: dict[str, Step] = {
    "document.received": steps.read,
    "document.read_again": steps.read,
    "invoice.read": steps.circulate,
    "invoice.let_pass": steps.circulate,
    "absence.set": steps.see_to,
    "absence.changed": steps.see_to,
    "absence.cancelled": steps.see_to,
    "absence.comes": steps.mail,
    "absence.began": steps.mail,
    "absence.ended": steps.mail,
    "absence.asked_about": steps.mail,
    "absence.extended": steps.mail,
    "rights.granted_while_away": steps.extend,
    "lending.asked": steps.mail,
    "lending.confirmed": steps.mail,
    "lending.declined": steps.mail,
    "step.taken_back": steps.mail,
    "join.asked": steps.mail,
    "join.accepted": steps.mail,
    "join.declined": steps.mail,
    "invitation.made": steps.mail,
    "invitation.sent_again": steps.mail,
    "partnership.asked": steps.mail,
    "partnership.accepted": steps.mail,
    "partnership.declined": steps.mail,
    "partnership.ended": steps.mail,
    "authorisation.received": steps.mail,
    "authorisation.accepted": steps.mail,
    "authorisation.declined": steps.mail,
    "environment.role_changed": steps.mail,
    "environment.role_ended": steps.mail,
    "move.asked": steps.mail,
    "move.declined": steps.mail,
    "move.withdrawn": steps.mail,
    "move.expired": steps.mail,
    "move.stopped": steps.mail,
    "move.checked": steps.mail,
    "move.unequal": steps.mail,
    "transfer.made": steps.mail,
    "ending.asked": steps.mail,
    "ending.agreed": steps.mail,
    "ending.called_off": steps.mail,
    "ending.reminded": steps.mail,
    "ending.deleted": steps.mail,
}
