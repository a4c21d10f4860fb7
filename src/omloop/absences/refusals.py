"""Why an absence is refused, one error for each situation (rules 4.1, 4.6)."""

from uuid import UUID

from django.core.exceptions import PermissionDenied

from omloop.absences.models import AbsenceCover
from omloop.organisations.models import Organisation


class NotAllowed(PermissionDenied):
    """He may not set this person's absence in any organisation, or not there."""


class AbsenceRefused(ValueError):
    """An absence that can't be: the kinds below say why."""


class EmptyPeriod(AbsenceRefused):
    """The last day comes before the first."""


class BeginsInThePast(AbsenceRefused):
    """A new first day lies before today: what was routed stays as it is."""


class AbsenceIsOver(AbsenceRefused):
    """The last day has passed: the absence is history."""


class AbsenceGone(AbsenceRefused):
    """Somebody cancelled it meanwhile."""


class OwnSubstitute(AbsenceRefused):
    """Nobody stands in for himself."""


class SubstituteUnfit(AbsenceRefused):
    """The substitute is deactivated, or no part of the organisation or its environment."""

    def __init__(self, organisation: Organisation, substitute_id: UUID) -> None:
        super().__init__(f"{substitute_id} can't stand in at {organisation.name}")
        self.organisation, self.substitute_id = organisation, substitute_id


class OverlappingAbsence(AbsenceRefused):
    """He is already away on one of these days; `other` is the cover that says so, if it is still there."""

    def __init__(self, other: AbsenceCover | None) -> None:
        super().__init__("two absences of a person may not overlap")
        self.other = other


class EndMissing(AbsenceRefused):
    """For himself one says until when; only who sets it for another leaves the end open (rules 4.8)."""


class NothingToLend(ValueError):
    """Nothing is asked there, or it was answered, or the absence is over."""


class NotAThird(PermissionDenied):
    """Lent rights are confirmed by somebody else who manages members (rules 4.5)."""
