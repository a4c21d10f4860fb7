"""Who stands in: the rule's own examples, days at the edge, chains, and an oracle (rules 4.2-4.4)."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import pytest

from omloop.absences.resolution import (
    By,
    Cover,
    Ending,
    Resolution,
    by_person,
    resolve,
)


def known(name: str) -> UUID:
    return uuid5(UUID(int=0), name)


ANNA, BRAM, SANNE, MARIT, LOTTE = map(known, ("anna", "bram", "sanne", "marit", "lotte"))


def away(
    person: UUID, first: str, last: str | None, substitute: UUID, *, takes_what_reaches: bool = False
) -> Cover:
    return Cover(
        person_id=person,
        substitute_id=substitute,
        first_on=date.fromisoformat(first),
        last_on=date.fromisoformat(last) if last else None,
        takes_what_reaches=takes_what_reaches,
        absence_id=known(f"{person} {first}"),
    )


def who_gets(
    *covers: Cover, imported: str, opened: str | None = None, cannot: Iterable[UUID] = ()
) -> Resolution:
    return resolve(
        ANNA,
        import_date=date.fromisoformat(imported),
        opened_on=date.fromisoformat(opened or imported),
        covers=by_person(covers),
        may_act=lambda person: person not in set(cannot),
    )


APRIL = away(ANNA, "2026-04-01", "2026-05-01", BRAM)


@pytest.mark.parametrize(
    ("imported", "holder"),
    [
        ("2026-03-29", ANNA),
        ("2026-04-03", BRAM),
        ("2026-05-06", ANNA),
        ("2026-03-31", ANNA),
        ("2026-04-01", BRAM),
        ("2026-05-01", BRAM),
        ("2026-05-02", ANNA),
    ],
)
def test_the_import_date_decides_and_first_and_last_day_count(imported: str, holder: UUID) -> None:
    assert who_gets(APRIL, imported=imported).holder_id == holder


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_a_one_day_absence_on_the_day_the_clock_changes_lasts_that_day(day: str) -> None:
    one_day = away(ANNA, day, day, BRAM)
    amsterdam = ZoneInfo("Europe/Amsterdam")
    midnight = datetime.combine(date.fromisoformat(day), datetime.min.time(), amsterdam).astimezone(UTC)
    following = datetime.combine(
        date.fromisoformat(day) + timedelta(days=1), datetime.min.time(), amsterdam
    ).astimezone(UTC)
    arrivals = {
        midnight - timedelta(minutes=5): ANNA,
        midnight + timedelta(minutes=5): BRAM,
        following - timedelta(minutes=5): BRAM,
        following + timedelta(minutes=5): ANNA,
    }
    assert following - midnight in (timedelta(hours=23), timedelta(hours=25))
    for received_at, holder in arrivals.items():
        imported = received_at.astimezone(amsterdam).date().isoformat()
        assert who_gets(one_day, imported=imported).holder_id == holder


def test_what_opens_after_the_last_day_goes_to_anna_though_it_came_in_the_period() -> None:
    got = who_gets(APRIL, imported="2026-04-03", opened="2026-05-02")
    assert got == Resolution(ANNA, (), Ending.NAMED, is_uncovered=False)


def test_what_came_before_and_reaches_her_in_the_period_stays_with_her_uncovered() -> None:
    got = who_gets(APRIL, imported="2026-03-29", opened="2026-04-02")
    assert got == Resolution(ANNA, (), Ending.NAMED, is_uncovered=True)


def test_with_option_a_what_reaches_her_in_the_period_goes_to_bram_and_says_so() -> None:
    april = away(ANNA, "2026-04-01", "2026-05-01", BRAM, takes_what_reaches=True)
    got = who_gets(april, imported="2026-03-29", opened="2026-04-02")
    assert (got.holder_id, [link.by for link in got.links]) == (BRAM, [By.REACHED])
    assert who_gets(april, imported="2026-03-29", opened="2026-05-02").holder_id == ANNA


def test_the_absence_of_the_import_date_comes_before_one_that_takes_what_reaches() -> None:
    open_end = away(ANNA, "2026-04-01", None, BRAM)
    assert who_gets(open_end, imported="2026-04-03", opened="2027-01-04").holder_id == BRAM
    may = away(ANNA, "2026-05-10", "2026-05-12", SANNE, takes_what_reaches=True)
    got = who_gets(APRIL, may, imported="2026-04-03", opened="2026-05-11")
    assert (got.holder_id, got.links[0].absence_id) == (SANNE, may.absence_id)


def test_a_chain_is_three_links_long_at_most() -> None:
    chain = [
        away(ANNA, "2026-04-01", None, BRAM),
        away(BRAM, "2026-04-01", None, SANNE),
        away(SANNE, "2026-04-01", None, MARIT),
    ]
    assert who_gets(*chain, imported="2026-04-03").holder_id == MARIT
    fourth = away(MARIT, "2026-04-01", None, LOTTE)
    got = who_gets(*chain, fourth, imported="2026-04-03")
    assert (got.holder_id, got.ending, len(got.links)) == (None, Ending.TOO_DEEP, 4)


def test_two_who_stand_in_for_each_other_end_at_the_fallback() -> None:
    got = who_gets(APRIL, away(BRAM, "2026-04-01", None, ANNA), imported="2026-04-03")
    assert (got.holder_id, got.ending) == (None, Ending.CYCLE)


def test_an_end_that_cannot_act_goes_to_the_fallback_and_one_on_the_way_need_not() -> None:
    on_to_sanne = away(BRAM, "2026-04-03", "2026-04-03", SANNE)
    assert who_gets(APRIL, on_to_sanne, imported="2026-04-03", cannot=[ANNA, BRAM]).holder_id == SANNE
    got = who_gets(APRIL, imported="2026-04-03", cannot=[BRAM])
    assert (got.holder_id, got.ending, got.is_uncovered) == (None, Ending.CANNOT_ACT, False)
    assert who_gets(imported="2026-04-03", cannot=[ANNA]).ending is Ending.CANNOT_ACT


def test_a_substitute_who_is_away_that_day_without_a_replacement_keeps_it_uncovered() -> None:
    later = away(BRAM, "2026-04-10", "2026-04-12", SANNE)
    got = who_gets(APRIL, later, imported="2026-04-03", opened="2026-04-11")
    assert got.holder_id == BRAM
    assert (got.ending, got.is_uncovered) == (Ending.SUBSTITUTE, True)
