"""The kinds of numbers that organisations have, and whether one can exist (rules 1.7)."""

from collections.abc import Callable

from omloop.kernel import identifiers
from omloop.organisations.network import Identifier
from omloop.organisations.refusals import NumberImpossible

CAN_EXIST: dict[str, Callable[[str], bool]] = {
    Identifier.Scheme.KVK: identifiers.is_kvk_number,
    Identifier.Scheme.VAT: identifiers.is_dutch_vat_number,
    Identifier.Scheme.OIN: identifiers.is_oin,
    Identifier.Scheme.GLN: identifiers.is_gln,
}
"""KvK and OIN by their form, VAT and GLN by their check digits too."""


def compact(scheme: str, typed: str) -> str:
    """The number without spaces, dots and dashes; raises NumberImpossible when it can't exist."""
    if not CAN_EXIST[scheme](typed):
        raise NumberImpossible(scheme, typed)
    return identifiers.compact(typed)
