"""Finding a code of the chart by what somebody types: a code, the start of one, or a part of a name; pure."""

from collections.abc import Mapping

from omloop.coding.chart import OfChart

By = Mapping[str, OfChart]


def meant_by(said: str, by_code: By) -> list[OfChart]:
    """The rows that may be meant, by code; one: that is it, none: there is no such code."""
    exact = by_code.get(said) or by_code.get(said.partition(" ")[0])
    if exact is not None:
        return [exact]
    text = said.casefold()
    starting = [row for code, row in by_code.items() if code.casefold().startswith(text)]
    return starting or [row for row in by_code.values() if text in row.name.casefold()]
