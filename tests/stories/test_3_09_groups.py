"""Groups and people who are asked together: anyone of them, or all (rules 3.9)."""

from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import translation

from omloop.circulation.deciding.taking import give_back, take_task
from omloop.circulation.models import Assignment, Decision
from omloop.circulation.refusals import FourEyes, NotEntitled, NotTheHolder
from omloop.circulation.routing.handover import unfit
from omloop.circulation.routing.route import replay_route, stored_route
from omloop.circulation.routing.why import explain, read_names
from omloop.circulation.who.policies import Standing
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from omloop.organisations.rights import Right
from omloop.people.models import Person, SameHuman
from omloop.tenancy.history import since
from tests.circulation.company import THE_DAY_AFTER, Company, asked, at
from tests.circulation.reader import said, signed_in
from tests.stories.test_3_05_four_eyes import wants
from tests.world import World, make_person


@pytest.fixture
def company(world: World) -> Company:
    return Company(world, world.zwaluw)


@pytest.fixture
def carla(company: Company) -> Person:
    """A third approver."""
    carla = make_person("Carla Prins")
    company.grant(carla, "approver")
    return carla


def tasks(company: Company, invoice: UUID) -> dict[str, Assignment]:
    """The open tasks by who holds them."""
    with company.system():
        rows = Assignment.objects.filter(invoice_id=invoice, ended_at=None)
        found = list(rows.select_related("step", "holder", "group", "for_person"))
        assert all(replay_route(task.why) == stored_route(task.why) for task in found)
        return {task.holder.name.split()[0] if task.holder else task.group.default: task for task in found}


def test_everyone_of_a_group_is_asked_at_once_and_the_substitute_of_who_is_away(
    company: Company, world: World, carla: Person
) -> None:
    """Anna is away and Dion stands in; the next step waits for the last of the three."""
    dion = make_person("Dion Smit")
    company.grant(dion, "checker")
    company.rule(asked("check", company.group("approver"), needs_all=True), ("approve", world.bram))
    company.absent(world.anna, "03-01", "03-31", dion)
    invoice = company.arrive()
    waiting = tasks(company, invoice)
    assert set(waiting) == {"Bram", "Carla", "Dion"} and waiting["Dion"].for_person == world.anna
    with company.system(), translation.override("en"):
        sentences = explain(waiting["Dion"].why, read_names([waiting["Dion"].why]))
    assert "asks everyone in" in sentences[0] and "Dion Smit stands in" in sentences[1]
    with pytest.raises(NotTheHolder):
        company.decide(world.bram, waiting["Carla"], "check")
    with company.system():
        leaving = {carla.id: world.bram.id, dion.id: world.anna.id}
        rights = {key: {Right.CHECK} for key in (world.bram.id, world.anna.id)}
        clash = unfit(world.zwaluw.id, leaving, rights)
        assert clash == {carla.id: Standing.BARRED}  # Bram has his own vote; Anna is named by her part.
    page = said(signed_in(world.bram).get(f"/invoices/{invoice}/"))
    assert (page.count("Waits for your check"), page.count("Waits for a check")) == (1, 2)
    assert "and also for Dion Smit, Carla Prins" in page or "and also for Carla Prins, Dion Smit" in page
    outcome = company.decide(carla, waiting["Carla"], "check")
    assert outcome.opened is not None and set(tasks(company, invoice)) == {"Bram", "Dion"}
    company.decide(dion, waiting["Dion"], "check")
    company.decide(world.bram, waiting["Bram"], "check")
    company.decide(world.bram, invoice, "approve")
    assert company.invoice(invoice).state == "approved"


def test_one_human_has_one_vote(company: Company, world: World, carla: Person) -> None:
    """Bram and Carla both sign; who stands in for one of them and has a vote himself gives only his own."""
    company.rule(("approve", world.bram), asked("approve", carla, together=True))
    company.absent(carla, "03-01", "03-31", world.bram)
    invoice = company.arrive()
    assert set(tasks(company, invoice)) == {"Bram", "finance"}
    assert tasks(company, invoice)["finance"].fallback == "barred"
    company.decide(world.bram, tasks(company, invoice)["Bram"], "approve")
    company.name(world.sanne, tasks(company, invoice)["finance"], world.anna)
    company.decide(world.anna, invoice, "approve")
    assert company.invoice(invoice).state == "approved"


def test_when_both_parts_come_to_one_person_he_gives_one_vote(
    company: Company, world: World, carla: Person
) -> None:
    """Both A and B must sign, and what is A's is given to B: the gate takes one of the two from him."""
    company.rule(("check", world.bram), asked("check", carla, together=True), ("approve", world.anna))
    invoice = company.arrive()
    task = tasks(company, invoice)["Carla"]
    with company.system():
        hold(company.organisation.id)
        Assignment.objects.filter(id=task.id).update(holder=world.bram)
        first, second = Assignment.objects.filter(invoice_id=invoice, ended_at=None).order_by("id")
    company.decide(world.bram, first, "check")
    with pytest.raises(FourEyes):
        company.decide(world.bram, second, "check")


def test_two_accounts_of_one_human_are_asked_once(company: Company, world: World, carla: Person) -> None:
    first, second = sorted((world.bram, carla), key=lambda person: person.id)
    SameHuman.objects.create(
        one=first,
        other=second,
        marked_by=world.marit.id,
        environment_id=world.noordgroep_id,
        valid=since(at("01-02")),
    )
    company.rule(asked("approve", company.group("approver"), needs_all=True))
    assert len(tasks(company, company.arrive())) == 2


def test_a_return_lets_all_wait_and_asks_only_who_has_not_voted(
    company: Company, world: World, carla: Person
) -> None:
    company.rule(*[asked("approve", who, together=True) for who in (world.anna, world.bram, carla)])
    invoice = company.arrive()
    company.decide(world.anna, tasks(company, invoice)["Anna"], "approve")
    company.decide(world.bram, tasks(company, invoice)["Bram"], "return", remark="Wat is dit?")
    assert set(tasks(company, invoice)) == {"finance"}
    company.decide(world.sanne, invoice, "check")
    assert set(tasks(company, invoice)) == {"Bram", "Carla"}
    company.decide(carla, tasks(company, invoice)["Carla"], "reject", remark="Niet besteld.")
    assert (company.invoice(invoice).state, tasks(company, invoice)) == ("rejected", {})


def test_a_limit_counts_alike_whoever_of_them_comes_first(company: Company, world: World) -> None:
    company.limit(world.bram, "100")
    company.rule(("approve", world.anna), asked("approve", world.bram, together=True))
    for order in ((world.anna, world.bram), (world.bram, world.anna)):
        invoice = company.arrive()
        for person in order:
            company.decide(person, tasks(company, invoice)[person.name.split()[0]], "approve")
        assert company.invoice(invoice).state == "approved"


def test_of_a_group_the_absent_are_skipped_and_a_substitute_is_asked_when_all_are_away(
    company: Company, world: World
) -> None:
    company.rule(("approve", company.group("approver")))
    company.absent(world.anna, "03-01", "04-30", world.sanne)
    company.grant(world.sanne, "checker")
    assert set(tasks(company, company.arrive())) == {"approver"}
    dion = make_person("Dion Smit")
    company.absent(world.bram, "04-01", "04-30", dion)
    late = company.arrive(at("04-03"))
    assert set(tasks(company, late)) == {"finance"}  # Neither substitute may approve.


def test_a_member_takes_a_task_of_his_group_and_gives_it_back(company: Company, world: World) -> None:
    company.rule(("approve", company.group("approver")))
    invoice = company.arrive()
    anna, bram = signed_in(world.anna), signed_in(world.bram)
    assert "I take this" in said(anna.get(f"/invoices/{invoice}/"))
    press(anna, company, invoice, "take")
    assert company.task(invoice).holder == world.anna
    page = said(anna.get(f"/invoices/{invoice}/"))
    assert "took it from the group" in page and "Give back to the group" in page
    assert press(bram, company, invoice, "take").status_code == 409
    with pytest.raises(NotTheHolder):
        company.decide(world.bram, invoice, "approve")
    assert press(bram, company, invoice, "give-back").status_code == 403
    press(anna, company, invoice, "give-back")
    company.decide(world.bram, invoice, "approve")
    with company.system():
        assert Decision.objects.get(invoice_id=invoice).person == world.bram


def test_only_who_can_do_it_takes_a_task_and_who_has_left_does_it_no_more(
    company: Company, world: World, carla: Person
) -> None:
    """The fallback's question is taken and answered by one; a barred member and one who left take nothing."""
    asked_whose = company.arrive(supplier_name="De Raaf")
    with pytest.raises(NotTheHolder):
        take(company, world.anna, asked_whose)
    taken = take(company, world.sanne, asked_whose)
    assert (taken.holder_id, taken.fallback) == (world.sanne.id, company.task(asked_whose).fallback)
    assert taken.fallback, "it still asks whose invoice it is"
    assert company.name(world.sanne, asked_whose, world.anna).holder_id == world.anna.id
    wants(company, "all")
    company.rule(("check", world.bram), ("approve", company.group("approver")))
    of_group = company.arrive()
    company.decide(world.bram, of_group, "check")
    with pytest.raises(NotEntitled):
        take(company, world.bram, of_group)
    company.grant(carla, "checker")
    given = take(company, carla, of_group).id
    company.withdraw(carla, "approver", at("03-03"))
    with pytest.raises(NotEntitled):
        company.decide(carla, of_group, "approve", now=at("03-04"))
    with member_scope(carla, now=at("03-04")) as member:
        give_back(assignment_id=given, actor=member, now=at("03-04"))
    with pytest.raises(NotTheHolder):
        take(company, carla, of_group)
    assert company.decide(world.anna, of_group, "approve").invoice.state == "approved"


def take(company: Company, person: Person, invoice: UUID) -> Assignment:
    task = company.task(invoice).id
    with member_scope(person, now=THE_DAY_AFTER) as member:
        return take_task(assignment_id=task, actor=member, now=THE_DAY_AFTER)


def press(client: Client, company: Company, invoice: UUID, what: str) -> Any:
    return client.post(f"/invoices/{invoice}/{what}/", {"assignment": company.task(invoice).id})
