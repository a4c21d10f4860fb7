"""Where on the papers of one supplier a value stands: confirmed once, found again; plain Python."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from omloop.recognition.labels import KIND_OF, Field
from omloop.recognition.rows import Row, Value
from omloop.recognition.texts import letters_of

NEAR = 20
"""Units from its place that a value without a label may have moved."""
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Anchor:
    """What stands left of a value and above it, and where it is itself; pages count from 0."""

    left: str
    above: str
    page: int
    x: int
    y: int

    def as_json(self) -> dict[str, Any]:
        """For a column."""
        return asdict(self)


def anchor_of(value: Value, rows: Sequence[Row]) -> Anchor:
    """By what this value is found again."""
    place = value.place
    return Anchor(_left_of(value, rows), _above(value, rows), place.page, place.right, place.top)


def anchored(field: Field, anchor: Anchor, rows: Sequence[Row], values: Sequence[Value]) -> Value | None:
    """The value of a field at its anchor: beside the same words, else under them, else at the same place."""
    fitting = [value for value in values if value.kind == KIND_OF[field]]
    scored = [(_score(value, anchor, rows), -place, value) for place, value in enumerate(fitting)]
    best = max(scored, key=lambda each: each[:2], default=None)
    return best[2] if best and best[0] > 0 else None


def anchors_of(
    confirmed: Mapping[Field, str],
    preferred: Mapping[Field, Value],
    rows: Sequence[Row],
    values: Sequence[Value],
) -> dict[Field, Anchor]:
    """The anchors of confirmed values, as far as they stand on the paper.

    Where a value stands more than once the one that its label names counts, else the last.
    """
    return {
        field: anchor_of(value, rows)
        for field, plain in confirmed.items()
        if field in KIND_OF and (value := _standing(field, plain, preferred.get(field), values)) is not None
    }


def _standing(field: Field, plain: str, preferred: Value | None, values: Iterable[Value]) -> Value | None:
    if preferred is not None and _is_same(preferred.plain, plain):
        return preferred
    same = [value for value in values if value.kind == KIND_OF[field] and _is_same(value.plain, plain)]
    return same[-1] if same else None


def _is_same(one: str, other: str) -> bool:
    """An amount of a credit note may stand there as a minus."""
    return one.removeprefix("-").casefold() == other.removeprefix("-").casefold()


def _score(value: Value, anchor: Anchor, rows: Sequence[Row]) -> int:
    place = value.place
    away = abs(place.right - anchor.x) + abs(place.top - anchor.y)
    nearness = max(0, 100 - away // 10)
    if anchor.left and _left_of(value, rows) == anchor.left:
        return 300 + nearness
    if anchor.above and _above(value, rows) == anchor.above:
        return 200 + nearness
    is_there = place.page == anchor.page and away <= NEAR
    return 100 + nearness if is_there and not anchor.left else 0


def _left_of(value: Value, rows: Sequence[Row]) -> str:
    return letters_of(rows[value.row].text[: value.start].rpartition("\t")[2] or _column_left(value, rows))[
        -_LONGEST:
    ]


def _column_left(value: Value, rows: Sequence[Row]) -> str:
    """The nearest column to the left, for a label may stand apart from its value."""
    columns = rows[value.row].text[: value.start].split("\t")
    return next((column for column in reversed(columns) if letters_of(column)), "")


def _above(value: Value, rows: Sequence[Row]) -> str:
    """The words in the rows above it that stand over it, the nearest."""
    place = value.place
    for row in reversed(rows[: value.row]):
        if row.page != place.page or place.top - row.top > 120:
            break
        over = [word.text for word in row.words if word.left < place.right and word.right > place.left]
        if letters_of(" ".join(over)):
            return letters_of(" ".join(over))[-_LONGEST:]
    return ""
