"""A decision taken while a transfer runs is in or out, never half (rules 5.3)."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connections

from omloop.circulation.deciding.gate import Outcome, decide
from omloop.circulation.models import Assignment, Decision
from omloop.circulation.refusals import NotTheHolder
from omloop.organisations.members import member_scope
from omloop.people.models import Person
from omloop.transfers.services import ask_transfer, carry_out
from tests.circulation.company import at
from tests.circulation.test_two_at_once import wait_until_somebody_waits
from tests.transfers.handing import MARCH_10, Handing
from tests.world import World


def test_a_decision_that_is_being_taken_is_waited_for_and_what_it_opened_goes_along(
    handing: Handing, world: World
) -> None:
    """Anna's check opens her own approval; the transfer that waits for it takes that, and not the check."""
    company = handing.company
    company.rule(("check", world.bram), ("check", world.anna), ("approve", world.anna))
    invoice = company.arrive()
    company.decide(world.bram, invoice, "check")
    task = company.task(invoice)
    with ThreadPoolExecutor(1) as pool:
        with member_scope(world.anna, now=MARCH_10) as anna:
            decide(assignment_id=task.id, action="check", actor=anna, now=MARCH_10)
            transfer = pool.submit(transfer_apart, handing, world)
            wait_until_somebody_waits()
        transfer.result(20)
    with company.system():
        decided = Decision.objects.get(assignment=task)
        assert (decided.person, decided.action) == (world.anna, "check")
        assert Assignment.objects.filter(invoice=invoice, ended_at=None).count() == 1
    assert handing.holder(invoice) == "bram"
    company.decide(world.bram, invoice, "approve", now=at("03-11"))
    assert company.invoice(invoice).state == "approved"


def test_a_decision_that_comes_while_the_transfer_runs_finds_the_other_there(
    handing: Handing, world: World
) -> None:
    company = handing.company
    company.rule(("approve", world.anna))
    invoice, inside = company.arrive(), Event()
    task = company.task(invoice)
    with ThreadPoolExecutor(1) as pool:
        with member_scope(world.marit, now=MARCH_10) as marit:
            run_id = ask_transfer(wish=handing.wish(world.anna, world.bram), actor=marit, now=MARCH_10)
            carry_out(run_id=run_id, actor=marit, now=MARCH_10)
            answer = pool.submit(decide_apart, world.anna, task, inside)
            assert inside.wait(10)
            wait_until_somebody_waits()
        with pytest.raises(NotTheHolder):
            answer.result(20)
    with company.system():
        assert not Decision.objects.filter(invoice=invoice).exists()
    assert handing.holder(invoice) == "bram"


def transfer_apart(handing: Handing, world: World) -> None:
    try:
        handing.transfer(world.anna, world.bram)
    finally:
        connections.close_all()


def decide_apart(person: Person, task: Assignment, inside: Event) -> Outcome:
    try:
        with member_scope(person, now=MARCH_10) as member:
            inside.set()
            return decide(assignment_id=task.id, action="approve", actor=member, now=MARCH_10)
    finally:
        connections.close_all()
