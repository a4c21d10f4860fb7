"""Deciding on a page: on to the next invoice, and clear words where it can't be."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from omloop.circulation.models import Decision
from omloop.people.models import Person
from tests.circulation.company import Company
from tests.circulation.reader import hidden, said, signed_in
from tests.world import World


@pytest.fixture
def invoice(company: Company, world: World) -> UUID:
    """It waits for Anna, and after her for Bram."""
    company.rule(("approve", world.anna), ("approve", world.bram))
    return company.arrive(number="A-1")


def send(client: Client, company: Company, invoice: UUID, action: str, **more: Any) -> Any:
    fields = {"assignment": company.task(invoice).id, "action": action, "next": f"/invoices/{invoice}/"}
    return client.post(f"/invoices/{invoice}/decide/", {**fields, **more})


def decisions(company: Company) -> list[tuple[str, UUID]]:
    with company.system():
        return list(Decision.objects.order_by("id").values_list("action", "person_id"))


def test_an_approval_goes_on_to_the_next_and_says_who_is_asked_now(
    company: Company, world: World, invoice: UUID
) -> None:
    following = company.arrive(number="A-2")
    anna = signed_in(world.anna)
    form = hidden(anna.get(f"/?invoice={invoice}"), "next", "answer")
    assert form == f"/?invoice={following}"
    answer = send(anna, company, invoice, "approve", next=form)
    assert (answer.status_code, answer.url) == (302, form)
    words = said(anna.get(answer.url))
    assert "Approval given, now with Bram Willems" in words
    assert "Invoice A-2 to" in words and "1 invoice waits for you" in words
    assert decisions(company) == [("approve", world.anna.id)]


def test_the_last_approval_says_that_all_are_there(company: Company, world: World, invoice: UUID) -> None:
    send(signed_in(world.anna), company, invoice, "approve")
    bram = signed_in(world.bram)
    answer = send(bram, company, invoice, "approve")
    assert "Approval given: all approvals are given" in said(bram.get(answer.url))
    assert company.invoice(invoice).state == "approved"


@pytest.mark.parametrize("action", ["return", "reject"])
def test_sending_back_asks_why_and_keeps_the_choice(
    action: str, company: Company, world: World, invoice: UUID
) -> None:
    anna = signed_in(world.anna)
    asked = send(anna, company, invoice, action, remark="   ")
    assert asked.status_code == 422
    assert "Write why" in said(asked) and f'name="action" value="{action}"' in asked.content.decode()
    assert decisions(company) == []
    answer = send(anna, company, invoice, action, remark="The order number is missing.")
    assert answer.status_code == 302
    assert "The order number is missing." in said(anna.get(f"/invoices/{invoice}/"))


def test_a_return_can_go_to_somebody_who_decided_before(
    company: Company, world: World, invoice: UUID
) -> None:
    send(signed_in(world.anna), company, invoice, "approve")
    bram = signed_in(world.bram)
    assert f'<option value="{world.anna.id}">Anna de Vries</option>' in bram.get("/").content.decode()
    send(bram, company, invoice, "return", remark="Look again.", return_to=world.anna.id)
    assert company.task(invoice).holder == world.anna
    wrong = send(signed_in(world.anna), company, invoice, "return", remark="No.", return_to=world.sanne.id)
    assert wrong.status_code == 422


def test_who_comes_second_is_told_who_was_first(company: Company, world: World) -> None:
    company.rule(("approve", company.group("approver")))
    invoice = company.arrive(number="A-1")
    shown = company.task(invoice).id
    send(signed_in(world.anna), company, invoice, "approve")
    late = signed_in(world.bram).post(
        f"/invoices/{invoice}/decide/", {"assignment": shown, "action": "approve", "next": "/"}
    )
    assert late.status_code == 409
    assert "Anna de Vries already approved this invoice; nothing of yours was recorded." in said(late)
    assert decisions(company) == [("approve", world.anna.id)]


@pytest.mark.parametrize(("who", "status"), [("sanne", 403), ("bram", 404), ("otto", 404)])
def test_who_may_not_decide_does_not(
    who: str, status: int, company: Company, world: World, invoice: UUID
) -> None:
    person: Person = world.people[who]
    assert send(signed_in(person), company, invoice, "approve").status_code == status
    assert decisions(company) == []


def test_a_task_of_another_invoice_is_not_there(company: Company, world: World, invoice: UUID) -> None:
    other = company.arrive(number="A-2")
    anna = signed_in(world.anna)
    for task in (company.task(other).id, uuid4(), "nonsense"):
        assert send(anna, company, invoice, "approve", assignment=task).status_code == 404
    assert send(anna, company, invoice, "burn").status_code == 422
    assert decisions(company) == []


def test_what_a_form_can_not_take_says_which_field_and_why(
    company: Company, world: World, invoice: UUID
) -> None:
    anna, too_long, page = signed_in(world.anna), "x" * 4001, f"/invoices/{invoice}/"
    for way in ("decide", "hold", "forward", "consult"):
        about = {"assignment": company.task(invoice).id, "action": "approve", "kind": "advice", "next": page}
        answer = anna.post(f"{page}{way}/", {**about, "remark": too_long})
        assert answer.status_code == 422, way
        assert "Remark: Ensure this value has at most 4000 characters" in said(answer)
        assert too_long in said(answer), "what was written stays on the page"
    answer = signed_in(world.sanne).post(f"{page}cancel/", {"reason": too_long})
    assert answer.status_code == 422 and "Reason: Ensure this value has at most 4000" in said(answer)
    assert decisions(company) == []


def test_a_remark_goes_along_with_an_answer_and_with_a_release(
    company: Company, world: World, invoice: UUID
) -> None:
    anna, page = signed_in(world.anna), f"/invoices/{invoice}/"
    assert 'id="with-remark"' in anna.get(page).content.decode()
    hold = {"assignment": company.task(invoice).id, "remark": "Wacht", "next": page}
    assert "With a remark" in said(anna.get(anna.post(f"{page}hold/", hold).url))
    go_on = {"assignment": company.task(invoice).id, "remark": "De bon is er", "next": page}
    assert "De bon is er" in said(anna.get(anna.post(f"{page}release/", go_on).url))
    send(anna, company, invoice, "approve", remark="Klopt met de bon")
    assert "Klopt met de bon" in said(anna.get(page))


def test_who_got_an_invoice_back_answers_and_checks_nothing(
    company: Company, world: World, invoice: UUID
) -> None:
    company.decide(world.anna, invoice, "return", remark="Van wie?")
    sanne, page = signed_in(world.sanne), f"/invoices/{invoice}/"
    words = said(sanne.get(page))
    assert "Waits for your answer" in words and "Answer and send back to Anna de Vries" in words
    answer = send(sanne, company, invoice, "check", next=page)
    words = said(sanne.get(answer.url))
    assert "Answered, now with Anna de Vries" in words
    assert "Checked" not in words + said(sanne.get(f"{page}?part=history"))
    with company.system():
        answered = Decision.objects.select_related("step").get(action="check")
        assert answered.word == "beantwoord"


def test_it_goes_nowhere_else(company: Company, world: World, invoice: UUID) -> None:
    answer = send(signed_in(world.anna), company, invoice, "approve", next="https://evil.example/")
    assert answer.url == "/"


def test_above_the_limit_it_says_that_it_counts_as_a_check(
    company: Company, world: World, invoice: UUID
) -> None:
    company.limit(world.anna, "100")
    anna = signed_in(world.anna)
    assert "your approval counts as a check" in said(anna.get("/"))
    answer = send(anna, company, invoice, "approve")
    assert "Above your limit, so counted as a check, now with Bram Willems" in said(anna.get(answer.url))


def test_a_check_asks_to_check(company: Company, world: World) -> None:
    company.rule(("check", world.bram), ("approve", world.anna))
    invoice = company.arrive()
    bram = signed_in(world.bram)
    assert 'name="action" value="check"' in bram.get("/").content.decode()
    assert "Check A" in said(bram.get("/"))
    answer = send(bram, company, invoice, "check")
    assert "Checked, now with Anna de Vries" in said(bram.get(answer.url))


def test_the_administration_says_whose_invoice_it_is(company: Company, world: World) -> None:
    invoice = company.arrive(number="nobody's")
    sanne = signed_in(world.sanne)
    page = sanne.get("/")
    assert "Whose invoice is this?" in said(page) and "Approve A" not in said(page)
    address, task = f"/invoices/{invoice}/name-person/", company.task(invoice).id
    unable = sanne.post(address, {"assignment": task, "person": world.sanne.id, "next": "/"})
    assert unable.status_code == 422 and "Name somebody else" in said(unable)
    assert sanne.post(address, {"assignment": task, "person": "x"}).status_code == 422
    answer = sanne.post(address, {"assignment": task, "person": world.anna.id, "next": "/"})
    assert "Handed over, now with Anna de Vries" in said(sanne.get(answer.url))
    assert company.task(invoice).holder == world.anna
    assert signed_in(world.otto).post(address, {"assignment": task}).status_code == 404
