"""Rules of which many are alike, with the sentences they share. Names in `nl` come with their article."""

import re

from omloop.einvoice.rules.rule import Rule, Test
from omloop.einvoice.rules.xpath import at_most_one, filled, has, has_cents

_PREDICATE = re.compile(r"\[.*?\]")
_NAME = re.compile(r"@?[\w:]+")


def names_in(path: str) -> tuple[str, ...]:
    """The names of a path, those of attributes with an `@`: what a rule about it is about (`Rule.about`)."""
    return tuple(_NAME.findall(_PREDICATE.sub("", path)))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _term(terms: tuple[str, ...]) -> str:
    return f" ({', '.join(terms)})" if terms else ""


def demand(rule: str, test: Test, where: str, terms: tuple[str, ...], nl: str, en: str) -> Rule:
    """Something must be there; `where` names the element to fill in."""
    return Rule(
        rule,
        test,
        terms,
        f"{_capital(nl)}{_term(terms)} ontbreekt. Vul {where} in.",
        f"{_capital(en)}{_term(terms)} is missing. Fill in {where}.",
    )


def must_have(rule: str, path: str, term: str, nl: str, en: str) -> Rule:
    """The element at `path` must be there, be it empty."""
    return demand(rule, has(path), path, (term,), nl, en)


def must_fill(rule: str, path: str, term: str, nl: str, en: str) -> Rule:
    """The element at `path` must be there and say something."""
    return demand(rule, filled(path), path, (term,), nl, en)


def must_be_cents(rule: str, path: str, term: str, nl: str, en: str) -> Rule:
    """The amount at `path` has two decimals at most."""
    return Rule(
        rule,
        has_cents(path),
        (term,),
        f"{_capital(nl)} ({term}) heeft meer dan twee decimalen. Rond {path} af op centen.",
        f"{_capital(en)} ({term}) has more than two decimals. Round {path} to cents.",
    )


def must_be_single(rule: str, path: str, nl: str, en: str, *terms: str, test: Test | None = None) -> Rule:
    """The element at `path` may be there once at most."""
    return Rule(
        rule,
        test or at_most_one(path),
        terms,
        f"{_capital(nl)}{_term(terms)} staat er meer dan eens. Laat één {path} staan.",
        f"{_capital(en)}{_term(terms)} is there more than once. Keep one {path}.",
        about=names_in(path),
    )
