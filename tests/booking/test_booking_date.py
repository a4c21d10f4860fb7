"""An invoice is booked in its own month, else in the first open one after it (rules 3.11)."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from omloop.booking.periods import booking_date, following, month_of

days = st.dates(date(2000, 1, 1), date(2090, 12, 31))
months = st.sets(days.map(month_of), max_size=40)


@given(days, months)
def test_it_is_never_in_a_closed_month_and_never_before_the_invoice(day: date, closed: set[date]) -> None:
    booked_on = booking_date(day, closed)
    assert month_of(booked_on) not in closed
    assert booked_on >= day
    assert booked_on == day or month_of(day) in closed


@given(days, st.integers(0, 30))
def test_every_month_between_is_closed(day: date, count: int) -> None:
    closed, month = set(), month_of(day)
    for _ in range(count):
        closed.add(month)
        month = following(month)
    assert booking_date(day, closed) == (month if count else day)
