"""Four eyes: off, all steps that approve, or all steps, as the organisation has it set (rules 3.5)."""

from datetime import datetime
from itertools import product
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.test import Client
from django.utils.translation import override

from omloop.circulation.deciding.bulk import answer_each
from omloop.circulation.deciding.gate import decide
from omloop.circulation.models import Assignment
from omloop.circulation.models.configuration import FourEyes
from omloop.circulation.reading.mail_link import link_for
from omloop.circulation.refusals import FourEyes as AnotherPairOfEyes
from omloop.circulation.routing.configuring import Configuration, configure
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from omloop.people.models import Person, SameHuman
from omloop.recognition.models import Typing
from omloop.tenancy.history import since
from tests.api.test_documents import key_of
from tests.circulation.company import BEFORE, THE_DAY_AFTER, Company, at
from tests.circulation.reader import said, signed_in
from tests.world import World, make_person, place

LATER = at("03-09")


@pytest.fixture
def company(world: World) -> Company:
    return Company(world, world.zwaluw)


def wants(company: Company, four_eyes: str, now: datetime = BEFORE) -> None:
    with member_scope(company.world.marit, now=now) as marit:
        configure(
            organisation_id=company.organisation.id,
            wanted=Configuration(four_eyes=four_eyes, answers_by_mail=True),
            actor=marit,
            now=now,
        )


def holder(company: Company, invoice: UUID) -> str:
    task = company.task(invoice)
    return task.holder.name.split()[0] if task.holder else task.fallback


@pytest.mark.parametrize(
    ("four_eyes", "first", "then"),
    [
        (FourEyes.OFF, ("check", "approve"), "approved"),
        (FourEyes.OFF, ("approve", "approve"), "approved"),
        (FourEyes.APPROVE, ("check", "approve"), "approved"),
        (FourEyes.APPROVE, ("approve", "approve"), "barred"),
        (FourEyes.ALL, ("check", "approve"), "barred"),
        (FourEyes.ALL, ("approve", "check"), "barred"),
        (FourEyes.ALL, ("approve", "approve"), "barred"),
    ],
)
def test_one_person_named_twice(
    company: Company, world: World, four_eyes: str, first: tuple[str, str], then: str
) -> None:
    wants(company, four_eyes)
    company.rule(*((action, world.anna) for action in first))
    invoice = company.arrive()
    answer = "approve" if "approve" in first and four_eyes != FourEyes.ALL else first[0]
    company.decide(world.anna, invoice, answer)
    state = company.invoice(invoice).state
    assert (state if state == "approved" else holder(company, invoice)) == then


def test_who_stands_in_for_the_other_cannot_do_both(company: Company, world: World) -> None:
    wants(company, FourEyes.ALL)
    company.rule(("check", world.bram), ("approve", world.anna))
    company.absent(world.anna, "03-01", "03-31", world.bram)
    invoice = company.arrive()
    company.decide(world.bram, invoice, "check")
    assert holder(company, invoice) == "barred"


def test_answering_a_question_fills_no_pair_of_eyes(company: Company, world: World) -> None:
    """Bram checked, Anna asks him something: he answers, and she approves what he checked."""
    wants(company, FourEyes.ALL)
    company.rule(("check", world.bram), ("approve", world.anna))
    invoice = company.arrive()
    company.decide(world.bram, invoice, "check")
    company.decide(world.anna, invoice, "return", remark="Is it ours?", return_to=world.bram.id)
    assert holder(company, invoice) == "Bram"
    company.decide(world.bram, invoice, "check", remark="It is")
    company.decide(world.anna, invoice, "approve")
    assert company.invoice(invoice).state == "approved"


def test_a_change_of_the_setting_counts_at_the_gate(company: Company, world: World) -> None:
    wants(company, FourEyes.OFF)
    company.rule(("approve", world.bram), ("check", world.sanne), ("approve", world.bram))
    company.grant(world.sanne, "checker")
    invoice = company.arrive()
    company.decide(world.bram, invoice, "approve")
    company.decide(world.sanne, invoice, "check")
    assert holder(company, invoice) == "Bram"
    wants(company, FourEyes.APPROVE, THE_DAY_AFTER)
    with pytest.raises(AnotherPairOfEyes):
        company.decide(world.bram, invoice, "approve")


PASTS, HANDS = (
    ("made", "checked", "approved"),
    ("himself", "by key", "other account", "stands in", "was away"),
)
"""What one human did before, and by whose hands he would approve: his own (also after he did it with a
connection key), those of his other account, his own for another, or of whom he stood in for before."""
CHANNELS = ("gate", "bulk", "page", "api", "mail link")


def test_no_way_in_lets_one_human_fill_both_pairs_in_whatever_order(company: Company, world: World) -> None:
    """Everything was routed before what makes him barred, so that only the gate sees it."""
    wants(company, FourEyes.OFF)
    people = {name: make_person(f"{name} Prins") for name in ("Carla", "Dirk")}
    for person in people.values():
        place(person, world.zwaluw, "approver")
    company.grant(world.sanne, "checker")
    Person.objects.update(language="en")
    seconds = {"other account": people["Carla"], "stands in": world.bram, "was away": people["Dirk"]}
    company.absent(world.bram, "03-01", "12-31", world.anna)
    company.absent(people["Dirk"], "03-01", "03-05", world.anna)
    tasks = [
        dealt(company, past, hand, seconds.get(hand, world.anna)) for past, hand in product(PASTS, HANDS)
    ]
    one, other = sorted([world.anna.id, people["Carla"].id])
    marked = {"marked_by": world.marit.id, "environment_id": world.noordgroep_id, "valid": since(BEFORE)}
    SameHuman.objects.create(one_id=one, other_id=other, **marked)
    wants(company, FourEyes.ALL, LATER)
    doors = {task.holder_id: Doors(company, task.holder) for task in tasks if task.holder}
    for task, channel in product(tasks, CHANNELS):
        assert "nother pair of eyes must look" in doors[task.holder_id].answer(task, channel), channel
    assert {company.invoice(task.invoice_id).state for task in tasks} == {"circulating"}


def dealt(company: Company, past: str, hand: str, second: Person) -> Assignment:
    """The task of the second pair of eyes, whose first was Anna's."""
    anna, sanne, name = company.world.anna, company.world.sanne, f"{past} {hand}"
    first = {"made": [], "checked": [("check", "first")], "approved": [("approve", "first")]}[past]
    asked = second if hand == "was away" else anna
    steps = [*((action, asked) for action, _ in first), ("check", sanne), ("approve", second)]
    company.rule(*steps, name=name, supplier=name, priority=len(company.started) + 2)
    invoice = company.arrive(supplier_name=name)
    company.started.append(invoice)
    if past == "made":
        maker = second if hand == "was away" else anna
        with company.system():
            hold(company.organisation.id)
            about = {"organisation": company.organisation, "invoice_id": invoice, "confidential": False}
            Typing.objects.create(**about, typed_by=maker, typed_at=THE_DAY_AFTER, changed={})
    elif hand == "by key":
        body = {"assignment": str(company.task(invoice).id), "action": steps[0][0]}
        sent = {"headers": key_of(anna, company.organisation), "content_type": "application/json"}
        answer = Client().post(f"/api/v1/invoices/{invoice}/decisions", body, **sent)
        assert answer.status_code == 201
    else:
        company.decide(anna, invoice, steps[0][0])
    company.decide(sanne, invoice, "check", now=LATER)
    return company.task(invoice)


class Doors:
    """All ways in of one person; each says what came of approving."""

    def __init__(self, company: Company, person: Person) -> None:
        self.company, self.person = company, person
        self.browser, self.key = signed_in(person), key_of(person, company.organisation)

    def answer(self, task: Assignment, channel: str) -> str:
        where, body = f"/invoices/{task.invoice_id}/", {"assignment": str(task.id), "action": "approve"}
        if channel == "page":
            return said(self.browser.post(f"{where}decide/", body))
        if channel == "api":
            sent = {"headers": {**self.key, "Accept-Language": "en"}, "content_type": "application/json"}
            return str(Client().post(f"/api/v1{where}decisions", body, **sent).json()["detail"])
        if channel == "mail link":
            about = {"organisation_id": task.organisation_id, "assignment_id": task.id}
            return said(Client().post(urlsplit(link_for(self.person, **about)).path, body))
        with member_scope(self.person, now=LATER) as member, override("en"):
            if channel == "bulk":
                return str(answer_each([task.id], actor=member, now=LATER)[0].refusal)
            with pytest.raises(AnotherPairOfEyes) as refused:
                decide(assignment_id=task.id, action="approve", actor=member, now=LATER)
            return str(refused.value)
