"""The list *needs attention*: what nobody present can do (rules 4.3, 1.5)."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from omloop.circulation.attention import Trouble, needs_attention
from omloop.circulation.refusals import NobodyToName
from tests.circulation.company import Company, at
from tests.world import World


def troubles(company: Company, day: str = "03-05") -> list[tuple[str, Trouble]]:
    """Number and trouble of what is on the list that day."""
    with company.system():
        items = needs_attention([company.organisation.id], today=at(day).date(), now=at(day))
        return [(item.assignment.invoice.number, item.trouble) for item in items]


def test_what_lies_with_somebody_present_is_not_on_the_list(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    company.arrive()
    company.arrive(supplier_name="unknown")
    assert troubles(company) == []


def test_what_lies_with_an_absent_person_stands_there_by_due_date(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    company.arrive(number="later", due_on=date(2026, 5, 1))
    company.arrive(number="some day", due_on=None)
    company.arrive(number="first", due_on=date(2026, 4, 1))
    company.absent(world.anna, "03-04", None, world.bram)
    assert troubles(company, "03-03") == []
    away = Trouble.AWAY
    assert troubles(company, "03-04") == [("first", away), ("later", away), ("some day", away)]


def test_a_cancelled_absence_counts_no_more(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    company.arrive()
    company.absent(world.anna, "03-04", "03-10", world.bram, cancelled_at=at("03-03"))
    assert troubles(company) == []


def test_who_was_deactivated_or_lost_the_right_holds_nothing_unseen(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    company.rule(("approve", world.bram), supplier="De Raaf", priority=2)
    company.arrive(number="Anna's", due_on=date(2026, 4, 1))
    company.arrive(number="Bram's", supplier_name="De Raaf")
    company.withdraw(world.anna, "approver")
    assert troubles(company) == [("Anna's", Trouble.RIGHT_MISSING)]
    company.deactivate(world.bram)
    assert troubles(company)[1:] == [("Bram's", Trouble.INACTIVE)]


def test_a_group_of_which_nobody_is_present_and_able_is_on_the_list(company: Company, world: World) -> None:
    approvers = company.group("approver")
    company.rule(("approve", approvers), ("approve", approvers))
    invoice = company.arrive(number="group")
    company.decide(world.anna, invoice, "approve")
    assert troubles(company) == []
    company.absent(world.bram, "03-05", "03-05", world.anna)
    assert troubles(company, "03-05") == [("group", Trouble.NOBODY_PRESENT)]
    assert troubles(company, "03-06") == []


def test_a_question_to_finance_while_nobody_there_can_answer(company: Company, world: World) -> None:
    company.arrive(number="nobody's")
    assert troubles(company) == []
    company.withdraw(world.sanne, "finance")
    assert troubles(company) == [("nobody's", Trouble.NOBODY_PRESENT)]


def test_a_confidential_invoice_that_nobody_may_see_is_on_the_list(company: Company, world: World) -> None:
    company.arrive(number="secret", confidential=True)
    assert troubles(company) == [("secret", Trouble.NOBODY_PRESENT)]


def test_what_is_on_the_list_can_be_handed_over_and_nothing_else(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    invoice = company.arrive()
    with pytest.raises(NobodyToName):
        company.name(world.sanne, invoice, world.bram)
    company.absent(world.anna, "03-04", "03-10", world.bram)
    task = company.name(world.sanne, invoice, world.bram, at("03-04"))
    assert task.holder_id == world.bram.id
    assert troubles(company) == []


def test_the_list_costs_the_same_however_long(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    company.absent(world.anna, "03-04", "03-10", world.bram)
    spent = []
    for many in (1, 6):
        for _ in range(many):
            company.arrive()
        with company.system(), CaptureQueriesContext(connection) as queries:
            items = needs_attention([company.organisation.id], today=at("03-04").date(), now=at("03-04"))
            assert {item.assignment.holder for item in items} == {world.anna}
            spent.append(len(queries))
    assert len(items) == 7
    assert spent[0] == spent[1]
