"""Forwarding: a task goes to somebody who can do it, and nothing is decided by that (rules 3.3)."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.core import mail
from django.test import Client

from omloop.circulation.deciding.forwarding import forward
from omloop.circulation.deciding.gate import Outcome
from omloop.circulation.deciding.taking_back import take_back
from omloop.circulation.deciding.withdrawing import withdraw
from omloop.circulation.models import Assignment, Decision
from omloop.circulation.refusals import CannotBeNamed, NobodyNamed, NotTheHolder
from omloop.circulation.routing.route import replay_route, stored_route
from omloop.organisations.groups import make_group
from omloop.organisations.members import member_scope
from omloop.organisations.rights import DefaultGroup
from omloop.people.models import Person
from tests.circulation.company import BEFORE, THE_DAY_AFTER, Company
from tests.circulation.reader import said, signed_in
from tests.strangers.victim import key_for
from tests.world import World, make_person, place


@pytest.fixture
def carla(company: Company) -> Person:
    carla = make_person("Carla Prins")
    company.grant(carla, "approver")
    return carla


def give(company: Company, person: Person, invoice: UUID, *to: Person, remark: str = "") -> Outcome:
    task, people = company.task(invoice).id, [each.id for each in to]
    with member_scope(person, now=THE_DAY_AFTER) as member:
        return forward(assignment_id=task, people=people, remark=remark, actor=member, now=THE_DAY_AFTER)


def test_anna_forwards_by_the_page_and_carla_decides_in_her_place(
    company: Company, world: World, carla: Person
) -> None:
    company.rule(("approve", world.anna))
    invoice = company.arrive(number="A-1")
    anna, page = signed_in(world.anna), f"/invoices/{invoice}/"
    assert "Carla Prins" in said(anna.get(page))
    about = {"assignment": company.task(invoice).id, "person": carla.id, "next": page}
    answer = anna.post(f"{page}forward/", {**about, "remark": "Hoort bij jouw project"})
    assert "Forwarded, now with Carla Prins" in said(anna.get(answer.url))
    words = said(signed_in(carla).get(page))
    assert "Anna de Vries forwarded the invoice to Carla Prins." in words
    assert "Hoort bij jouw project" in words
    task = company.task(invoice)
    assert replay_route(task.why) == stored_route(task.why)
    with pytest.raises(NotTheHolder):
        company.decide(world.anna, task, "approve")
    assert company.decide(carla, task, "approve").invoice.state == "approved"
    with company.system():
        made = list(Decision.objects.order_by("id").values_list("action", "person_id"))
    assert made == [("forward", world.anna.id), ("approve", carla.id)]


def test_it_goes_to_who_stands_in_and_never_to_who_may_not(
    company: Company, world: World, carla: Person
) -> None:
    company.rule(("approve", world.anna), ("approve", world.bram))
    company.absent(carla, "03-01", "03-31", world.sanne)
    company.grant(world.sanne, "approver")
    invoice = company.arrive()
    give(company, world.anna, invoice, carla)
    task = company.task(invoice)
    assert (task.holder_id, task.for_person_id) == (world.sanne.id, carla.id)
    company.decide(world.sanne, invoice, "approve")
    for others in ([carla], [world.sanne], [world.bram], [world.otto]):
        with pytest.raises(CannotBeNamed):
            give(company, world.bram, invoice, *others)
    with pytest.raises(NobodyNamed):
        give(company, world.bram, invoice)
    assert company.task(invoice).holder_id == world.bram.id


def test_an_own_group_approves_without_forwarding_or_holding(
    company: Company, world: World, carla: Person
) -> None:
    """Neither offered nor accepted; who stands in for one with these rights has them for his tasks."""
    dirk = make_person("Dirk Prins")
    place(dirk, world.zwaluw, DefaultGroup.READER)
    with company.system() as system:
        about = {"organisation_id": world.zwaluw.id, "name": "signers", "rights": ["check", "approve"]}
        make_group(**about, actor=system, now=BEFORE)  # type: ignore[arg-type]
    company.grant(dirk, "signers")
    company.rule(("approve", dirk))
    invoice = company.arrive()
    page = f"/invoices/{invoice}/"
    words = signed_in(dirk).get(page).content.decode()
    assert 'data-key="A"' in words and 'data-key="D"' not in words and 'data-key="H"' not in words
    about = {"assignment": company.task(invoice).id, "person": carla.id, "remark": "x", "next": page}
    for action in ("forward", "hold", "release"):
        assert signed_in(dirk).post(f"{page}{action}/", about).status_code == 403
    assert company.decide(dirk, invoice, "approve").invoice.state == "approved"
    company.rule(("approve", carla), priority=9)
    company.absent(carla, "03-01", "12-31", dirk)
    invoice = company.arrive()
    words = signed_in(dirk).get(f"/invoices/{invoice}/").content.decode()
    assert 'data-key="D"' in words and 'data-key="H"' in words
    give(company, dirk, invoice, world.anna)
    assert company.task(invoice).holder_id == world.anna.id


def test_by_key_the_holder_forwards_too(company: Company, world: World, carla: Person) -> None:

    company.rule(("approve", world.anna))
    invoice = company.arrive()
    body = {"assignment": str(company.task(invoice).id), "people": [str(carla.id)]}
    where = {"path": f"/api/v1/invoices/{invoice}/forward", "content_type": "application/json"}
    for person, status in ((world.bram, 404), (world.anna, 201), (world.anna, 409)):
        key = key_for(person, company.organisation.id)
        answer = Client().post(data=body, headers={"Authorization": f"Bearer {key}"}, **where)  # type: ignore[arg-type]
        assert answer.status_code == status, answer.content
    assert company.task(invoice).holder_id == carla.id


def test_who_forwarded_takes_it_back_by_the_page(company: Company, world: World, carla: Person) -> None:
    """Bram, who stands in for Anna, forwarded to Carla: it is Anna's again, with him."""
    company.rule(("approve", world.anna))
    company.absent(world.anna, "03-01", "12-31", world.bram)
    invoice = company.arrive()
    give(company, world.bram, invoice, carla)
    assert "Take back" not in said(signed_in(carla).get(f"/invoices/{invoice}/"))
    bram, page = signed_in(world.bram), f"/invoices/{invoice}/"
    assert "Take back" in said(bram.get(page))
    bram.post(f"{page}take-back/", {"assignment": company.task(invoice).id, "next": page})
    task = company.task(invoice)
    assert (task.holder_id, task.for_person_id) == (world.bram.id, world.anna.id)
    assert task.step.person_id == world.anna.id
    with pytest.raises(NotTheHolder):
        company.decide(carla, task, "approve")
    assert company.decide(world.bram, task, "approve").invoice.state == "approved"


def test_what_lies_with_the_fallback_group_is_taken_back_and_every_page_goes_on_telling_it(
    company: Company, world: World, carla: Person, run_jobs: Callable[[], None]
) -> None:
    """Carla is away and her substitute may not approve, so finance was asked; nobody of it gets a mail."""
    mail.outbox = []
    company.rule(("approve", world.anna))
    company.absent(carla, "03-01", "12-31", world.sanne)
    invoice = company.arrive()
    give(company, world.anna, invoice, carla)
    asked = company.task(invoice)
    anna, page = signed_in(world.anna), f"/invoices/{invoice}/"
    anna.post(f"{page}take-back/", {"assignment": asked.id, "next": page})
    run_jobs()
    assert company.task(invoice).holder_id == world.anna.id
    assert "Kuipers" in said(anna.get("/"))
    assert "Taken back from financial administration." in said(anna.get(page))
    history = said(anna.get(f"{page}?part=history"))
    assert "Taken back by Anna de Vries from financial administration" in history
    assert mail.outbox == []


def tasks_of(company: Company, invoice: UUID) -> dict[UUID | None, Assignment]:
    with company.system():
        rows = Assignment.objects.filter(invoice_id=invoice, ended_at=None).select_related("step")
        return {task.holder_id: task for task in rows}


def test_forwarded_to_several_all_of_them_are_needed_at_the_same_time(
    company: Company, world: World, carla: Person
) -> None:
    company.rule(("approve", world.anna), ("approve", world.sanne))
    company.grant(world.sanne, "approver")
    invoice = company.arrive()
    anna, page = signed_in(world.anna), f"/invoices/{invoice}/"
    about = {"assignment": company.task(invoice).id, "person": [world.bram.id, carla.id], "next": page}
    answer = anna.post(f"{page}forward/", about)
    assert "Forwarded, now with Bram Willems, Carla Prins" in said(anna.get(answer.url))
    open_with = tasks_of(company, invoice)
    assert open_with.keys() == {world.bram.id, carla.id}
    assert {task.step.position for task in open_with.values()} == {1}
    company.decide(carla, open_with[carla.id], "approve")
    assert tasks_of(company, invoice).keys() == {world.bram.id}
    outcome = company.decide(world.bram, open_with[world.bram.id], "approve")
    assert outcome.opened is not None and outcome.opened.holder_id == world.sanne.id
    for task in open_with.values():
        assert replay_route(task.why) == stored_route(task.why)


def test_nobody_has_two_parts_of_what_is_forwarded(company: Company, world: World, carla: Person) -> None:
    """Not by himself, and not by standing in for another who is asked."""
    company.rule(("approve", world.anna))
    company.absent(carla, "03-01", "03-31", world.bram)
    invoice = company.arrive()
    with pytest.raises(CannotBeNamed):
        give(company, world.anna, invoice, carla, world.anna)
    give(company, world.anna, invoice, carla, world.bram)
    groups = [task for holder, task in tasks_of(company, invoice).items() if holder is None]
    assert world.bram.id in tasks_of(company, invoice) and len(groups) == 1
    assert world.bram.id in groups[0].barred


def test_who_forwarded_to_several_takes_all_of_it_back_at_once(
    company: Company, world: World, carla: Person
) -> None:
    company.rule(("approve", world.anna), ("approve", world.sanne))
    company.grant(world.sanne, "approver")
    invoice = company.arrive()
    give(company, world.anna, invoice, world.bram, carla)
    task = tasks_of(company, invoice)[carla.id]
    with member_scope(world.anna, now=THE_DAY_AFTER) as member:
        take_back(assignment_id=task.id, actor=member, now=THE_DAY_AFTER)
    assert tasks_of(company, invoice).keys() == {world.anna.id}
    company.decide(world.anna, company.task(invoice), "reject", remark="Niet besteld")
    with company.system():
        rejection = Decision.objects.get(action="reject")
    with member_scope(world.anna, now=THE_DAY_AFTER) as member:
        withdraw(decision_id=rejection.id, actor=member, now=THE_DAY_AFTER)
    assert tasks_of(company, invoice).keys() == {world.anna.id}
    give(company, world.anna, invoice, carla, world.bram)
    assert tasks_of(company, invoice).keys() == {world.bram.id, carla.id}


def test_a_vote_stays_when_the_rest_is_taken_back(company: Company, world: World, carla: Person) -> None:
    company.rule(("approve", world.anna))
    invoice = company.arrive()
    give(company, world.anna, invoice, world.bram, carla)
    company.decide(world.bram, tasks_of(company, invoice)[world.bram.id], "approve")
    left = company.task(invoice).id
    with member_scope(world.anna, now=THE_DAY_AFTER) as member:
        take_back(assignment_id=left, actor=member, now=THE_DAY_AFTER)
    assert company.decide(world.anna, invoice, "approve").invoice.state == "approved"
    with company.system():
        votes = Decision.objects.filter(action="approve").order_by("id")
        assert [each.person_id for each in votes] == [world.bram.id, world.anna.id]
