"""Who gets a step, and why (rules 3.1, 3.5, 3.9, 4.2-4.4)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from omloop.audit.models import AuditEvent
from omloop.circulation.models import Assignment, Step
from omloop.circulation.refusals import ActionNotAsked
from omloop.circulation.routing.route import replay_route, stored_route
from omloop.organisations.holding import hold
from omloop.organisations.models import Group, GroupRight
from omloop.organisations.rights import Right
from omloop.people.models import Person
from omloop.tenancy.history import since
from tests.api.test_documents import key_of
from tests.circulation.company import Company, at
from tests.circulation.reader import hidden, said, signed_in
from tests.world import World

NewPerson = Callable[[str, str], Person]


def test_the_first_step_opens_at_the_instant_of_arrival(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    invoice, arrival = company.store(at("03-02", "09:15")), at("03-02", "09:15")
    company.start(invoice, now=at("03-02", "09:20"), opened_at=arrival)
    task = company.task(invoice)
    assert (task.holder, task.for_person, task.opened_at) == (world.anna, None, at("03-02", "09:15"))
    assert company.invoice(invoice).state == "circulating"


def test_starting_twice_does_no_harm(company: Company, world: World) -> None:
    company.rule(("check", world.bram), ("approve", world.anna))
    invoice = company.arrive()
    company.start(invoice)
    with company.system():
        assert Step.objects.filter(invoice=invoice).count() == 2
        assert Assignment.objects.filter(invoice=invoice).count() == 1
        assert AuditEvent.objects.filter(subject_id=invoice, name="circulation.started").count() == 1


def test_the_rule_of_highest_priority_that_matches_wins(company: Company, world: World) -> None:
    company.rule(("approve", world.anna), priority=1, name="all")
    company.rule(("approve", world.bram), priority=9, name="big", amount_from=Decimal(5000))
    company.rule(("approve", world.bram), priority=5, name="raaf", supplier="  drukkerij DE raaf ")
    assert company.task(company.arrive(with_vat=Decimal("4999.99"))).holder == world.anna
    assert company.task(company.arrive(with_vat=Decimal(5000))).holder == world.bram
    assert company.task(company.arrive(kind="credit_note", with_vat=Decimal(-6000))).holder == world.bram
    task = company.task(company.arrive(supplier_name="Drukkerij De Raaf"))
    assert (task.holder, task.why["step"]["rule"]["name"]) == (world.bram, "raaf")


def test_an_amount_that_is_not_said_is_for_people_to_judge(company: Company, world: World) -> None:
    company.rule(("approve", world.bram), priority=9, amount_from=Decimal(5000))
    company.rule(("approve", world.anna), priority=1)
    task = company.task(company.arrive(with_vat=None))
    assert (task.group_id, task.fallback) == (company.group("finance"), "no_amount")


def test_without_a_rule_finance_says_whose_it_is(company: Company, world: World) -> None:
    invoice = company.arrive()
    assert company.task(invoice).fallback == "no_rule"
    assert company.task(invoice).group_id == company.group("finance")
    company.name(world.sanne, invoice, world.anna)
    task = company.task(invoice)
    assert (task.holder, task.why["sent"]) == (world.anna, {"named_by": str(world.sanne.id)})
    company.decide(world.anna, task, "approve")
    assert company.invoice(invoice).state == "approved"


def test_a_substitute_without_the_right_does_not_get_the_step(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    company.absent(world.anna, "04-01", "05-01", world.sanne)
    task = company.task(company.arrive(at("04-03")))
    assert (task.group_id, task.fallback) == (company.group("finance"), "right_missing")


def test_substitutes_who_refer_to_each_other_end_at_the_fallback(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    company.absent(world.anna, "04-01", "05-01", world.bram)
    company.absent(world.bram, "04-01", "05-01", world.anna)
    assert company.task(company.arrive(at("04-03"))).fallback == "cycle"


def test_nothing_goes_to_somebody_deactivated_nor_to_his_substitute(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    company.absent(world.anna, "04-01", "05-01", world.bram)
    company.deactivate(world.anna)
    task = company.task(company.arrive(at("04-03")))
    assert (task.group_id, task.fallback) == (company.group("finance"), "inactive")


def test_who_approved_before_is_passed_over_also_for_another(company: Company, world: World) -> None:
    company.rule(("approve", world.anna), ("approve", world.bram))
    company.absent(world.bram, "03-01", "03-31", world.anna)
    invoice = company.arrive()
    company.decide(world.anna, invoice, "approve")
    task = company.task(invoice)
    assert (task.group_id, task.fallback) == (company.group("finance"), "barred")


def test_who_is_named_twice_running_is_asked_once(company: Company, world: World) -> None:
    company.rule(("check", world.anna), ("check", world.anna), ("approve", world.anna))
    invoice = company.arrive()
    outcome = company.decide(world.anna, invoice, "check")
    assert [decision.action for decision in outcome.decisions] == ["check", "check"]
    assert company.task(invoice).step.action == "approve"
    other = company.arrive()
    company.decide(world.anna, other, "check")
    assert [d.action for d in company.decide(world.anna, other, "approve").decisions] == ["approve"]


def test_approving_answers_the_check_before_it_too(company: Company, world: World) -> None:
    company.rule(("check", world.anna), ("approve", world.anna))
    invoice = company.arrive()
    outcome = company.decide(world.anna, invoice, "approve")
    assert [decision.action for decision in outcome.decisions] == ["check", "approve"]
    assert company.invoice(invoice).state == "approved"


def test_page_bulk_and_api_ask_once_for_a_check_and_the_approval_after_it_and_only_who_may_approve(
    company: Company, world: World
) -> None:
    """Sanne stands in for Anna and may check, not approve: of her a check is asked, and taken."""
    company.rule(("check", world.anna), ("approve", world.anna))
    mine = company.arrive(number="A-1")
    page, key = f"/invoices/{mine}/", key_of(world.anna, world.zwaluw)
    listed = Client().get("/api/v1/worklist", headers=key).json()["items"]
    assert [each["action"] for each in listed] == ["approve"]
    assert hidden(signed_in(world.anna).get(page), "action", "answer") == "approve"
    answers = {"assignment": company.task(mine).id, "next": "/"}
    words = said(signed_in(world.anna).post("/worklist/answers/", answers))
    assert "Approval given: all approvals are given" in words
    company.absent(world.anna, "03-01", "12-31", world.sanne)
    hers = company.arrive(number="A-2")
    key = key_of(world.sanne, world.zwaluw)
    listed = Client().get("/api/v1/worklist", headers=key).json()["items"]
    assert [each["action"] for each in listed] == ["check"]
    assert hidden(signed_in(world.sanne).get(f"/invoices/{hers}/"), "action", "answer") == "check"
    with pytest.raises(ActionNotAsked):
        company.decide(world.sanne, hers, "approve")
    assert company.decide(world.sanne, hers, "check").decisions[0].action == "check"


def test_two_approvals_of_one_person_need_different_people(company: Company, world: World) -> None:
    company.rule(("approve", world.anna), ("approve", world.anna))
    invoice = company.arrive()
    outcome = company.decide(world.anna, invoice, "approve")
    assert len(outcome.decisions) == 1
    assert company.task(invoice).fallback == "barred"


def test_a_group_step_skips_the_absent_and_asks_substitutes_when_all_are_away(
    company: Company, world: World, newcomer: NewPerson
) -> None:
    approvers = company.group("approver")
    carla = newcomer("Carla Prins", "finance")
    company.rule(("approve", approvers))
    company.absent(world.anna, "04-01", "05-01", world.bram)
    assert company.task(company.arrive(at("04-03"))).group_id == approvers
    company.absent(world.bram, "04-01", "04-10", carla)
    assert company.task(company.arrive(at("04-03"))).fallback == "nobody_in_group"
    company.grant(carla, "approver")
    company.withdraw(carla, "finance")
    assert company.task(company.arrive(at("04-03"))).group_id == approvers
    company.absent(carla, "04-01", "04-10", world.otto)
    assert company.task(company.arrive(at("04-03"))).fallback == "nobody_in_group"


def test_when_a_whole_group_is_away_the_first_substitute_is_asked(
    company: Company, world: World, newcomer: NewPerson
) -> None:
    carla = newcomer("Carla Prins", "checker")
    approvers = company.group("approver")
    company.rule(("check", approvers), ("approve", approvers))
    company.absent(world.anna, "04-01", "05-01", world.bram)
    company.absent(world.bram, "04-01", "04-10", carla)
    task = company.task(company.arrive(at("04-03")))
    assert (task.holder, task.for_person, task.group_id) == (carla, world.anna, None)


def test_a_confidential_invoice_goes_to_a_group_that_may_see_it(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    task = company.task(company.arrive(confidential=True))
    assert (task.group_id, task.fallback) == (company.group("finance"), "not_confidential")
    with company.system():
        hold(company.organisation.id)
        group = Group.objects.create(organisation=company.organisation, name="Directie")
        for right in (Right.VIEW_CONFIDENTIAL, Right.CIRCULATE, Right.VIEW_OWN):
            GroupRight.objects.create(
                organisation=company.organisation, group=group, right=right, valid=since(at("01-02"))
            )
    task = company.task(company.arrive(confidential=True))
    assert task.group_id == group.id
    company.grant(world.anna, "Directie")
    assert company.task(company.arrive(confidential=True)).holder == world.anna


@pytest.mark.parametrize(
    ("steps", "absent"),
    [("anna", False), ("anna", True), ("group", False), ("group", True), ("nobody", False)],
)
def test_every_routing_can_be_replayed_from_its_snapshot(
    company: Company, world: World, steps: str, absent: bool
) -> None:
    if steps != "nobody":
        company.rule(("approve", world.anna if steps == "anna" else company.group("approver")))
    if absent:
        company.absent(world.anna, "04-01", "05-01", world.bram)
        company.absent(world.bram, "04-01", "04-30", world.sanne)
    task = company.task(company.arrive(at("04-03")))
    company.withdraw(world.bram, "approver")
    company.deactivate(world.anna)
    assert replay_route(task.why) == stored_route(task.why)
    assert stored_route(task.why).holder_id == task.holder_id
    assert stored_route(task.why).group_id == task.group_id
    assert task.why["asked"]["import_date"] == date(2026, 4, 3).isoformat()
