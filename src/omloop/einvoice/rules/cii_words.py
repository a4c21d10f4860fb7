"""One meaning in two syntaxes: the words and terms of the rules that UBL and CII share, by id."""

import re
from functools import cache

from omloop.einvoice.findings import Flag
from omloop.einvoice.rules import en16931
from omloop.einvoice.rules.rule import Rule, Test

_DUTCH = re.compile(r" Vul c[ab]c:[^.]*\.")
_ENGLISH = re.compile(r" Fill in c[ab]c:[^.]*\.")


@cache
def _shared() -> dict[str, Rule]:
    return {
        rule.id: rule
        for pattern in en16931.PATTERNS
        for context in pattern.contexts
        for rule in context.rules
    }


def shared(rule: str, test: Test) -> Rule:
    """The rule of EN 16931 with this id, asked in CII by `test`; UBL's names of elements stay out."""
    meant = _shared()[rule]
    nl, en = _DUTCH.sub(" Vul het in.", meant.nl), _ENGLISH.sub(" Fill it in.", meant.en)
    return Rule(rule, test, meant.terms, nl, en, Flag.FATAL)


def shared_rules(**tests: Test) -> tuple[Rule, ...]:
    """Rules by id, written with `_` for `-`."""
    return tuple(shared(rule.replace("_", "-"), test) for rule, test in tests.items())
