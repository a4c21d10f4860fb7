"""The rule sets by profile, and which of them a document names."""

from dataclasses import dataclass
from functools import cache

from omloop.einvoice.rules import en16931
from omloop.einvoice.rules.binding import unused_elements
from omloop.einvoice.rules.rule import RuleBook

_GACCOUNT = "urn:fdc:nen.nl:gaccount:v1.0"
_NLCIUS = "urn:fdc:nen.nl:nlcius:v1.0"
_PEPPOL = "urn:fdc:peppol.eu:2017:poacc:billing:3.0"


PROFILES = ("en16931-ubl", "peppol-bis-3", "nlcius-ubl", "nlcius-gaccount-ubl")


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
    name = en16931.RULE_SET if profile == "en16931-ubl" else f"{en16931.RULE_SET}, part of {profile}"
    # The G-account extension uses what names the account: two ways to pay, each with its own amount.
    without = ("411", "453", "459") if profile == "nlcius-gaccount-ubl" else ()
    book = RuleBook(*en16931.PATTERNS, unused=(unused_elements(*without),))
    return RuleSet(profile, name, book, is_complete=profile == "en16931-ubl")
