"""What a new coding changes of the present one: which lines stay, and which take the place of which; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from omloop.coding.models import CodingLine

COUNTING = ("net", "ledger_account_id", "cost_centre_id", "cost_unit_id")
"""What an approval can be about; VAT code, period and description never are (rules 3.7)."""
BORNE_BY = ("cost_centre_id", "cost_unit_id")
"""What bears a line: an amount may be said in more lines, or fewer, as long as the same bear the same."""
SAID = (*COUNTING, "vat_code", "description", "period")


@dataclass(frozen=True, kw_only=True)
class NewLine:
    """A line of a coding to be: `net` in the invoice's currency, with its signs."""

    net: Decimal
    ledger_account_id: UUID
    cost_centre_id: UUID | None = None
    cost_unit_id: UUID | None = None
    vat_code: str = ""
    description: str = ""
    period: date | None = None
    origin: str = CodingLine.Origin.TYPED
    why: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """What became of a coding: `kept` lines are the same rows as before.

    `pairs` are an ended line and the new one in its place; the second is None for a line that went, the
    first for one that came.
    """

    kept: tuple[CodingLine, ...] = ()
    pairs: tuple[tuple[CodingLine | None, CodingLine | None], ...] = ()

    @property
    def ended(self) -> list[CodingLine]:
        """The lines that hold no more."""
        return [before for before, _ in self.pairs if before]

    @property
    def new(self) -> list[CodingLine]:
        """The lines that came."""
        return [after for _, after in self.pairs if after]

    @property
    def fields(self) -> list[str]:
        """What differs between the lines and those that took their places, by name."""
        both = [(before, after) for before, after in self.pairs if before and after]
        return [name for name in SAID if any(getattr(one, name) != getattr(two, name) for one, two in both)]


Place = int
"""Which of the wanted lines, counted from 0."""
Kept = list[tuple[CodingLine, Place]]
Pairs = list[tuple[CodingLine | None, Place | None]]


def compare(present: Sequence[CodingLine], wanted: Sequence[CodingLine | NewLine]) -> tuple[Kept, Pairs]:
    """The lines that stay as they are and their places; of the others which new one takes whose place.

    First those that say the same in what counts, then those that the same bear, then in order, so that a
    line that goes does not disturb those after it.
    """
    before, after = list(present), list(range(len(wanted)))

    def matched(names: tuple[str, ...]) -> Kept:
        found = []
        for place in list(after):
            alike = next((one for one in before if says(one, names) == says(wanted[place], names)), None)
            if alike is not None:
                before.remove(alike)
                after.remove(place)
                found.append((alike, place))
        return found

    kept = matched(SAID)
    pairs: Pairs = [*matched(COUNTING), *matched(BORNE_BY), *matched(())]
    return kept, [*pairs, *((line, None) for line in before), *((None, place) for place in after)]


def says(line: CodingLine | NewLine, names: tuple[str, ...]) -> tuple[Any, ...]:
    """What a line says in these fields."""
    return tuple(getattr(line, name) for name in names)
