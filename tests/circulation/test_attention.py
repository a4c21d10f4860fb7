"""The list *needs attention*: what nobody present can do (rules 4.3, 1.5)."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from omloop.circulation.deciding.attention import Trouble, needs_attention
from omloop.circulation.deciding.on_hold import put_on_hold, release
from omloop.circulation.models import Assignment
from omloop.circulation.models.configuration import FourEyes
from omloop.circulation.refusals import FourEyes as FourEyesRefused
from omloop.circulation.refusals import NobodyToName
from omloop.circulation.routing.configuring import Configuration, configure
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from omloop.people.models import SameHuman
from omloop.recognition.models import Typing
from omloop.tenancy.history import since
from tests.circulation.company import Company, asked, at
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


def stricter(company: Company, four_eyes: str, day: str = "03-04") -> None:
    """Marit changes which steps need different people."""
    with member_scope(company.world.marit, now=at(day)) as marit:
        wanted = Configuration(four_eyes=four_eyes)
        place = company.organisation.id
        configure(organisation_id=place, wanted=wanted, actor=marit, now=at(day))


def test_a_later_stricter_setting_of_four_eyes_lets_nothing_stand_still_unseen(
    company: Company, world: World
) -> None:
    stricter(company, FourEyes.OFF, "02-01")
    company.rule(("approve", world.anna), ("check", world.bram), ("approve", world.anna))
    company.absent(world.bram, "03-01", "03-09", world.anna)
    twice, fresh = company.arrive(number="twice"), company.arrive(number="fresh")
    company.decide(world.anna, twice, "approve")
    assert troubles(company) == []
    stricter(company, FourEyes.ALL)
    assert troubles(company) == [("twice", Trouble.BARRED)]
    with pytest.raises(FourEyesRefused):
        company.decide(world.anna, twice, "check", at("03-05"))
    assert company.task(fresh).holder == world.anna
    task = company.name(world.sanne, twice, world.bram, at("03-10"))
    assert (task.holder, troubles(company, "03-10")) == (world.bram, [])


def test_nor_does_it_where_all_of_a_group_answered_before_or_a_mark_made_two_accounts_one(
    company: Company, world: World
) -> None:
    stricter(company, FourEyes.OFF, "02-01")
    three = (("approve", world.anna), ("approve", world.bram), ("approve", company.group("approver")))
    company.rule(*three, supplier="Groep", priority=2)
    group = company.arrive(number="group", supplier_name="Groep")
    company.decide(world.anna, group, "approve")
    company.decide(world.bram, group, "approve")
    company.rule(("approve", world.anna), ("approve", world.bram))
    two = company.arrive(number="two accounts")
    company.decide(world.anna, two, "approve")
    stricter(company, FourEyes.ALL)
    assert troubles(company) == [("group", Trouble.BARRED)]
    one, other = sorted((world.anna, world.bram), key=lambda person: person.id)
    marked = {"marked_by": world.marit.id, "environment_id": world.noordgroep_id, "valid": since(at("03-04"))}
    SameHuman.objects.create(one=one, other=other, **marked)
    assert {number for number, _ in troubles(company)} == {"group", "two accounts"}


def test_nor_does_it_for_who_made_it_nor_after_it_was_on_hold_nor_for_who_voted_by_another_account(
    company: Company, world: World
) -> None:
    stricter(company, FourEyes.OFF, "02-01")
    company.rule(("approve", world.anna))
    both = (asked("check", world.anna), asked("check", world.bram, together=True))
    company.rule(*both, ("approve", world.anna), supplier="Samen", priority=2)
    made, voted = company.arrive(number="made"), company.arrive(number="voted", supplier_name="Samen")
    with company.system():
        hold(company.organisation.id)
        about = {"organisation": company.organisation, "confidential": False, "changed": {}}
        Typing.objects.create(**about, invoice_id=made, typed_by=world.anna, typed_at=at("03-03"))
        ours = {task.holder_id: task for task in Assignment.objects.filter(invoice_id=voted)}
    company.decide(world.anna, ours[world.anna.id], "check")
    stricter(company, FourEyes.APPROVE)
    for change in (put_on_hold, release):
        task = company.task(made)
        with member_scope(world.sanne, now=at("03-05")) as sanne:
            change(assignment_id=task.id, remark="Later", actor=sanne, now=at("03-05"))
    assert troubles(company) == [("made", Trouble.BARRED)]
    one, other = sorted((world.anna, world.bram), key=lambda person: person.id)
    marked = {"marked_by": world.marit.id, "environment_id": world.noordgroep_id, "valid": since(at("03-05"))}
    SameHuman.objects.create(one=one, other=other, **marked)
    with pytest.raises(FourEyesRefused):
        company.decide(world.bram, ours[world.bram.id], "check", at("03-05"))
    assert sorted(troubles(company)) == [("made", Trouble.BARRED), ("voted", Trouble.BARRED)]
    company.grant(world.sanne, "approver")
    task = company.name(world.sanne, made, world.sanne, at("03-05"))
    assert task.holder == world.sanne


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
