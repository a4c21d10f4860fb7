"""Dividing an amount to the cent; pure."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


class NothingToDivideBy(ValueError):
    """The shares add up to nothing."""


def divide(amount: Decimal, shares: Sequence[Decimal]) -> list[Decimal]:
    """The amount in proportion to the shares, in their order, each rounded to the cent.

    Shares are percentages, parts, or amounts of an earlier division: only their proportions count. What
    rounding leaves goes to the largest line, of equals the first, so that the whole is the amount exactly
    (rules 3.8). Raises NothingToDivideBy.
    """
    whole = sum(shares, Decimal(0))
    if not whole:
        raise NothingToDivideBy
    parts = [(amount * share / whole).quantize(CENT, ROUND_HALF_UP) for share in shares]
    largest = max(range(len(parts)), key=lambda place: abs(shares[place]))
    parts[largest] += amount - sum(parts, Decimal(0))
    return parts
