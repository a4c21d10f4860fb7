"""Drawing a sample is a pure function of items, count and seed (rules 7.8)."""

from decimal import Decimal
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from omloop.reports.drawing import Item, draw_by_amount, draw_evenly

IDS = [uuid4() for _ in range(40)]
AMOUNTS = st.lists(st.one_of(st.none(), st.decimals(-5000, 5000, places=2)), max_size=40)


@given(amounts=AMOUNTS, count=st.integers(1, 60), seed=st.text(max_size=8))
def test_a_draw_by_amount_takes_what_is_large_and_nothing_twice(
    amounts: list[Decimal | None], count: int, seed: str
) -> None:
    items = [Item(each, amount) for each, amount in zip(IDS, amounts, strict=False)]
    drawn = draw_by_amount(items, count, seed)
    total = sum(abs(amount) for amount in amounts if amount)
    large = {item.id for item in items if item.amount and abs(item.amount) >= total / count}
    assert len(drawn) == len(set(drawn)) <= count
    assert large <= set(drawn)
    assert all(item.amount for item in items if item.id in drawn)
    assert drawn == draw_by_amount(list(reversed(items)), count, seed)


@given(count=st.integers(1, 60), seed=st.text(max_size=8))
def test_an_even_draw_takes_as_many_as_there_are_and_does_not_depend_on_the_order(
    count: int, seed: str
) -> None:
    items = [Item(each, None) for each in IDS]
    drawn = draw_evenly(items, count, seed)
    assert len(drawn) == len(set(drawn)) == min(count, len(items))
    assert drawn == draw_evenly(list(reversed(items)), count, seed)


def test_by_amount_each_euro_has_the_same_chance() -> None:
    items = [Item(IDS[0], Decimal(900)), Item(IDS[1], Decimal(-100))]
    drawn = [draw_by_amount(items, 1, str(seed))[0] for seed in range(2000)]
    assert 0.87 < drawn.count(IDS[0]) / len(drawn) < 0.93
