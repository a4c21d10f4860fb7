"""Reading a small table that a bookkeeping package exported or a spreadsheet holds; pure (rules 3.10)."""

import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

MOST_BYTES = 1_000_000
MOST_ROWS = 5_000
SIGNS = ";,\t"


class Column(StrEnum):
    """What a column can hold."""

    CODE = "code"
    NAME = "name"
    OWNER = "owner"


HEADINGS: Mapping[str, str] = {
    Column.CODE: "code number account ledgeraccount costcentre costcenter costunit project nummer rekening "
    "btwcode vatcode rekeningnummer grootboek grootboekrekening grootboeknummer kostenplaats kostendrager "
    "projectcode",
    Column.NAME: "name description naam omschrijving",
    Column.OWNER: "owner email owneremail eigenaar emaileigenaar emailadres emailadreseigenaar budgethouder "
    "verantwoordelijke",
}
"""What exports call them, in small letters without spaces and signs."""


class NoTable(ValueError):
    """What was given can't be read as a table: the kinds below say why."""


class TooLarge(NoTable):
    """More bytes or rows than are read at once."""


class NoCodes(NoTable):
    """No heading says which column holds the codes, or what else a table needs."""


@dataclass(frozen=True)
class Row:
    """One row: its line in the file, counted from 1, and its texts without spaces around them."""

    line: int
    cells: dict[Column, str]


def text_of(data: bytes) -> str:
    """The text of a file: UTF-8, else the code page of Windows. Raises TooLarge."""
    if len(data) > MOST_BYTES:
        raise TooLarge(str(len(data)))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def rows_of(text: str) -> list[Row]:
    """The rows of a list of the chart, whatever the order of the columns. Raises TooLarge and NoCodes."""
    rows = table_in(text, HEADINGS, needs={Column.CODE})
    return [Row(line, {Column(name): said for name, said in cells.items()}) for line, cells in rows]


def table_in(
    text: str, headings: Mapping[str, str], *, needs: Collection[str]
) -> list[tuple[int, dict[str, str]]]:
    """The rows under the headings, each with its line in the file; empty ones are passed over.

    `headings` says by which words exports call a column; those in `needs` must be there. Columns are
    separated by semicolons, commas or tabs, as the first line does most. Raises TooLarge and NoCodes.
    """
    text = text.replace("\0", "")
    if len(text) > MOST_BYTES:
        raise TooLarge(str(len(text)))
    try:
        rows = list(_read(text, headings, needs))
    except csv.Error as error:
        raise TooLarge(str(error)) from error
    if len(rows) > MOST_ROWS:
        raise TooLarge(str(len(rows)))
    return rows


def _read(
    text: str, headings: Mapping[str, str], needs: Collection[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    lines = text.splitlines(keepends=True)
    first = next((line for line in lines if line.strip()), "")
    reader = csv.reader(lines, delimiter=max(SIGNS, key=first.count))
    columns: dict[str, int] = {}
    for cells in reader:
        said = [cell.strip() for cell in cells]
        if not any(said):
            continue
        if columns:
            found = {name: said[place] for name, place in columns.items() if place < len(said)}
            yield reader.line_num, found
        else:
            columns = _columns(said, headings, needs)


def _columns(said: list[str], headings: Mapping[str, str], needs: Collection[str]) -> dict[str, int]:
    """Where each column stands; the first of two that mean the same."""
    meanings = {word: column for column, words in headings.items() for word in words.split()}
    words = ["".join(filter(str.isalnum, heading)).casefold() for heading in said]
    found = {meanings[word]: place for place, word in reversed(list(enumerate(words))) if word in meanings}
    if set(needs) - found.keys():
        raise NoCodes(", ".join(said)[:200])
    return found
