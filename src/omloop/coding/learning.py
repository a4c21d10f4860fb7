"""What earlier invoices of a supplier say about the next one; pure (rules 3.2).

Two ways. *By line*: where the coding of earlier invoices is the sum of whole lines of the supplier, each text
has a place, and the next invoice is booked text by text. *In proportion*: else it is divided as the last was.
"""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from omloop.coding.attributing import attribute
from omloop.coding.dividing import NothingToDivideBy, divide, shares_behind

Row = TypeVar("Row")
# fmt: off
MONTHS = frozenset((
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober",
    "november", "december",
    "january", "february", "march", "may", "june", "july", "august", "october",
    "jan", "feb", "mrt", "apr", "jun", "jul", "aug", "sep", "sept", "okt", "oct", "nov", "dec", "week",
    "weken", "kwartaal", "quarter",
))
# fmt: on
"""Words that change from invoice to invoice of the same thing."""

EXAMPLES = 12
"""Earlier invoices of a supplier that are looked at."""
AS_ORDERED = "as ordered"
"""In a key, in the place of a cost unit that has the code of the order: the next invoice has its own."""
ENOUGH = 3
"""Different texts that went to one place, so that a new one is expected there too."""


@dataclass(frozen=True)
class Booked(Generic[Row]):
    """A line of a coding: `key` is where it is booked, `net` how much, `row` whatever holds it."""

    key: Hashable
    net: Decimal
    row: Row


@dataclass(frozen=True)
class Told:
    """A line of an invoice as the supplier wrote it."""

    text: str
    net: Decimal


@dataclass(frozen=True)
class Example(Generic[Row]):
    """An earlier invoice: its lines, how it was coded, and the order that it is about; `id` names it."""

    id: Hashable
    told: tuple[Told, ...]
    booked: tuple[Booked[Row], ...]
    order: str = ""

    @property
    def keys(self) -> frozenset[Hashable]:
        """Where it is booked."""
        return frozenset(each.key for each in self.booked)


@dataclass(frozen=True)
class Followed(Generic[Row]):
    """A proposal: each row with its amount; the newest example that it follows, how many in a row agree."""

    parts: tuple[tuple[Row, Decimal], ...]
    example: Hashable
    times: int
    by_line: bool


def follow(
    told: Sequence[Told], total: Decimal, order: str, examples: Sequence[Example[Row]]
) -> Followed[Row] | None:
    """How an invoice with these lines would be coded, by examples of its supplier, the newest first.

    None: they don't say, such as for a text that they never had where texts go to different places.
    """
    if not examples:
        return None
    alike = [each for each in examples if order and each.order == order] or list(examples)
    places = _places(alike)
    understood = {example for seen in places.values() for example, _ in seen}
    goes_by_line = chosen([each.id in understood for each in alike])
    if not told or not goes_by_line:
        return _in_proportion(total, alike)
    goes = {booked.key for seen in places.values() for _, booked in seen}
    if all(plain(each.text) in places for each in told):
        return _by_line(told, total, places)
    return _in_proportion(total, alike) if len(goes) == 1 and len(places) >= ENOUGH else None


def plain(text: str) -> str:
    """A text without what changes each time: numbers, signs, months."""
    words = re.sub(r"[\W\d_]+", " ", text).casefold().split()
    return " ".join(word for word in words if word not in MONTHS)


Places = Mapping[str, list[tuple[Hashable, Booked[Row]]]]
"""By text: the examples that had it, the newest first, each with where it was booked."""


def _places(examples: Sequence[Example[Row]]) -> dict[str, list[tuple[Hashable, Booked[Row]]]]:
    """Where each text went; older examples help to understand newer ones whose amounts are ambiguous."""
    found: dict[str, list[tuple[Hashable, Booked[Row]]]] = defaultdict(list)
    for example in reversed(examples):
        known = {text: [booked.key for _, booked in seen] for text, seen in found.items()}
        for text, booked in _read(example, known):
            found[text].insert(0, (example.id, booked))
    return found


def _read(
    example: Example[Row], known: Mapping[str, Sequence[Hashable]]
) -> Iterator[tuple[str, Booked[Row]]]:
    sums: dict[Hashable, Decimal] = defaultdict(Decimal)
    for each in example.booked:
        sums[each.key] += each.net
    texts = [plain(line.text) for line in example.told]
    hints = [known.get(text, [None])[0] for text in texts]
    first = {each.key: each for each in reversed(example.booked)}
    keys = attribute([line.net for line in example.told], sums, hints)
    for text, key in dict(zip(texts, keys, strict=True)).items() if keys else ():
        yield text, first[key]


def _by_line(told: Sequence[Told], total: Decimal, places: Places[Row]) -> Followed[Row] | None:
    sums: dict[Hashable, Decimal] = defaultdict(Decimal)
    rows: dict[Hashable, Booked[Row]] = {}
    times, newest = [], list[tuple[Hashable, Booked[Row]]]()
    for line in told:
        seen = places[plain(line.text)]
        key = chosen([booked.key for _, booked in seen])
        own = next(each for each in seen if each[1].key == key)
        sums[key] += line.net
        rows.setdefault(key, own[1])
        times.append(_run([booked.key for _, booked in seen], key))
        newest.append(own)
    amounts = _fitted(list(sums.values()), total)
    if amounts is None:
        return None
    parts = tuple((rows[key].row, net) for key, net in zip(sums, amounts, strict=True) if net)
    return Followed(parts, newest[0][0], min(times), by_line=True) if parts else None


def _in_proportion(total: Decimal, examples: Sequence[Example[Row]]) -> Followed[Row] | None:
    key = chosen([each.keys for each in examples])
    example = next(each for each in examples if each.keys == key)
    amounts = _fitted([each.net for each in example.booked], total)
    if amounts is None:
        return None
    parts = tuple((each.row, net) for each, net in zip(example.booked, amounts, strict=True))
    times = _run([each.keys for each in examples], key)
    return Followed(parts, example.id, times, by_line=False)


def chosen(seen: Sequence[Hashable]) -> Hashable:
    """Which of these to follow, the newest first: the newest, unless the two before it agree on another.

    One that differs from the two before it is an exception or a mistake; when it comes twice it is a change.
    """
    if len(seen) > 2 and seen[0] != seen[1] == seen[2]:
        return seen[1]
    return seen[0]


def _run(seen: Sequence[Hashable], key: Hashable) -> int:
    """How many in a row, from the newest that is followed."""
    start = seen.index(key)
    return next((n for n, each in enumerate(seen[start:]) if each != key), len(seen) - start)


def _fitted(amounts: list[Decimal], total: Decimal) -> list[Decimal] | None:
    """The amounts as they are where they are the total, else the total in their proportions."""
    if sum(amounts, Decimal(0)) == total:
        return amounts
    try:
        return divide(total, shares_behind(amounts))
    except NothingToDivideBy:
        return None
