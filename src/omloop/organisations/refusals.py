"""Why something about an organisation, or about who may do what there, is refused (rules 1.3-1.7, 1.11)."""

from collections.abc import Collection
from uuid import UUID

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


class RightsRefused(Exception):
    """Nothing was changed."""


class LastAdministrator(RightsRefused, ValueError):
    """An environment or organisation must keep somebody who administers it (rules 1.5)."""

    def __init__(self, *place_ids: UUID) -> None:
        super().__init__("somebody must go on administering " + ", ".join(map(str, place_ids)))
        self.place_ids = place_ids


class OwnRights(RightsRefused, PermissionError):
    """Nobody changes his own rights; another administrator does (rules 1.11)."""


class NotAMember(RightsRefused, ValueError):
    """Rights and limits are given to members of the organisation."""


class IsDeactivated(RightsRefused, ValueError):
    """Who was deactivated gets no rights: he is made active first."""


class EndsInThePast(RightsRefused, ValueError):
    """A place that ends must end later than now."""


class DefaultGroupStays(RightsRefused, ValueError):
    """The groups that every organisation begins with can't be edited (rules 1.4)."""


class GroupNameTaken(RightsRefused, ValueError):
    """Another group of the organisation has this name."""


class GroupWithoutRights(RightsRefused, ValueError):
    """A group carries one right or more, and rights that Omloop knows."""


class GroupInUse(RightsRefused, ValueError):
    """People stand in the group, so it can't end."""

    def __init__(self, person_ids: Collection[UUID]) -> None:
        super().__init__(f"{len(person_ids)} people stand in this group")
        self.person_ids = tuple(person_ids)


class SeveralAdministrators(RightsRefused, ValueError):
    """Segregation of duties is switched off only where one person administers (rules 1.11)."""


class AdministratorThere(RightsRefused, ValueError):
    """The operator names an administrator only where none is left (rules 1.3)."""


class NobodyToDeactivate(RightsRefused, ValueError):
    """This person has no place in the environment, or is in that state already."""


class LastDayIsPast(RightsRefused, ValueError):
    """A last working day that is over: he can be deactivated at once (rules 4.9)."""


class NoLastDay(RightsRefused, ValueError):
    """No last working day is planned for this person, or somebody withdrew it meanwhile."""


class FromPartner(RightsRefused, ValueError):
    """A person of a partner becomes a member of each organisation by invitation, so he agrees (rules 1.8)."""
