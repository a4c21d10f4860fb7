"""Dividing an amount to the cent; pure."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
PARTS, PERCENTS = (3, 6, 7, 8, 9, 11, 12), (20, 100, 1_000, 10_000)
"""Into how many parts people divide a whole, and as finely as percentages are: in fives, ones, tenths …"""


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


def shares_behind(amounts: Sequence[Decimal]) -> list[Decimal]:
    """The simplest shares that divide the sum of these amounts so, to the cent; else the amounts themselves.

    Parts, or percentages of at most two decimals. A small invoice tells its shares only roughly: in
    proportion to its cents a large one would be off by some.
    """
    whole = sum(amounts, Decimal(0))
    for parts in (*PERCENTS[:2], *PARTS, *PERCENTS[2:]) if whole else ():
        shares = [(amount * parts / whole).quantize(Decimal(1), ROUND_HALF_UP) for amount in amounts]
        if sum(shares) == parts and divide(whole, shares) == list(amounts):
            return [share * 100 / parts for share in shares] if parts in PERCENTS else shares
    return list(amounts)
