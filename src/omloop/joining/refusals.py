"""What can be refused to who comes in, each named after its situation."""


class JoiningRefused(ValueError):
    """It can't be done as asked; nothing has changed."""


class NotOfThisDomain(JoiningRefused):
    """The person has no verified address in a domain of the environment."""


class AlreadyIn(JoiningRefused):
    """The person has a place in the environment."""


class RequestAnswered(JoiningRefused):
    """Somebody answered the request, or it was withdrawn."""


class InvitationUsed(JoiningRefused):
    """The invitation was accepted before: it is usable once."""


class InvitationWithdrawn(JoiningRefused):
    """Whoever invited took it back."""


class InvitationExpired(JoiningRefused):
    """Its days are over."""


class InvitationOfAnother(JoiningRefused):
    """It is for an address that this account has not verified."""


class InviterMayNot(JoiningRefused):
    """Whoever invited may not do so any more, or invited himself."""


class NoGroups(JoiningRefused):
    """An invitation to an organisation names groups of that organisation."""


class NotOfPartner(JoiningRefused):
    """Who accepts has no place at the partner that the invitation names, or not any more (rules 1.8)."""


class AlreadyMember(JoiningRefused):
    """He is a member of the organisation already, and not by this partnership."""


class TooManyInvitations(JoiningRefused):
    """The environment mailed many today, or this address less than an hour ago."""
