"""Which lines of a supplier a coding line stands for, found by their amounts; pure."""

from collections.abc import Hashable, Mapping, Sequence
from decimal import Decimal

MOST_LINES, MOST_STEPS = 40, 5_000
"""An invoice with more lines is not understood line by line, nor one that takes more steps."""


def attribute(
    nets: Sequence[Decimal], sums: Mapping[Hashable, Decimal], hints: Sequence[Hashable | None]
) -> list[Hashable] | None:
    """The place of each line so that the lines of a place are its sum, to the cent; None: there is no way.

    A line goes to where its hint says, if that can be.
    """
    if len(sums) == 1:
        return list(sums) * len(nets)
    if len(nets) > MOST_LINES or sum(nets, Decimal(0)) != sum(sums.values(), Decimal(0)):
        return None
    return _Search(nets, dict(sums), hints).run()


class _Search:
    """Line by line, back where it does not come out; whoever is asked too much gives up."""

    def __init__(
        self, nets: Sequence[Decimal], left: dict[Hashable, Decimal], hints: Sequence[Hashable | None]
    ) -> None:
        self._nets, self._left, self._hints = nets, left, hints
        self._order = sorted(range(len(nets)), key=lambda at: -abs(nets[at]))
        self._found: dict[int, Hashable] = {}
        self._only_grows = all(net >= 0 for net in nets)
        self._steps = 0

    def run(self) -> list[Hashable] | None:
        return [self._found[at] for at in range(len(self._nets))] if self._place(0) else None

    def _place(self, depth: int) -> bool:
        if depth == len(self._order):
            return not any(self._left.values())
        at = self._order[depth]
        hint, net = self._hints[at], self._nets[at]
        for key in sorted(self._left, key=lambda each: each != hint):
            self._steps += 1
            if self._steps > MOST_STEPS:
                return False
            if self._only_grows and self._left[key] < net:
                continue
            self._left[key] -= net
            self._found[at] = key
            if self._place(depth + 1):
                return True
            self._left[key] += net
        return False
