"""Money, numbers and days in words, in both languages."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from omloop.kernel.money import Money
from omloop.kernel.period import Period
from omloop.web import words

TODAY = date(2026, 4, 14)
NB = "\u00a0"


@pytest.fixture(params=["nl", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with translation.override(request.param):
        yield request.param


def in_both(say: Callable[[], str]) -> dict[str, str]:
    said = {}
    for language in ("nl", "en"):
        with translation.override(language):
            said[language] = say()
    return said


@pytest.mark.parametrize(
    ("value", "dutch", "english"),
    [
        (Money(Decimal("11470.80"), "EUR"), f"€{NB}11.470,80", "€11,470.80"),
        (Money(Decimal("-318.23"), "EUR"), f"−{NB}€{NB}318,23", "−€318.23"),
        (Money(Decimal("0"), "EUR"), f"€{NB}0,00", "€0.00"),
        (Money(Decimal("-0.004"), "EUR"), f"€{NB}0,00", "€0.00"),
        (Money(Decimal("-0.005"), "EUR"), f"−{NB}€{NB}0,01", "−€0.01"),
        (Money(Decimal("1234567.5"), "USD"), f"USD{NB}1.234.567,50", f"USD{NB}1,234,567.50"),
        (Money(Decimal("12500"), "JPY"), f"JPY{NB}12.500", f"JPY{NB}12,500"),
        (Money(Decimal("1.2345"), "KWD"), f"KWD{NB}1,235", f"KWD{NB}1.235"),
    ],
)
def test_money(value: Money, dutch: str, english: str) -> None:
    assert in_both(lambda: words.money(value)) == {"nl": dutch, "en": english}


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_dutch_money_reads_back_as_the_same_amount(amount: Decimal) -> None:
    with translation.override("nl"):
        text = words.money(Money(amount, "EUR"))
    plain = text.replace(f"−{NB}", "-").replace(f"€{NB}", "").replace(".", "").replace(",", ".")
    assert Decimal(plain) == amount
    assert " " not in text
    assert re.fullmatch(rf"(−{NB})?€{NB}\d{{1,3}}(\.\d{{3}})*,\d\d", text)


@pytest.mark.parametrize(
    ("value", "decimals", "dutch", "english"),
    [
        ("1640.000", 0, "1.640", "1,640"),
        ("1640", 2, "1.640,00", "1,640.00"),
        ("0.1250", 2, "0,125", "0.125"),
        ("-12.5", 0, "−12,5", "−12.5"),
        ("1E+3", 0, "1.000", "1,000"),
    ],
)
def test_numbers_keep_every_digit_they_have(value: str, decimals: int, dutch: str, english: str) -> None:
    assert in_both(lambda: words.number(Decimal(value), decimals)) == {"nl": dutch, "en": english}


@pytest.mark.parametrize(
    ("distance", "dutch", "english"),
    [
        (-4, "4 dagen te laat", "4 days late"),
        (-1, "1 dag te laat", "1 day late"),
        (0, "vandaag", "today"),
        (1, "morgen", "tomorrow"),
        (3, "over 3 dagen", "in 3 days"),
    ],
)
def test_days_until(distance: int, dutch: str, english: str) -> None:
    on = TODAY + timedelta(days=distance)
    assert in_both(lambda: words.days_until(on, TODAY)) == {"nl": dutch, "en": english}


@pytest.mark.parametrize(
    ("on", "dutch", "english"),
    [
        (date(2026, 4, 17), "vr 17 apr", "Fri 17 Apr"),
        (date(2027, 1, 2), "za 2 jan 2027", "Sat 2 Jan 2027"),
        (date(2026, 3, 1), "zo 1 mrt", "Sun 1 Mar"),
    ],
)
def test_day(on: date, dutch: str, english: str) -> None:
    assert in_both(lambda: words.day(on, TODAY)) == {"nl": dutch, "en": english}


def test_moment() -> None:
    at = datetime(2026, 4, 7, 8, 12, tzinfo=UTC)
    assert in_both(lambda: words.moment(at, TODAY)) == {"nl": "di 7 apr, 08.12", "en": "Tue 7 Apr, 08:12"}


@pytest.mark.parametrize(
    ("first", "last", "dutch", "english"),
    [
        (date(2026, 4, 1), date(2026, 5, 1), "1 april t/m 1 mei", "1 April through 1 May"),
        (date(2026, 2, 16), date(2026, 2, 20), "16 t/m 20 februari", "16 through 20 February"),
        (date(2026, 4, 1), date(2026, 4, 1), "1 april", "1 April"),
        (date(2025, 4, 1), date(2025, 5, 1), "1 april t/m 1 mei 2025", "1 April through 1 May 2025"),
        (
            date(2025, 12, 20),
            date(2026, 1, 4),
            "20 december 2025 t/m 4 januari 2026",
            "20 December 2025 through 4 January 2026",
        ),
        (date(2026, 4, 10), None, "vanaf 10 april, einde open", "from 10 April, open end"),
        (date(2025, 4, 10), None, "vanaf 10 april 2025, einde open", "from 10 April 2025, open end"),
    ],
)
def test_period_reads_through_never_until(first: date, last: date | None, dutch: str, english: str) -> None:
    assert in_both(lambda: words.period(Period(first, last), TODAY)) == {"nl": dutch, "en": english}


@pytest.mark.parametrize(
    ("size", "dutch", "english"),
    [
        (1, "1 byte", "1 byte"),
        (999, "999 bytes", "999 bytes"),
        (318_400, f"318{NB}kB", f"318{NB}kB"),
        (999_499, f"999{NB}kB", f"999{NB}kB"),
        (999_500, f"1{NB}MB", f"1{NB}MB"),
        (1_234_567, f"1,2{NB}MB", f"1.2{NB}MB"),
        (5_000_000_000, f"5{NB}GB", f"5{NB}GB"),
    ],
)
def test_filesize(size: int, dutch: str, english: str) -> None:
    assert in_both(lambda: words.filesize(size)) == {"nl": dutch, "en": english}


def test_every_month_and_weekday_has_a_name(language: str) -> None:
    days = [words.day(date(2026, month, day), TODAY) for month in range(1, 13) for day in range(1, 8)]
    assert len({text.split()[0] for text in days}) == 7
    assert len({text.split()[2] for text in days}) == 12
