"""Dividing an amount to the cent (rules 3.8)."""

from decimal import Decimal
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from omloop.coding.dividing import CENT, NothingToDivideBy, divide

AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=2)
SHARES = st.lists(st.decimals(min_value="0.01", max_value=1000, places=2), min_size=1, max_size=40)


def D(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def test_the_last_cent_goes_to_the_largest_line() -> None:
    assert divide(Decimal("100.00"), D("33.3", "33.4", "33.3")) == D("33.30", "33.40", "33.30")
    assert divide(Decimal("100.00"), D("1", "1", "1")) == D("33.34", "33.33", "33.33")
    assert divide(Decimal("0.05"), D("25", "50", "25")) == D("0.01", "0.03", "0.01")
    assert divide(Decimal("-100.00"), D("1", "1", "1")) == D("-33.34", "-33.33", "-33.33")


def test_amounts_of_an_earlier_division_are_shares_too_with_a_discount_among_them() -> None:
    assert divide(Decimal("180.00"), D("100.00", "-10.00")) == D("200.00", "-20.00")


def test_shares_that_are_nothing_together_divide_nothing() -> None:
    for shares in ([], D("0"), D("10", "-10")):
        with pytest.raises(NothingToDivideBy):
            divide(Decimal("1.00"), shares)


@given(AMOUNTS, SHARES)
def test_the_parts_are_the_whole_exactly_and_only_the_largest_is_further_off_than_a_cent(
    amount: Decimal, shares: list[Decimal]
) -> None:
    parts = divide(amount, shares)
    assert sum(parts) == amount
    assert all(part == part.quantize(CENT) for part in parts)
    off = [abs(part - amount * share / sum(shares)) for part, share in zip(parts, shares, strict=True)]
    far = [place for place, by in enumerate(off) if by > CENT / 2]
    assert len(far) <= 1
    assert all(abs(parts[place]) >= max(map(abs, parts)) - CENT * len(parts) for place in far)


@given(AMOUNTS, SHARES, st.randoms())
def test_what_a_share_gets_does_not_hang_on_the_order_unless_equals_are_the_largest(
    amount: Decimal, shares: list[Decimal], chance: Random
) -> None:
    parts = divide(amount, shares)
    assume(parts.count(max(parts, key=abs)) == 1 and shares.count(max(shares)) == 1)
    order = list(range(len(shares)))
    chance.shuffle(order)
    assert divide(amount, [shares[place] for place in order]) == [parts[place] for place in order]
