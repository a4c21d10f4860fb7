"""What was refused, in words: what happened, why, and what to do next (rules 7.6)."""

from django.utils.translation import gettext as _

from omloop.environments import refusals as environments
from omloop.joining import refusals
from omloop.organisations import refusals as organisations


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
        case refusals.JoiningRefused():
            return _about_coming_in(refused)
    return _about_partners(refused)


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
        case refusals.NotOfPartner():
            return _(
                "This is for people of the partner, and this account has no place there, or not any more."
            )
        case refusals.AlreadyMember():
            return _(
                "This person is a member of the organisation already, and not by this partner. Whoever "
                "manages its members can change the groups."
            )
    raise refused


def _about_partners(refused: Exception) -> str:
    match refused:
        case environments.NoSuchCode():
            return _(
                "No environment has this code. It may have been renewed: ask the other side to read it "
                "out again."
            )
        case environments.OwnCode():
            return _("This is the code of this environment itself. Type the code of the other one.")
        case environments.AlreadyPartners():
            return _("You are partners already.")
        case environments.PartnershipAnswered():
            return _("Somebody answered this request already, or it was withdrawn. Nothing has changed.")
        case environments.PartnershipOver():
            return _("There is no partnership any more, so nothing has changed.")
        case environments.TooManyRequests():
            return _("Not sent: the environment asked many others today. Try again tomorrow.")
        case organisations.LastAdministrator():
            return _(
                "Nothing has changed: an organisation here or at a partner would have no administrator left. "
                "Let it name another one first."
            )
        case organisations.RightsRefused():
            return _("Nothing has changed: this person was deactivated, or the rights changed meanwhile.")
    raise refused
