"""Reading lists as bookkeeping packages and spreadsheets write them (rules 3.10)."""

import pytest

from omloop.coding.sheets import MOST_BYTES, MOST_ROWS, Column, NoCodes, TooLarge, rows_of, text_of


@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_columns_are_found_by_dutch_and_english_headings_in_any_order(sign: str) -> None:
    text = "\n".join(sign.join(row) for row in (("Naam", "Saldo", "Kostenplaats"), ("Haven", "1.0", "4100")))
    (row,) = rows_of(text)
    assert (row.line, row.cells) == (2, {Column.CODE: "4100", Column.NAME: "Haven"})
    (row,) = rows_of(sign.join(("Code", "Owner e-mail")) + "\r\n" + sign.join(("1", "a@b.example")))
    assert row.cells == {Column.CODE: "1", Column.OWNER: "a@b.example"}


def test_bytes_of_windows_and_of_utf_8_are_read_alike() -> None:
    text = "code;naam\n4500;Café Zuid"
    assert text_of(text.encode("utf-8-sig")) == text_of(text.encode("cp1252")) == text


def test_empty_lines_are_passed_over_and_a_line_keeps_its_number() -> None:
    rows = rows_of('\n"code";"naam"\n\n1;"een\nnaam over twee regels"\n;;\n2;twee')
    assert [(row.line, row.cells[Column.CODE]) for row in rows] == [(5, "1"), (7, "2")]


def test_a_list_without_headings_or_beyond_the_limits_is_refused() -> None:
    with pytest.raises(NoCodes):
        rows_of("4310;Onderhoud\n4500;Reiskosten")
    with pytest.raises(NoCodes):
        rows_of("bedrag")
    with pytest.raises(TooLarge):
        rows_of("code\n" + "\n".join(map(str, range(MOST_ROWS + 1))))
    with pytest.raises(TooLarge):
        rows_of("code\n" + "9" * 200_000)
    with pytest.raises(TooLarge):
        text_of(b"9" * (MOST_BYTES + 1))
