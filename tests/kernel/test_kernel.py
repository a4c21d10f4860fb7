"""Money, periods, keys and the numbers of companies."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omloop.kernel.identifiers import is_dutch_vat_number, is_gln, is_iban, is_kvk_number, is_oin
from omloop.kernel.ids import uuid7
from omloop.kernel.money import CurrencyMismatch, Money
from omloop.kernel.period import Period, PeriodEndsBeforeItStarts


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def test_money_adds_subtracts_turns_and_compares_in_one_currency() -> None:
    assert euros("10.10") + euros("0.90") == euros("11.00")
    assert euros("10") - euros("12.50") == -euros("2.50")
    assert abs(euros("-3")) == euros("3")
    assert euros("1") < euros("2") <= euros("2.00") and euros("3") > euros("2")
    assert str(euros("1250.00")) == "1250.00 EUR"


def test_money_refuses_to_mix_currencies() -> None:
    dollars = Money(Decimal(1), "USD")
    for mix in (lambda: euros("1") + dollars, lambda: euros("1") - dollars, lambda: euros("1") < dollars):
        with pytest.raises(CurrencyMismatch, match="EUR and USD"):
            mix()


def test_a_period_counts_its_first_and_last_day_in_full() -> None:
    away = Period(date(2026, 4, 1), date(2026, 5, 1))
    assert [away.contains(date(2026, *day)) for day in ((3, 31), (4, 1), (5, 1), (5, 2))] == [
        False,
        True,
        True,
        False,
    ]
    assert Period(date(2026, 4, 1), date(2026, 4, 1)).contains(date(2026, 4, 1))
    assert Period(date(2026, 4, 1)).contains(date.max)


def test_a_period_can_not_end_before_it_starts() -> None:
    with pytest.raises(PeriodEndsBeforeItStarts):
        Period(date(2026, 4, 2), date(2026, 4, 1))


days = st.dates(date(2026, 1, 1), date(2026, 1, 31))
periods = st.tuples(days, days | st.none()).map(
    lambda pair: Period(pair[0]) if pair[1] is None else Period(min(pair[0], pair[1]), max(pair[0], pair[1]))
)


@given(periods, periods)
def test_two_periods_overlap_when_a_day_lies_in_both(one: Period, other: Period) -> None:
    month = [date(2026, 1, day) for day in range(1, 32)]
    shared = any(one.contains(day) and other.contains(day) for day in month)
    assert one.overlaps(other) == other.overlaps(one) == shared


def test_keys_are_plain_uuids_of_version_7_that_sort_by_time() -> None:
    keys = [uuid7() for _ in range(1000)]
    assert {type(key) for key in keys} == {UUID} and {key.version for key in keys} == {7}
    assert keys == sorted(keys) and len(set(keys)) == 1000


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (is_kvk_number, ["12345678", "1234 5678"], ["1234567", "123456789", "00000000", "1234567a", ""]),
        (is_oin, ["00000001003214345000"], ["0000000100321434500", "10000001003214345000", "x" * 20]),
        (
            is_dutch_vat_number,
            ["NL004495445B01", "NL002455799B11", "nl 0044.95.445.B01"],
            ["NL123456789B90", "NL004495446B01", "004495445B01", "DE004495445B01", "NL00449544٥B01"],
        ),
        (is_gln, ["8712345000004", "8712345 00000 4"], ["8712345000005", "871234500000", "٨712345000004"]),
        (is_iban, ["NL91 ABNA 0417 1643 00", "DE89370400440532013000"], ["NL91ABNA0417164301", "NL91", ""]),
    ],
)
def test_numbers_are_known_by_form_and_check_digits(check: object, good: list[str], bad: list[str]) -> None:
    assert callable(check)
    assert [check(number) for number in good] == [True] * len(good)
    assert [check(number) for number in bad] == [False] * len(bad)


@given(st.text(max_size=30))
def test_no_text_upsets_the_checks(text: str) -> None:
    checks = (is_kvk_number, is_oin, is_dutch_vat_number, is_gln, is_iban)
    assert {type(check(text)) for check in checks} == {bool}
