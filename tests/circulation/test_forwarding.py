"""Forwarding: a task goes to somebody who can do it, and nothing is decided by that (rules 3.3)."""

from uuid import UUID

import pytest
from django.test import Client

from omloop.circulation.forwarding import forward
from omloop.circulation.gate import Outcome
from omloop.circulation.models import Decision
from omloop.circulation.refusals import CannotBeNamed, NotTheHolder
from omloop.circulation.route import replay_route, stored_route
from omloop.organisations.members import member_scope
from omloop.people.models import Person
from tests.circulation.company import THE_DAY_AFTER, Company
from tests.circulation.reader import said, signed_in
from tests.strangers.victim import key_for
from tests.world import World, make_person


@pytest.fixture
def carla(company: Company) -> Person:
    carla = make_person("Carla Prins")
    company.grant(carla, "approver")
    return carla


def give(company: Company, person: Person, invoice: UUID, to: Person, remark: str = "") -> Outcome:
    task = company.task(invoice).id
    with member_scope(person, now=THE_DAY_AFTER) as member:
        return forward(assignment_id=task, person_id=to.id, remark=remark, actor=member, now=THE_DAY_AFTER)


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
    for other in (carla, world.sanne, world.bram, world.otto):
        with pytest.raises(CannotBeNamed):
            give(company, world.bram, invoice, other)
    assert company.task(invoice).holder_id == world.bram.id


def test_by_key_the_holder_forwards_too(company: Company, world: World, carla: Person) -> None:

    company.rule(("approve", world.anna))
    invoice = company.arrive()
    body = {"assignment": str(company.task(invoice).id), "person": str(carla.id)}
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
