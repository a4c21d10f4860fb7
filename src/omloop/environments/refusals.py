"""What can be refused about an environment, each named after its situation."""

from uuid import UUID


class NotAdministrator(PermissionError):
    """The person has a place in the environment, or none, and does not administer it."""

    def __init__(self, environment_id: UUID) -> None:
        super().__init__(f"only an administrator of environment {environment_id} may do this")
        self.environment_id = environment_id


class SignInRefused(ValueError):
    """Something about signing in by a provider can't be as asked (rules 1.9)."""


class NoProvider(SignInRefused):
    """The environment has no provider."""


class NotByProvider(SignInRefused):
    """Only a session that this provider opened shows that it lets people in."""


class LinkedToOther(SignInRefused):
    """The provider's account is linked to somebody else, or the person to another account there."""


class EnvironmentRefused(ValueError):
    """Something about an environment can't be as asked."""


class LastAdministrator(EnvironmentRefused):
    """An environment keeps at least one administrator (rules 1.5)."""


class OwnRole(EnvironmentRefused):
    """Nobody changes his own role; another administrator does (rules 1.11)."""


class NoPlace(EnvironmentRefused):
    """The person has no place in this environment, or not any more."""


class DomainTaken(EnvironmentRefused):
    """The mail domain belongs to an environment already."""


class DomainNotProven(EnvironmentRefused):
    """The administrator has no verified address in this domain, or the domain is shared by everybody."""


class PartnerRefused(EnvironmentRefused):
    """Something about partners can't be as asked (rules 1.8)."""


class NoSuchCode(PartnerRefused):
    """No environment has this partner code, or not any more."""


class OwnCode(PartnerRefused):
    """It is the code of the environment that asks."""


class AlreadyPartners(PartnerRefused):
    """Both are partners."""


class PartnershipAnswered(PartnerRefused):
    """Somebody answered the request, or it was withdrawn."""


class PartnershipOver(PartnerRefused):
    """Both are no partners, or not any more."""


class TooManyRequests(PartnerRefused):
    """The environment asked many others today."""
