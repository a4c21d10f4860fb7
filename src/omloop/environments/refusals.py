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
