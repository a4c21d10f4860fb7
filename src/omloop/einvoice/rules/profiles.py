"""The rule sets by profile, and which of them a document names."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from omloop.einvoice.rules import en16931, nlcius, nlcius_gaccount, peppol_rules
from omloop.einvoice.rules.binding import unused_elements
from omloop.einvoice.rules.rule import Pattern, RuleBook

_GACCOUNT = "urn:fdc:nen.nl:gaccount:v1.0"
_NLCIUS = "urn:fdc:nen.nl:nlcius:v1.0"
_PEPPOL = "urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_UBL: Final[dict[str, tuple[tuple[str, ...], tuple[Pattern, ...]]]] = {
    "en16931-ubl": ((), ()),
    "peppol-bis-3": ((peppol_rules.RULE_SET,), peppol_rules.PATTERNS),
    "nlcius-ubl": ((nlcius.RULE_SET,), nlcius.NLCIUS),
    "nlcius-gaccount-ubl": ((nlcius.RULE_SET, nlcius_gaccount.RULE_SET), nlcius_gaccount.GACCOUNT),
}
PROFILES = tuple(_UBL)


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A profile with its rules; `name` says their releases, `is_complete` that no fatal one lacks."""

    profile: str
    name: str
    book: RuleBook
    is_complete: bool


def rule_set_of(specification: str | None) -> RuleSet:
    """The rules that a specification identifier (BT-24, CustomizationID) asks for."""
    named = specification or ""
    if _GACCOUNT in named:
        return rule_set("nlcius-gaccount-ubl")
    if _NLCIUS in named:
        return rule_set("nlcius-ubl")
    return rule_set("peppol-bis-3" if _PEPPOL in named else "en16931-ubl")


@cache
def rule_set(profile: str) -> RuleSet:
    """The rules of one of `PROFILES`, put together once a process, when first asked for."""
    releases, patterns = _UBL[profile]
    # The G-account extension uses what names the account: two ways to pay, each with its own amount.
    without = ("411", "453", "459") if profile == "nlcius-gaccount-ubl" else ()
    book = RuleBook(*en16931.PATTERNS, *patterns, unused=(unused_elements(*without),))
    return RuleSet(profile, ", ".join((en16931.RULE_SET, *releases)), book, is_complete=True)
