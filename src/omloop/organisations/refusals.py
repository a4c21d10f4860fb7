"""Why something about an organisation is refused, one error for each situation (rules 1.6, 1.7)."""

from django.core.exceptions import PermissionDenied


class MayNotAdd(PermissionDenied):
    """He may not add organisations to this environment."""


class NumberImpossible(ValueError):
    """A number that can't exist: its form or its check digits are wrong. `scheme` says which kind it is."""

    def __init__(self, scheme: str, number: str) -> None:
        super().__init__(f"{number!r} can't be a number of scheme {scheme}")
        self.scheme, self.number = scheme, number


class NumberThere(ValueError):
    """Another organisation of the environment has this number, or this one has another of its kind."""


class NumberUnknown(ValueError):
    """The organisation has no such number."""


class NotWaiting(ValueError):
    """The organisation does not wait for activation: it was not asked, or it is decided."""


class AlreadyAsked(ValueError):
    """The organisation is activated, or waits for it."""


class NumberTaken(ValueError):
    """Another organisation of this installation is activated or reachable with this number."""


class NotConfirmed(ValueError):
    """The organisation is not activated, or the number is not confirmed: nothing can be received on it."""


class SharesRefused(ValueError):
    """Parents of a company that can't be: the kinds below say why."""


class TooMuch(SharesRefused):
    """The shares are more than 100% together."""


class Circle(SharesRefused):
    """The company would own itself, directly or through others."""


class ParentTwice(SharesRefused):
    """The same parent stands there twice."""


class ParentElsewhere(SharesRefused):
    """The parent is no organisation of this environment."""


class WizardRefused(ValueError):
    """Two holdings and a joint company that can't be set up so; `field` says what to change."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
