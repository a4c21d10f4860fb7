"""Net, VAT and gross that fit: what is labelled so, and adds up; plain Python."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from omloop.recognition.labels import Field, Named
from omloop.recognition.rows import Value

HIGHEST_RATE = Decimal("0.28")
"""Of VAT, in any country of the Union (27 percent in Hungary), and a little."""
_CENT = Decimal("0.02")
"""By which what is rounded may not fit."""
FITS = 200
_LABELLED_ALIKE = 6
"""Candidates of one field that are tried."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An amount that may be it; `named` is None for one that is computed or has no label."""

    amount: Decimal
    value: Value | None
    named: Named | None = None

    @property
    def score(self) -> int:
        """How much its label says."""
        return self.named.score if self.named else 0


@dataclass(frozen=True, slots=True)
class Totals:
    """The three amounts, as far as they are found, and whether they fit."""

    parts: Mapping[Field, Candidate]
    fit: bool


def totals_of(named: Mapping[Field, Sequence[Named]], amounts: Sequence[Value], *, reverse: bool) -> Totals:
    """Of all that could be net, VAT and gross the three that fit best, else each by its label.

    `reverse`: the invoice says that VAT is reverse charged, so there is none on it.
    """
    fitting = [
        (net.score + vat.score + gross.score + FITS, place, (net, vat, gross))
        for place, (net, vat, gross) in enumerate(_triples(named, amounts, reverse))
        if _fit(net.amount, vat.amount, gross.amount)
    ]
    if fitting:
        _score, _place, found = max(fitting, key=lambda each: (each[0], -each[1]))
        return Totals(dict(zip((Field.WITHOUT_VAT, Field.VAT, Field.WITH_VAT), found, strict=True)), fit=True)
    best = {field: _candidates(named[field])[0] for field in named if named[field]}
    return Totals(best, fit=False)


def _triples(
    named: Mapping[Field, Sequence[Named]], amounts: Sequence[Value], reverse: bool
) -> Iterator[tuple[Candidate, Candidate, Candidate]]:
    """Labelled ones with each other, then a pair of them with what they leave."""
    net, vat, gross = (_candidates(named[f]) for f in (Field.WITHOUT_VAT, Field.VAT, Field.WITH_VAT))
    vat = [*vat, *_together(named[Field.VAT])]
    if reverse:
        vat = [*vat, Candidate(Decimal(0), None)]
    yield from product(net, vat, gross)
    for one, whole in product(net, gross):
        yield one, _standing(whole.amount - one.amount, amounts), whole
    for one, tax in product(net, vat):
        yield one, tax, _standing(one.amount + tax.amount, amounts)
    for tax, whole in product(vat, gross):
        yield _standing(whole.amount - tax.amount, amounts), tax, whole


def _candidates(named: Sequence[Named]) -> list[Candidate]:
    return [Candidate(abs(Decimal(each.value.plain)), each.value, each) for each in named[:_LABELLED_ALIKE]]


def _together(named: Sequence[Named]) -> list[Candidate]:
    """The VAT of several rates as one amount."""
    rows = {each.value.row: abs(Decimal(each.value.plain)) for each in named}
    return [Candidate(sum(rows.values(), Decimal(0)), None)] if len(rows) > 1 else []


def _standing(amount: Decimal, amounts: Sequence[Value]) -> Candidate:
    """An amount that must be, by the others, where it stands on the paper: at the foot first."""
    where = (value for value in reversed(amounts) if abs(Decimal(value.plain)) == amount)
    return Candidate(amount, next(where, None))


def _fit(net: Decimal, vat: Decimal, gross: Decimal) -> bool:
    adds_up = net + vat == gross
    return adds_up and gross > 0 and 0 <= vat <= net * HIGHEST_RATE + _CENT
