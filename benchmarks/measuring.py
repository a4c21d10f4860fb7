"""Measuring ours and what stands beside it in turns, so that a busy moment hits both."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

Work = Callable[[], object]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One line of the table: what was done, how long one took with us and beside us, in seconds.

    `faster` says how many times faster ours is than `beside`; a target asks at least that.
    """

    what: str
    ours: float
    against: str
    beside: float
    target: float | None = None

    @property
    def faster(self) -> float:
        """Speed of ours as a part of the speed of the other: 0.5 is half as fast."""
        return self.beside / self.ours

    @property
    def verdict(self) -> str:
        """Whether the target is met; empty without one."""
        if self.target is None:
            return ""
        return "met" if self.faster >= self.target else "missed"


def in_turns(
    works: dict[str, Work], *, rounds: int, times: int, before: Callable[[str], object] | None = None
) -> dict[str, float]:
    """Seconds that one call takes, by name: the median of the rounds, each of so many calls.

    Every work is called once beforehand, for what is loaded or prepared at the first call; `before` is
    called with its name before each round of it, and not measured.
    """
    found: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, work in works.items():
            if before:
                before(name)
            took = _time(work, times if number else 1)
            if number:
                found[name].append(took)
    return {name: median(each) for name, each in found.items()}


def _time(work: Work, times: int) -> float:
    begin = perf_counter()
    for _ in range(times):
        work()
    return (perf_counter() - begin) / times
