"""Drawing a sample that anybody can draw again: the same seed and population give the same (rules 7.8)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from uuid import UUID


@dataclass(frozen=True)
class Item:
    """What can be drawn, and what it weighs: its amount without sign, in the organisation's currency.

    None: it can't be weighed.
    """

    id: UUID
    amount: Decimal | None


def draw_evenly(items: Iterable[Item], count: int, seed: str) -> list[UUID]:
    """`count` items, each with the same chance: those with the smallest SHA-256 of seed and id.

    What is added to the population later moves only what it pushes out.
    """
    return sorted((item.id for item in items), key=lambda each: _ticket(seed, each))[:count]


def draw_by_amount(items: Iterable[Item], count: int, seed: str) -> list[UUID]:
    """At most `count` items, each euro with the same chance: monetary unit sampling, as auditors do.

    Systematic: the amounts stand in a row in an order that the seed decides, every interval (total divided
    by count) from a start that it decides too takes the item it falls in. What is as large as an interval
    is always drawn, and once. Items that can't be weighed, and those of nothing, are never drawn.
    """
    weighed = [(item.id, _cents(item.amount)) for item in items if item.amount]
    weighed = sorted(((each, cents) for each, cents in weighed if cents), key=lambda w: _ticket(seed, w[0]))
    total = sum(cents for _each, cents in weighed)
    if count < 1 or not total:
        return []
    return list(dict.fromkeys(_fall(weighed, _points(total, count, seed))))


def _points(total: int, count: int, seed: str) -> list[int]:
    """The cents that are drawn, `total / count` apart, from a start in the first interval."""
    start = int.from_bytes(sha256(f"{seed} start".encode()).digest()) % total
    return [(start + place * total) // count for place in range(count)]


def _fall(weighed: Sequence[tuple[UUID, int]], points: Sequence[int]) -> Iterable[UUID]:
    end, waiting = 0, list(reversed(points))
    for each, cents in weighed:
        end += cents
        while waiting and waiting[-1] < end:
            waiting.pop()
            yield each


def _cents(amount: Decimal) -> int:
    return int(abs(amount).scaleb(2))


def _ticket(seed: str, each: UUID) -> bytes:
    return sha256(f"{seed} {each}".encode()).digest()
