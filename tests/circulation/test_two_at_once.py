"""Two connections at the same instant: one decision, a clear message for the other (rules 3.4)."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event

import pytest
from django.db import connection, connections

from omloop.circulation.deciding.gate import Outcome, decide
from omloop.circulation.deciding.taking import take_task
from omloop.circulation.models import Assignment, Decision
from omloop.circulation.refusals import AlreadyDecided, NotEntitled
from omloop.circulation.routing.opening import lock_invoice
from omloop.organisations.members import member_scope
from omloop.people.models import Person
from tests.circulation.company import THE_DAY_AFTER, Company, at
from tests.world import World


@contextmanager
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def decide_apart(person: Person, task: Assignment, action: str, *, ready: Callable[[], object]) -> Outcome:
    """In a thread and on a connection of its own; reads his rights, waits until all are ready, decides."""
    try:
        with member_scope(person, now=THE_DAY_AFTER) as member:
            ready()
            return decide(assignment_id=task.id, action=action, remark="Zo.", actor=member, now=THE_DAY_AFTER)
    finally:
        connections.close_all()


@pytest.mark.parametrize(
    ("anna", "bram"), [("approve", "approve"), ("approve", "return"), ("reject", "approve")]
)
def test_two_people_at_one_step_make_one_decision(
    company: Company, world: World, anna: str, bram: str
) -> None:
    company.rule(("approve", company.group("approver")))
    for _ in range(5):
        invoice = company.arrive()
        task, barrier = company.task(invoice), Barrier(2)
        with threads() as pool:
            answers = [
                pool.submit(decide_apart, person, task, action, ready=barrier.wait)
                for person, action in ((world.anna, anna), (world.bram, bram))
            ]
        (lost,) = [error for error in map(Future.exception, answers) if error]
        (won,) = [answer.result() for answer in answers if not answer.exception()]
        assert isinstance(lost, AlreadyDecided)
        assert lost.person_id == won.decisions[0].person_id
        with company.system():
            assert Decision.objects.filter(invoice=invoice).count() == 1
            assert Assignment.objects.filter(invoice=invoice, ended_at=None).count() == (
                1 if won.decisions[0].action == "return" else 0
            )


def test_of_two_who_take_a_task_of_their_group_one_has_it(company: Company, world: World) -> None:
    company.rule(("approve", company.group("approver")))
    invoice = company.arrive()
    task, barrier = company.task(invoice), Barrier(2)
    with threads() as pool:
        answers = [pool.submit(take_apart, each, task, barrier.wait) for each in (world.anna, world.bram)]
    (lost,) = [error for error in map(Future.exception, answers) if error]
    (won,) = [answer.result() for answer in answers if not answer.exception()]
    assert isinstance(lost, AlreadyDecided)
    assert company.task(invoice).id == won.id


def take_apart(person: Person, task: Assignment, ready: Callable[[], object]) -> Assignment:
    try:
        with member_scope(person, now=THE_DAY_AFTER) as member:
            ready()
            return take_task(assignment_id=task.id, actor=member, now=THE_DAY_AFTER)
    finally:
        connections.close_all()


def test_a_right_withdrawn_while_the_decision_waits_for_the_lock_is_gone(
    company: Company, world: World
) -> None:
    company.rule(("approve", world.anna))
    invoice = company.arrive()
    task, inside = company.task(invoice), Event()
    with threads() as pool:
        with company.system():
            lock_invoice(invoice)
            answer = pool.submit(decide_apart, world.anna, task, "approve", ready=inside.set)
            assert inside.wait(10)
            wait_until_somebody_waits()
            other = pool.submit(withdraw_apart, company, world.anna)
            other.result(10)
        assert isinstance(answer.exception(10), NotEntitled)
    assert company.invoice(invoice).state == "circulating"


def withdraw_apart(company: Company, person: Person) -> None:
    """A moment after the decision was asked for."""
    try:
        company.withdraw(person, "approver", at("03-03", "12:01"))
    finally:
        connections.close_all()


def wait_until_somebody_waits() -> None:
    """Until another connection hangs on a lock of this one."""
    with connection.cursor() as cursor:
        for _ in range(1000):
            cursor.execute("SELECT pg_sleep(0.01), count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[1]:
                return
    pytest.fail("nobody came to wait")
