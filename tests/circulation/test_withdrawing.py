"""Withdrawing an own decision while nobody decided after it; both stay in the history (rules 3.3)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from omloop.circulation.deciding.forwarding import forward
from omloop.circulation.deciding.gate import Outcome
from omloop.circulation.deciding.withdrawing import withdraw
from omloop.circulation.models import Assignment, Decision, SchemeRule, Step
from omloop.circulation.refusals import (
    AlreadyDecided,
    AlreadyWithdrawn,
    NotEntitled,
    NotYourDecision,
    SomethingFollowed,
)
from omloop.circulation.routing.handover import unfit
from omloop.circulation.routing.opening import has_standing_approval
from omloop.circulation.routing.route import replay_route, stored_route
from omloop.circulation.scheme.rerouting import follow_scheme_of_today
from omloop.circulation.scheme.rules import end_rule
from omloop.circulation.who.crowd import Crowd
from omloop.circulation.who.policies import people_barred
from omloop.circulation.who.succession import earlier_deciders
from omloop.circulation.who.together import barred_from
from omloop.organisations.members import member_scope
from omloop.people.models import Person
from tests.circulation.company import THE_DAY_AFTER, Company, asked, at
from tests.circulation.reader import said, signed_in
from tests.strangers.victim import key_for
from tests.transfers.handing import Handing
from tests.world import World

Newcomer = Callable[[str, str], Person]
LATER = at("03-04")


def take_it_back(company: Company, person: Person, decision: Decision | None = None) -> Outcome:
    """This person withdraws a decision: the last one of all, unless said otherwise."""
    with company.system():
        last = decision or Decision.objects.order_by("-id")[0]
    with member_scope(person, now=LATER) as member:
        return withdraw(decision_id=last.id, remark="Te snel.", actor=member, now=LATER)


def made(company: Company) -> list[tuple[Any, ...]]:
    with company.system():
        rows = Decision.objects.order_by("id").values_list("action", "person__name", "withdrawn_at")
        return [(action, name.split()[0], at is not None) for action, name, at in rows]


def test_a_decision_is_withdrawn_by_the_page_and_both_stay_in_the_history(
    company: Company, world: World
) -> None:
    company.rule(("check", world.bram), ("approve", world.anna))
    invoice = company.arrive(number="A-1")
    company.decide(world.bram, invoice, "check")
    annas = company.task(invoice)
    bram, page = signed_in(world.bram), f"/invoices/{invoice}/"
    assert "Withdraw your decision" in said(bram.get(page))
    with company.system():
        decision = Decision.objects.get()
    about = {"decision": decision.id, "remark": "Verkeerde bon", "next": page}
    answer = bram.post(f"{page}withdraw/", about)
    words = said(bram.get(answer.url))
    assert "Withdrawn, now with Bram Willems" in words
    assert "Verkeerde bon" in words and "Waits for your check" in words
    assert "Bram Willems withdrew the decision on this step; Bram Willems is asked anew." in words
    history = said(signed_in(world.anna).get(f"{page}?part=history"))
    assert "Checked" in history and "Withdrew the decision" in history
    with pytest.raises(AlreadyDecided):
        company.decide(world.anna, annas, "approve")
    task = company.task(invoice)
    assert replay_route(task.why) == stored_route(task.why)
    company.decide(world.bram, task, "check")
    assert company.decide(world.anna, invoice, "approve").invoice.state == "approved"
    assert made(company) == [("check", "Bram", True), ("check", "Bram", False), ("approve", "Anna", False)]


def test_it_is_too_late_once_somebody_decided_after_it(company: Company, world: World) -> None:
    company.rule(("check", world.bram), ("approve", world.anna))
    invoice = company.arrive()
    company.decide(world.bram, invoice, "check")
    with company.system():
        checked = Decision.objects.get()
    with pytest.raises(NotYourDecision):
        take_it_back(company, world.anna, checked)
    company.decide(world.anna, invoice, "return", remark="Wat is dit?")
    with pytest.raises(SomethingFollowed):
        take_it_back(company, world.bram, checked)
    take_it_back(company, world.anna)
    assert company.task(invoice).holder_id == world.anna.id
    take_it_back(company, world.bram, checked)
    with pytest.raises(AlreadyWithdrawn):
        take_it_back(company, world.bram, checked)


@pytest.mark.parametrize(("action", "state"), [("approve", "approved"), ("reject", "rejected")])
def test_the_last_decision_is_withdrawn_while_nothing_is_booked(
    company: Company, world: World, action: str, state: str
) -> None:
    company.rule(("approve", world.anna))
    invoice = company.arrive()
    assert company.decide(world.anna, invoice, action, remark="Dubbel").invoice.state == state
    assert take_it_back(company, world.anna).invoice.state == "circulating"
    assert company.invoice(invoice).state == "circulating"
    assert company.task(invoice).holder_id == world.anna.id
    assert company.decide(world.anna, invoice, "approve").invoice.state == "approved"


def test_a_rejection_withdrawn_gives_back_all_that_it_ended(
    company: Company, world: World, newcomer: Newcomer
) -> None:
    carla = newcomer("Carla Prins", "approver")
    both = [asked("check", world.bram), asked("check", carla, together=True)]
    company.rule(*both, ("approve", world.anna))
    company.arrive()
    with company.system():
        brams = Assignment.objects.get(holder=world.bram)
    company.decide(world.bram, brams, "reject", remark="Niet besteld")
    take_it_back(company, world.bram)
    with company.system():
        open_with = set(Assignment.objects.filter(ended_at=None).values_list("holder_id", flat=True))
        assert Step.objects.filter(state="waiting").count() == 1
    assert open_with == {world.bram.id, carla.id}


def test_a_rejection_withdrawn_gives_back_the_people_of_a_question_that_was_forwarded(
    company: Company, world: World, newcomer: Newcomer
) -> None:
    """No rule fits and Anna forwards to two: Bram rejects, and what she said of both counts again.

    Also where finance, to which Bram returned it, rejects in his place.
    """
    carla = newcomer("Carla Prins", "approver")
    invoice = company.arrive()
    company.name(world.sanne, invoice, world.anna)
    task, both = company.task(invoice).id, [world.bram.id, carla.id]
    with member_scope(world.anna, now=THE_DAY_AFTER) as anna:
        forward(assignment_id=task, people=both, actor=anna, now=THE_DAY_AFTER)
    company.decide(world.bram, tasks(company)[world.bram.id], "reject", remark="Niet besteld")
    take_it_back(company, world.bram)
    assert tasks(company).keys() == {world.bram.id, carla.id}
    company.decide(world.bram, tasks(company)[world.bram.id], "return", remark="Van wie?")
    company.decide(world.sanne, invoice, "reject", remark="Van niemand")
    take_it_back(company, world.sanne)
    company.decide(world.sanne, invoice, "check", remark="Van jou")
    assert tasks(company).keys() == {world.bram.id, carla.id}
    company.decide(world.bram, tasks(company)[world.bram.id], "approve")
    assert company.decide(carla, invoice, "approve").invoice.state == "approved"


def tasks(company: Company) -> dict[UUID | None, Assignment]:
    with company.system():
        return {task.holder_id: task for task in Assignment.objects.filter(ended_at=None)}


def test_after_a_transfer_the_successor_is_asked_for_both_steps_of_one_answer(
    company: Company, world: World
) -> None:
    company.rule(("check", world.anna), ("approve", world.anna))
    invoice = company.arrive()
    company.decide(world.anna, invoice, "approve")
    Handing(company).transfer(world.anna, world.bram, now=LATER)
    opened = take_it_back(company, world.anna).opened
    assert opened is not None and opened.holder_id == world.bram.id
    assert len(company.decide(world.bram, invoice, "approve", now=LATER).decisions) == 2
    assert company.invoice(invoice).state == "approved"


def test_what_was_returned_stays_so_once_the_invoice_follows_the_scheme_anew(
    company: Company, world: World
) -> None:
    rule = company.rule(("check", world.bram), ("approve", world.anna))
    invoice = company.arrive()
    company.decide(world.bram, invoice, "check")
    company.decide(world.anna, invoice, "return", remark="Van wie is dit?")
    with company.system() as system:
        end_rule(rule=SchemeRule.objects.get(id=rule), actor=system, now=THE_DAY_AFTER)
    company.rule(("approve", world.bram), name="R-08")
    anna, page = signed_in(world.anna), f"/invoices/{invoice}/"
    assert "Withdraw your decision" in said(anna.get(page))
    with member_scope(world.marit, now=LATER) as marit:
        follow_scheme_of_today(invoice, actor=marit, now=LATER)
    assert "Withdraw your decision" not in said(anna.get(page))
    with pytest.raises(SomethingFollowed):
        take_it_back(company, world.anna)
    assert company.task(invoice).holder_id == world.bram.id


def test_a_part_is_withdrawn_and_the_vote_of_another_stays(
    company: Company, world: World, newcomer: Newcomer
) -> None:
    carla = newcomer("Carla Prins", "approver")
    company.rule(
        asked("approve", world.bram), asked("approve", carla, together=True), ("approve", world.anna)
    )
    company.arrive()
    with company.system():
        tasks = {task.holder_id: task for task in Assignment.objects.filter(ended_at=None)}
    company.decide(world.bram, tasks[world.bram.id], "approve")
    with company.system():
        brams = Decision.objects.get()
    company.decide(carla, tasks[carla.id], "approve")
    opened = take_it_back(company, world.bram, brams).opened
    assert opened is not None and opened.holder_id == world.bram.id
    outcome = company.decide(world.bram, opened, "approve")
    assert outcome.opened is not None and outcome.opened.holder_id == world.anna.id
    assert made(company) == [
        ("approve", "Bram", True),
        ("approve", "Carla", False),
        ("approve", "Bram", False),
    ]


def test_who_was_asked_once_for_two_steps_withdraws_both(company: Company, world: World) -> None:
    company.rule(("check", world.anna), ("approve", world.anna))
    invoice = company.arrive()
    assert len(company.decide(world.anna, invoice, "approve").decisions) == 2
    assert len(take_it_back(company, world.anna).decisions) == 2
    assert made(company) == [("check", "Anna", True), ("approve", "Anna", True)]
    assert company.task(invoice).step.action == "check"
    assert len(company.decide(world.anna, invoice, "approve").decisions) == 2


def test_it_is_asked_anew_as_of_today_so_a_substitute_gets_it_and_no_eye_counts_twice(
    company: Company, world: World, newcomer: Newcomer
) -> None:
    """Bram approved, goes away, and withdraws: Sanne has it for him and is then barred, as he is."""
    carla = newcomer("Carla Prins", "approver")
    company.rule(("approve", world.bram), ("approve", carla))
    company.grant(world.sanne, "approver")
    invoice = company.arrive()
    company.decide(world.bram, invoice, "approve")
    company.absent(world.bram, "03-04", "03-31", world.sanne, takes_what_reaches=True)
    company.absent(carla, "03-04", "03-31", world.sanne, takes_what_reaches=True)
    opened = take_it_back(company, world.bram).opened
    assert opened is not None
    assert (opened.holder_id, opened.for_person_id) == (world.sanne.id, world.bram.id)
    outcome = company.decide(world.sanne, opened, "approve", now=LATER)
    assert outcome.opened is not None and outcome.opened.holder_id != world.sanne.id
    assert world.sanne.id in outcome.opened.barred


def test_an_approval_above_the_limit_takes_the_question_along(company: Company, world: World) -> None:
    company.rule(("approve", world.bram))
    company.limit(world.bram, "100")
    invoice = company.arrive()
    company.decide(world.bram, invoice, "approve")
    assert company.task(invoice).fallback == "above_limit"
    take_it_back(company, world.bram)
    assert company.task(invoice).holder_id == world.bram.id
    company.decide(world.bram, invoice, "reject", remark="Toch niet")
    take_it_back(company, world.bram)
    with company.system():
        states = list(Step.objects.order_by("position").values_list("origin", "state"))
    assert states == [("scheme", "open"), ("fallback", "ended")]


def test_who_lost_the_right_meanwhile_does_not_withdraw(company: Company, world: World) -> None:
    company.rule(("approve", world.bram), ("approve", world.anna))
    company.arrive()
    company.grant(world.bram, "checker")
    with company.system():
        task = Assignment.objects.get(ended_at=None)
    company.decide(world.bram, task, "approve")
    company.withdraw(world.bram, "approver", LATER)
    with pytest.raises(NotEntitled):
        take_it_back(company, world.bram)


def test_by_key_its_maker_withdraws_too(company: Company, world: World) -> None:
    company.rule(("check", world.bram), ("approve", world.anna))
    invoice = company.arrive()
    company.decide(world.bram, invoice, "check")
    where = f"/api/v1/invoices/{invoice}"
    keys = {person.id: key_for(person, company.organisation.id) for person in (world.anna, world.bram)}

    def ask(person: Person, method: str, path: str, **body: Any) -> Any:
        headers = {"Authorization": f"Bearer {keys[person.id]}"}
        return getattr(Client(), method)(
            where + path, headers=headers, content_type="application/json", **body
        )

    moments = ask(world.bram, "get", "/circulation").json()
    decision = next(each["decision"] for each in moments if each["decision"])
    for person, status in ((world.anna, 403), (world.bram, 201), (world.bram, 409)):
        answer = ask(person, "post", "/withdraw", data={"decision": decision})
        assert answer.status_code == status, answer.content
    told = [each for each in ask(world.bram, "get", "/circulation").json() if each["decision"] == decision]
    assert told[0]["withdrawn_at"] is not None
    assert company.task(UUID(str(invoice))).holder_id == world.bram.id


def test_no_reader_of_decisions_counts_a_withdrawn_one(company: Company, world: World) -> None:
    """Four eyes, votes, earlier deciders, standing approval, many tasks at once, and who could take over."""
    company.rule(("approve", world.bram), ("approve", world.anna))
    company.arrive()
    with company.system():
        task = Assignment.objects.get(ended_at=None)
    company.decide(world.bram, task, "approve")
    assert whom_readers_bar(company, world) == {world.bram.id}
    take_it_back(company, world.bram)
    assert whom_readers_bar(company, world) == set()


def whom_readers_bar(company: Company, world: World) -> set[UUID]:
    """What every reader says; they agree."""
    place = company.organisation.id
    with company.system():
        task = Assignment.objects.select_related("step", "invoice", "organisation").get(ended_at=None)
        invoice = task.invoice
        found = set(people_barred(task.step, invoice))
        assert found == set(barred_from(task.step, invoice)) == earlier_deciders(invoice)
        assert found == set(Crowd(place, [task], [world.bram.id], LATER).barred(task))
        assert has_standing_approval(invoice) == bool(found)
        successors = {task.holder_id: world.bram.id}
        conflicts = unfit(place, successors, {world.bram.id: {"approve"}})
        assert (task.holder_id in conflicts) == bool(found)
    return found
