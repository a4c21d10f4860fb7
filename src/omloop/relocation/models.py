"""Rows about organisations on the move."""

from omloop.relocation.journal import Arrival, Departure, LeavingAgreement, Placeholder
from omloop.relocation.plans import Consent, MovePlan, Mover, Passenger, Successor

__all__ = [
    "Arrival",
    "Consent",
    "Departure",
    "LeavingAgreement",
    "MovePlan",
    "Mover",
    "Passenger",
    "Placeholder",
    "Successor",
]
