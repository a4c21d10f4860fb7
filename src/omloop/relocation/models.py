"""Rows about organisations on the move."""

from omloop.relocation.journal import Arrival, Departure, LeavingAgreement, Placeholder

__all__ = ["Arrival", "Departure", "LeavingAgreement", "Placeholder"]
