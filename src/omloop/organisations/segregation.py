"""Segregation of duties: which rights should not be in one hand (rules 1.11)."""

from collections.abc import Collection

from omloop.organisations.rights import Right

RISKY: tuple[tuple[str, str], ...] = (
    (Right.APPROVE, Right.BOOK),
    (Right.APPROVE, Right.MANAGE_MEMBERS),
    (Right.APPROVE, Right.MANAGE_SCHEMES),
)
"""Who approves should not book, and not decide who approves: members, limits (with members) or schemes."""


def risky_combinations(rights: Collection[str]) -> list[tuple[str, str]]:
    """The pairs among these rights of one person that should not be in one hand."""
    return [pair for pair in RISKY if set(pair) <= set(rights)]
