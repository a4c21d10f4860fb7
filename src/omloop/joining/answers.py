"""What was refused, in words: what happened, why, and what to do next (rules 7.6)."""

from django.utils.translation import gettext as _

from omloop.environments import refusals as environments
from omloop.joining import refusals


def sentence_for(refused: Exception) -> str:
    """The sentence that a page says."""
    match refused:
        case environments.LastAdministrator():
            return _(
                "Nothing has changed: this is the last administrator, and an environment keeps one. "
                "Make somebody else an administrator first."
            )
        case environments.OwnRole():
            return _("Nobody changes his own role. Ask another administrator.")
        case environments.NoPlace():
            return _("This person has no place in the environment any more, so nothing has changed.")
        case environments.DomainTaken():
            return _(
                "Another environment has this domain. A domain belongs to one environment at a time: "
                "there it has to be removed first."
            )
        case environments.DomainNotProven():
            return _("You have no verified address in this domain. Add one to your account first.")
    return _about_coming_in(refused)


def _about_coming_in(refused: Exception) -> str:
    match refused:
        case refusals.RequestAnswered():
            return _("Somebody answered this request already, or it was withdrawn. Nothing has changed.")
        case refusals.InvitationUsed():
            return _("This invitation was used already. It works once.")
        case refusals.InvitationWithdrawn():
            return _("This invitation was withdrawn.")
        case refusals.InvitationExpired():
            return _("This invitation has expired.")
        case refusals.InvitationOfAnother():
            return _("This invitation is for another address than those of your account.")
        case refusals.InviterMayNot():
            return _("Whoever invited you may not give this any more. Ask for a new invitation.")
        case refusals.TooManyInvitations():
            return _(
                "Not sent: this address got a mail less than an hour ago, or the environment sent "
                "a hundred today. Try again later."
            )
        case refusals.NoGroups():
            return _("The chosen organisation does not have one of these groups. Choose again.")
    raise refused
