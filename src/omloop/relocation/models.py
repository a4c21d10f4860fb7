"""Rows about organisations on the move."""

from omloop.relocation.plans import Consent, MovePlan, Mover, Passenger, Successor

__all__ = ["Consent", "MovePlan", "Mover", "Passenger", "Successor"]
