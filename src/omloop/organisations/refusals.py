"""Why a change of who may do what was refused (rules 1.3-1.5, 1.11)."""

from collections.abc import Collection
from uuid import UUID


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
