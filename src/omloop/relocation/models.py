"""Rows about organisations on the move."""

from omloop.relocation.between.journal import Arrival, Departure, LeavingAgreement, Placeholder
from omloop.relocation.ending.models import Ending, EndingConsent
from omloop.relocation.moves.plans import Consent, MovePlan, Mover, Passenger, Successor

__all__ = [
    "Arrival",
    "Consent",
    "Departure",
    "Ending",
    "EndingConsent",
    "LeavingAgreement",
    "MovePlan",
    "Mover",
    "Passenger",
    "Placeholder",
    "Successor",
]
