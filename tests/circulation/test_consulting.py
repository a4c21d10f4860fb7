"""Asking for advice, waiting for it or not, and sending for information, which never waits (rules 3.3)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from omloop.absences.models import AbsenceCover
from omloop.circulation.deciding.consulting import answer, consult, recall
from omloop.circulation.models.consultations import Consultation
from omloop.circulation.refusals import NotTheHolder
from omloop.circulation.refusals.consultations import (
    AdviceAwaited,
    AlreadyConsulted,
    CannotBeConsulted,
    NotConsulted,
)
from omloop.circulation.routing.passing import hand_over_open
from omloop.intake.models import Document
from omloop.invoices.queries import visible_to
from omloop.notifications.digest import digest_of
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from omloop.people.models import Person
from tests.circulation.company import THE_DAY_AFTER, Company
from tests.circulation.reader import said, signed_in
from tests.strangers.victim import key_for
from tests.world import World, make_person

Newcomer = Callable[[str, str], Person]
NOW = THE_DAY_AFTER


@pytest.fixture
def carla(company: Company) -> Person:
    """Of the same company, and asked for nothing by any rule."""
    carla = make_person("Carla Prins")
    company.grant(carla, "checker")
    return carla


def ask(
    company: Company, person: Person, invoice: UUID, *whom: Person, kind: str = "advice", waits: bool = True
) -> list[Consultation]:
    task, people = company.task(invoice).id, [each.id for each in whom]
    said: dict[str, Any] = {"kind": kind, "waits": waits, "remark": "Klopt dit?"}
    with member_scope(person, now=NOW) as member:
        return consult(assignment_id=task, people=people, **said, actor=member, now=NOW)


def reply(person: Person, question: Consultation, remark: str = "Het klopt.") -> None:
    with member_scope(person, now=NOW) as member:
        answer(consultation_id=question.id, remark=remark, actor=member, now=NOW)


def test_anna_asks_by_the_page_waits_for_the_advice_and_then_approves(
    company: Company, world: World, carla: Person
) -> None:
    company.rule(("approve", world.anna))
    invoice = company.arrive(number="A-1")
    anna, adviser, page = signed_in(world.anna), signed_in(carla), f"/invoices/{invoice}/"
    assert adviser.get(page).status_code == 404
    about = {"assignment": company.task(invoice).id, "person": [carla.id], "kind": "waits", "next": page}
    answered = anna.post(f"{page}consult/", {**about, "remark": "Is dit jouw project?"})
    words = said(anna.get(answered.url))
    assert "Asked 1 person" in words and "It waits for the advice of Carla Prins." in words
    assert "Waits for the advice of Carla Prins" in said(anna.get("/"))
    refused = anna.post(f"{page}decide/", {"assignment": company.task(invoice).id, "action": "approve"})
    assert refused.status_code == 409 and "waits for the advice of Carla Prins" in said(refused)
    listed = said(adviser.get("/"))
    assert "Anna de Vries asks your advice: Is dit jouw project?" in listed
    assert "Give advice" in said(adviser.get(page))
    with company.system():
        question = Consultation.objects.get()
    adviser.post(f"{page}advice/", {"consultation": question.id, "remark": "Ja, akkoord", "next": page})
    assert "Asked of you" not in said(adviser.get("/"))
    assert "Ja, akkoord" in said(anna.get(page))
    history = said(anna.get(f"{page}?part=history"))
    assert "Asked Carla Prins for advice" in history and "Gave the advice that was asked" in history
    assert company.decide(world.anna, invoice, "approve").invoice.state == "approved"


def test_advice_is_no_decision_and_fills_no_pair_of_eyes(
    company: Company, world: World, newcomer: Newcomer
) -> None:
    company.rule(("approve", world.anna), ("approve", world.bram))
    invoice = company.arrive()
    reply(world.bram, ask(company, world.anna, invoice, world.bram)[0])
    company.decide(world.anna, invoice, "approve")
    assert company.decide(world.bram, invoice, "approve").invoice.state == "approved"


def test_without_waiting_and_for_information_nothing_stops(
    company: Company, world: World, carla: Person
) -> None:
    company.rule(("approve", world.anna))
    invoice = company.arrive()
    (advice,) = ask(company, world.anna, invoice, carla, waits=False)
    (information,) = ask(company, world.anna, invoice, world.bram, kind="information", waits=True)
    assert not information.waits
    company.decide(world.anna, invoice, "approve")
    with pytest.raises(NotConsulted):
        reply(carla, advice)
    words = said(signed_in(world.bram).get("/"))
    assert "For information, from Anna de Vries" in words
    reply(world.bram, information, "")
    assert "Asked of you" not in said(signed_in(world.bram).get("/"))


def test_a_question_is_recalled_by_who_asked_holds_it_or_circulates(
    company: Company, world: World, carla: Person
) -> None:
    company.rule(("approve", world.anna))
    invoice = company.arrive()
    for person in (world.anna, world.sanne):
        (question,) = ask(company, world.anna, invoice, carla)
        with pytest.raises(AlreadyConsulted):
            ask(company, world.anna, invoice, carla, kind="information")
        with pytest.raises(AdviceAwaited):
            company.decide(world.anna, invoice, "approve")
        with pytest.raises(NotTheHolder), member_scope(carla, now=NOW) as member:
            recall(consultation_id=question.id, actor=member, now=NOW)
        with member_scope(person, now=NOW) as member:
            recall(consultation_id=question.id, actor=member, now=NOW)
    company.decide(world.anna, invoice, "approve")


def test_nobody_waits_for_who_left(company: Company, world: World, carla: Person) -> None:
    company.rule(("approve", world.anna))
    first, second = company.arrive(), company.arrive()
    ask(company, world.anna, first, carla)
    company.deactivate(carla)
    company.decide(world.anna, first, "approve")
    with pytest.raises(CannotBeConsulted):
        ask(company, world.anna, second, carla)


def test_who_may_not_look_is_not_asked_and_an_absent_one_is_said_to_be_away(
    company: Company, world: World, carla: Person
) -> None:
    company.rule(("approve", world.anna))
    for person in (world.anna, world.bram):
        company.grant(person, "approver")
    company.absent(carla, "01-01", "2099-12-31", world.bram)
    invoice = company.arrive()
    assert "away until 31 December; nobody stands in for advice" in said(
        signed_in(world.anna).get(f"/invoices/{invoice}/")
    )
    for whom in ([world.otto], [world.anna], [carla, world.otto], []):
        with pytest.raises(CannotBeConsulted):
            ask(company, world.anna, invoice, *whom)
    with pytest.raises(NotTheHolder):
        ask(company, world.bram, invoice, carla)


def test_a_confidential_invoice_is_shown_to_nobody_without_the_right(
    company: Company, world: World, carla: Person
) -> None:
    company.rule(("approve", world.anna))
    invoice = company.arrive()
    ask(company, world.anna, invoice, carla)
    with member_scope(carla, now=NOW) as member:
        assert visible_to(member).filter(id=invoice).exists()
    with company.system():
        hold(company.organisation.id)
        Document.objects.filter(invoice=invoice).update(confidential=True)
    with member_scope(carla, now=NOW) as member:
        assert not visible_to(member).filter(id=invoice).exists()
        assert not Consultation.objects.exists()


def test_by_key_one_asks_answers_and_reads_the_questions(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    invoice = company.arrive()
    keys = {each.id: key_for(each, company.organisation.id) for each in (world.anna, world.bram)}

    def call(person: Person, path: str, **body: Any) -> Any:
        headers = {"Authorization": f"Bearer {keys[person.id]}"}
        where = {"path": f"/api/v1{path}", "headers": headers, "content_type": "application/json"}
        return Client().post(data=body, **where) if body else Client().get(**where)  # type: ignore[arg-type]

    on = f"/invoices/{invoice}/questions"
    body = {"assignment": str(company.task(invoice).id), "people": [str(world.bram.id)], "kind": "advice"}
    assert call(world.anna, on, **body).status_code == 422
    asked = call(world.anna, on, **body, waits=True, remark="Klopt dit?")
    assert asked.status_code == 201, asked.content
    (question,) = call(world.bram, "/questions").json()
    assert question["asked_by"] == "Anna de Vries" and question["waits"]
    assert call(world.anna, f"{on}/{question['id']}/answer", remark="Zelf").status_code == 409
    assert call(world.bram, f"{on}/{question['id']}/answer", remark="Ja").json()["answer"] == "Ja"
    assert call(world.anna, on).json()[0]["answered_at"] is not None


def test_the_digest_says_that_advice_is_asked(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    (question,) = ask(company, world.anna, company.arrive(), world.bram)
    told = digest_of(world.bram, at=NOW, since=None, now=NOW)
    assert told is not None and (told.waiting, told.questions, told.is_empty) == (0, 1, False)
    reply(world.bram, question)
    told = digest_of(world.bram, at=NOW, since=None, now=NOW)
    assert told is not None and told.is_empty


def test_whoever_has_the_task_meanwhile_waits_for_the_advice_too(
    company: Company, world: World, carla: Person
) -> None:
    """A hold and a substitute make another task of the same step."""
    company.rule(("approve", world.anna))
    invoice = company.arrive()
    (question,) = ask(company, world.anna, invoice, carla)
    company.absent(world.anna, "03-02", "03-31", world.bram, takes_what_is_open=True)
    with company.system() as system:
        hold(company.organisation.id)
        hand_over_open(AbsenceCover.objects.get(), actor=system, now=NOW)
    with pytest.raises(AdviceAwaited):
        company.decide(world.bram, invoice, "approve")
    reply(carla, question)
    assert company.decide(world.bram, invoice, "approve").invoice.state == "approved"


def test_queries_do_not_grow_with_questions(company: Company, world: World, carla: Person) -> None:
    company.rule(("approve", world.anna))
    invoices = [company.arrive() for _ in range(3)]
    ask(company, world.anna, invoices[0], carla)
    counted = []
    for page in ("/", f"/invoices/{invoices[0]}/"):
        client = signed_in(carla)
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        counted.append((page, len(queries)))
    for invoice in invoices[1:]:
        ask(company, world.anna, invoice, carla, world.bram)
    ask(company, world.anna, invoices[0], world.bram, world.sanne)
    for page, before in counted:
        client = signed_in(carla)
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        assert len(queries) <= before, page
