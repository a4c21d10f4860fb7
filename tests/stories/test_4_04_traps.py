"""What goes wrong elsewhere around an absence, and not here (rules 3.5, 3.15, 4.1-4.4)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from omloop.absences.services import cancel_absence, set_absence
from omloop.circulation.deciding.attention import Trouble, needs_attention
from omloop.circulation.deciding.gate import decide
from omloop.circulation.deciding.taking_back import take_back
from omloop.circulation.models import Assignment, Decision
from omloop.circulation.refusals import AlreadyDecided, NotEntitled
from omloop.circulation.routing.route import replay_route, stored_route
from omloop.organisations.members import Member, member_scope
from omloop.people.models import Person
from omloop.standins.tasks import see_to_now
from tests.circulation.company import Company, at
from tests.world import World, make_person

SET = at("01-05")


@pytest.fixture
def company(world: World) -> Company:
    return Company(world, world.zwaluw)


def set_days(world: World, first: date, last: date, **options: Any) -> Any:
    with member_scope(world.anna, now=SET) as anna:
        wish = {"first_on": first, "last_on": last, "substitute_id": world.bram.id}
        return set_absence(person_id=world.anna.id, **wish | options, actor=anna, now=SET)


@pytest.mark.parametrize("night", [date(2026, 3, 29), date(2026, 10, 25)])
def test_one_day_away_on_the_night_of_the_clock_change_begins_and_ends_at_midnight(
    company: Company, world: World, night: date
) -> None:
    company.rule(("approve", world.anna))
    set_days(world, night, night, takes_what_is_open=True, returns_what_is_left=True)
    day = f"{night:%m-%d}"
    before, after = f"{night - timedelta(days=1):%m-%d}", f"{night + timedelta(days=1):%m-%d}"
    invoice = company.arrive(at(before))
    found = []
    for moment in (at(before, "23:59"), at(day, "00:00"), at(day, "23:59"), at(after, "00:00")):
        see_to_now(world.zwaluw.id, moment)
        found.append(company.task(invoice).holder)
    assert found == [world.anna, world.bram, world.bram, world.anna]
    arrived = [company.arrive(moment) for moment in (at(day, "00:00"), at(day, "02:30"), at(day, "23:59"))]
    assert {company.task(each).holder for each in arrived} == {world.bram}
    assert company.task(company.arrive(at(after, "00:00"))).holder == world.anna


CHAINS = ("", "b", "bc", "bcd", "ba", "bca", "bcb", "bcda", "bcdb", "bcdc")
"""Every way in which four can stand in for each other, seen from the first: who for him, who for that one."""


def test_whoever_of_four_stands_in_for_whom_the_invoice_ends_with_somebody(
    company: Company, world: World
) -> None:
    """A day for each way; a circle ends with finance, who are told that it is one."""
    cas, dirk = (make_person(name) for name in ("Cas de Wit", "Dirk Smit"))
    for newcomer in (cas, dirk):
        company.grant(newcomer, "approver")
    four = dict(zip("abcd", (world.anna, world.bram, cas, dirk), strict=True))
    company.rule(("approve", world.anna))
    for day, chain in enumerate(CHAINS, start=10):
        for away, substitute in pairwise(f"a{chain}"):
            company.absent(four[away], f"04-{day}", f"04-{day}", four[substitute])
    for day, chain in enumerate(CHAINS, start=10):
        task = company.task(company.arrive(at(f"04-{day}")))
        is_circle = chain[-1:] in set(f"a{chain[:-1]}")
        expected = (None, "cycle") if chain and is_circle else (four[f"a{chain}"[-1]], "")
        assert (task.holder, task.fallback) == expected, chain


def test_where_anna_and_bram_both_approve_one_human_does_not_fill_both_eyes(
    company: Company, world: World
) -> None:
    company.rule(("approve", world.anna), ("approve", world.bram))
    set_days(world, date(2026, 3, 1), date(2026, 3, 31))
    invoice = company.arrive(at("03-02"))
    assert company.task(invoice).for_person == world.anna
    company.decide(world.bram, invoice, "approve", at("03-03"))
    task = company.task(invoice)
    assert (task.holder, task.fallback) == (None, "barred")
    assert company.invoice(invoice).state == "circulating"


def test_a_substitute_who_lost_the_right_is_found_at_once_and_annas_return_frees_the_invoice(
    company: Company, world: World
) -> None:
    company.rule(("approve", world.anna))
    set_days(world, date(2026, 3, 1), date(2026, 3, 31))
    see_to_now(world.zwaluw.id, at("03-01"))
    invoice = company.arrive(at("03-02"))
    task = company.task(invoice)
    company.grant(world.bram, "checker")
    company.withdraw(world.bram, "approver", at("03-03"))
    with member_scope(world.bram, now=at("03-04")) as bram, pytest.raises(NotEntitled):
        decide(assignment_id=task.id, action="approve", actor=bram, now=at("03-04"))
    with company.system():
        (item,) = needs_attention([world.zwaluw.id], today=date(2026, 3, 4), now=at("03-04"))
    assert item.trouble == Trouble.RIGHT_MISSING
    assert company.task(company.arrive(at("03-04"))).fallback == "right_missing"
    see_to_now(world.zwaluw.id, at("04-01"))
    assert company.task(invoice).holder == world.anna


def test_a_cancelled_absence_does_not_block_a_new_one(company: Company, world: World) -> None:
    first, last = date(2026, 3, 1), date(2026, 3, 31)
    cancelled = set_days(world, first, last)
    with member_scope(world.anna, now=SET) as anna:
        cancel_absence(absence_id=cancelled, actor=anna, now=SET)
    company.rule(("approve", world.anna))
    assert company.task(company.arrive(at("03-02"))).holder == world.anna
    set_days(world, first, first)
    assert company.task(company.arrive(at("03-01"))).holder == world.bram


def test_owner_and_substitute_at_the_same_instant_one_is_first_and_the_other_is_told(
    company: Company, world: World
) -> None:
    company.rule(("approve", world.anna))
    set_days(world, date(2026, 3, 1), date(2026, 3, 31))
    for _ in range(4):
        invoice = company.arrive(at("03-02"))
        task, barrier = company.task(invoice), Barrier(2)

        def apart(person: Person, act: Callable[[Member], object], barrier: Barrier = barrier) -> object:
            try:
                with member_scope(person, now=at("03-03")) as member:
                    barrier.wait()
                    return act(member)
            finally:
                connections.close_all()

        about: dict[str, Any] = {"assignment_id": task.id, "now": at("03-03")}
        with ThreadPoolExecutor(2) as pool:
            hers = pool.submit(apart, world.anna, lambda anna, about=about: take_back(**about, actor=anna))
            his = pool.submit(
                apart, world.bram, lambda bram, about=about: decide(**about, action="approve", actor=bram)
            )
        (lost,) = [error for error in (hers.exception(), his.exception()) if error]
        assert isinstance(lost, AlreadyDecided)
        with company.system():
            is_decided = Decision.objects.filter(invoice=invoice).count() == 1
            waits = Assignment.objects.filter(invoice=invoice, ended_at=None).count()
        assert (is_decided, waits) in {(True, 0), (False, 1)}


def test_who_is_barred_is_passed_over_though_she_lost_the_right_and_somebody_stands_in(
    company: Company, world: World
) -> None:
    """Else it would be Bram's "for Anna", and the gate had to refuse him (rules 3.5)."""
    company.rule(("approve", world.anna), ("check", world.sanne), ("approve", world.anna))
    invoice = company.arrive(at("04-06"))
    company.decide(world.anna, invoice, "approve", at("04-07"))
    company.grant(world.anna, "checker")
    company.withdraw(world.anna, "approver", at("04-07", "13:00"))
    company.absent(world.anna, "04-08", "04-20", world.bram, takes_what_reaches=True)
    company.decide(world.sanne, invoice, "check", at("04-08"))
    task = company.task(invoice)
    assert (task.holder, task.for_person, task.fallback) == (None, None, "barred")
    assert replay_route(task.why) == stored_route(task.why)
