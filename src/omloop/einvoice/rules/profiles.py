"""The rule sets by profile, and which of them a document names."""

from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import Final

from omloop.einvoice.rules.book import RuleBook

_GACCOUNT = "urn:fdc:nen.nl:gaccount:v1.0"
_NLCIUS = "urn:fdc:nen.nl:nlcius:v1.0"
_PEPPOL = "urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_MODULES: Final = {
    "en16931-ubl": ("en16931",),
    "peppol-bis-3": ("en16931", "peppol_rules"),
    "nlcius-ubl": ("en16931", "nlcius"),
    "en16931-cii": ("cii",),
    "nlcius-cii": ("cii", "nlcius_cii"),
    "nlcius-gaccount-ubl": ("en16931", "nlcius_gaccount"),
}
PROFILES = tuple(_MODULES)


class ProfileOfOtherSyntax(ValueError):
    """The rules of UBL say nothing of a CII document, nor the other way round."""

    def __init__(self, profile: str) -> None:
        super().__init__(f"The profile {profile} is of the other syntax than the document.")


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A profile with its rules; `name` says their releases, `is_complete` that no fatal one lacks."""

    profile: str
    name: str
    book: RuleBook
    is_complete: bool
    is_cii: bool


def rule_set_of(specification: str | None, *, is_cii: bool = False) -> RuleSet:
    """The rules that a specification identifier (BT-24, CustomizationID) asks for in this syntax."""
    named = specification or ""
    if is_cii:
        rules = rule_set("nlcius-cii" if _NLCIUS in named else "en16931-cii")
        # Peppol has no rules for CII since 3.0.21: what it asked of one before is not tried.
        return replace(rules, is_complete=_PEPPOL not in named)
    if _GACCOUNT in named:
        return rule_set("nlcius-gaccount-ubl")
    if _NLCIUS in named:
        return rule_set("nlcius-ubl")
    return rule_set("peppol-bis-3" if _PEPPOL in named else "en16931-ubl")


def chosen_rule_set(profile: str, *, is_cii: bool) -> RuleSet:
    """The rules of one of `PROFILES`; raises `ProfileOfOtherSyntax`, or `KeyError` when there is no such."""
    chosen = rule_set(profile)
    if chosen.is_cii != is_cii:
        raise ProfileOfOtherSyntax(profile)
    return chosen


@cache
def rule_set(profile: str) -> RuleSet:
    """The rules of one of `PROFILES`, loaded and put together once a process, when first asked for."""
    modules = [import_module(f"omloop.einvoice.rules.{name}") for name in _MODULES[profile]]
    patterns = tuple(pattern for module in modules for pattern in module.PATTERNS)
    is_cii = modules[0].IS_CII
    book = RuleBook(*patterns, unused={} if is_cii else modules[0].unused_elements(*modules[-1].USED))
    name = ", ".join(module.RULE_SET for module in modules)
    return RuleSet(profile, name, book, is_complete=True, is_cii=is_cii)
