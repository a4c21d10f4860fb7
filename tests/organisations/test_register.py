"""The client of the business register, against a local one that behaves as the API documents (rules 1.7)."""

import time
from collections.abc import Iterator

import pytest
from django.test import override_settings

from omloop.organisations import register
from omloop.organisations.register import (
    KeyRefused,
    NoRegister,
    NotInRegister,
    RegisterDown,
    Registered,
    look_up,
)
from tests.organisations import register as local

Open = tuple[str, list[str]]


@pytest.fixture
def kvk() -> Iterator[Open]:
    with (
        local.open_register(k68750110="Test BV Donald") as opened,
        override_settings(REGISTER_URL=opened[0], REGISTER_KEY=local.KEY),
    ):
        yield opened


def test_it_gives_the_statutory_name_and_where_one_visits(kvk: Open) -> None:
    found = look_up(local.DONALD)
    assert found == Registered(local.DONALD, "Test BV Donald", "Hizzaarderlaan 3A bis", "8823 SJ", "Lollum")
    assert kvk[1] == ["/api/v1/basisprofielen/68750110"]


def test_spaces_in_the_number_do_no_harm(kvk: Open) -> None:
    assert look_up(" 6875 0110 ").kvk == local.DONALD


def test_a_shielded_address_is_not_taken_over(kvk: Open) -> None:
    assert look_up(local.SHIELDED) == Registered(local.SHIELDED, "Thuis B.V.")


def test_a_number_that_the_register_does_not_know(kvk: Open) -> None:
    with pytest.raises(NotInRegister):
        look_up("12345678")


def test_what_can_be_no_number_is_not_even_asked(kvk: Open) -> None:
    for number in ("1234", "../../x", "12345678/..", "00000000"):
        with pytest.raises(NotInRegister):
            look_up(number)
    assert kvk[1] == []


def test_a_number_that_the_register_finds_malformed(kvk: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "is_kvk_number", lambda number: True)
    with pytest.raises(NotInRegister):
        look_up("1234")


def test_a_key_that_is_refused(kvk: Open) -> None:
    with override_settings(REGISTER_KEY="another"), pytest.raises(KeyRefused):
        look_up(local.DONALD)


@pytest.mark.parametrize(
    "number", [local.BROKEN, local.NO_JSON, local.HUGE, local.AWAY, local.DEEP, local.STRANGE, local.LIST]
)
def test_an_answer_that_is_none(kvk: Open, number: str) -> None:
    with pytest.raises(RegisterDown):
        look_up(number)


def test_a_redirect_is_not_followed(kvk: Open) -> None:
    with pytest.raises(RegisterDown):
        look_up(local.AWAY)
    assert len(kvk[1]) == 1


@pytest.mark.parametrize("number", [local.SLOW, local.DRIPPING])
def test_a_slow_register_is_not_waited_for(kvk: Open, number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "SECONDS", 0.4)
    began = time.monotonic()
    with pytest.raises(RegisterDown):
        look_up(number)
    assert time.monotonic() - began < 2


def test_nobody_listens_there(kvk: Open) -> None:
    with override_settings(REGISTER_URL="http://127.0.0.1:9/api"), pytest.raises(RegisterDown):
        look_up(local.DONALD)


def test_without_an_address_nothing_leaves_the_machine() -> None:
    with override_settings(REGISTER_URL=None), pytest.raises(NoRegister):
        look_up(local.DONALD)
