"""Tables for a spreadsheet, as CSV and as XLSX: no text of others becomes a formula there."""

import csv
import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import IO

from xlsxwriter import Workbook

from omloop.web import words

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With these a spreadsheet would take a cell for a formula."""
Rows = Iterable[Iterable[object]]


def as_csv(head: Iterable[str], rows: Rows) -> bytes:
    """A table for a spreadsheet: semicolons and a byte order mark, so that it opens in columns.

    Amounts have the decimal sign of the language; text that would be a formula gets an apostrophe.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def write_xlsx(target: IO[bytes], head: Iterable[str], rows: Rows) -> None:
    """The same as a workbook, row by row, so that its size takes no memory; days and amounts are real ones.

    Text is written as text, whatever it begins with.
    """
    with Workbook(target, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for column, title in enumerate(head):
            sheet.set_column(column, column, max(12, len(title) + 2))
            sheet.write_string(0, column, title, bold)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, Decimal):
                    sheet.write_number(number, column, float(value))
                elif isinstance(value, date):
                    sheet.write_datetime(number, column, value)
                elif value is not None:
                    sheet.write_string(number, column, str(value)[:MOST_CHARACTERS])


MOST_CHARACTERS = 32_767
"""In one cell of a workbook."""


def _cell(value: object) -> str:
    if isinstance(value, Decimal):
        return words.plain(value)
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text
