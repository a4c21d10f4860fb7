"""The worklist and decisions by API: the same gate, with a key."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from omloop.circulation.models import Decision, ProposedRule, SchemeRule
from omloop.circulation.scheme.rules import end_rule
from tests.api.test_documents import key_of
from tests.circulation.company import THE_DAY_AFTER, Company, at
from tests.world import World

API = "/api/v1"


def ask(headers: dict[str, str], address: str) -> Any:
    return Client().get(API + address, headers=headers)


def decide(headers: dict[str, str], invoice: UUID, body: dict[str, object], **more: str) -> Any:
    return Client().post(
        f"{API}/invoices/{invoice}/decisions",
        json.dumps(body, default=str),
        content_type="application/json",
        headers={**headers, **more},
    )


@pytest.fixture
def invoice(company: Company, world: World) -> UUID:
    """For Anna, who is away: Bram stands in; after that Sanne's group checks."""
    company.rule(("approve", world.anna), ("check", world.sanne))
    company.absent(world.anna, "04-01", "05-01", world.bram)
    return company.arrive(at("04-03"), number="2026-0418")


def test_the_worklist_says_why_and_for_whom(company: Company, world: World, invoice: UUID) -> None:
    company.arrive(at("04-04"), number="2026-0419")
    bram = key_of(world.bram, world.zwaluw)
    first = ask(bram, "/worklist?limit=1").json()
    task = first["items"][0]
    assert (task["invoice"], task["number"], task["amount"]) == (str(invoice), "2026-0418", "1210.00")
    assert (task["import_date"], task["on_behalf_of"]) == ("2026-04-03", "Anna de Vries")
    assert "Anna de Vries" in task["why"] and task["assignment"] == str(company.task(invoice).id)
    second = ask(bram, f"/worklist?limit=1&after={first['next']}").json()
    assert [each["number"] for each in second["items"]] == ["2026-0419"]
    assert second["next"] is None
    assert ask(bram, "/worklist?after=nonsense").status_code == 422
    assert ask(key_of(world.otto, world.vuurtoren), "/worklist").json()["items"] == []


def test_a_decision_goes_through_the_gate_once(company: Company, world: World, invoice: UUID) -> None:
    bram = key_of(world.bram, world.zwaluw)
    body = {"assignment": company.task(invoice).id, "action": "approve"}
    first = decide(bram, invoice, body, **{"Idempotency-Key": "k-1"})
    assert (first.status_code, first.json()) == (
        201,
        {"state": "circulating", "counted_as_check": False, "waits_for": "Sanne Bakker"},
    )
    again = decide(bram, invoice, body, **{"Idempotency-Key": "k-1"})
    assert (again.status_code, again.json()) == (201, first.json())
    late = decide(bram, invoice, body)
    assert late.status_code == 409 and late.headers["Content-Type"] == "application/problem+json"
    assert "Bram Willems" in late.json()["detail"]
    with company.system():
        assert Decision.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"action": "return"}, 422),
        ({"action": "burn"}, 422),
        ({"action": "check"}, 409),
        ({"assignment": uuid4()}, 404),
    ],
)
def test_a_refusal_is_a_problem(
    changes: dict[str, object], status: int, company: Company, world: World, invoice: UUID
) -> None:
    bram = key_of(world.bram, world.zwaluw)
    body = {"assignment": company.task(invoice).id, "action": "approve", **changes}
    assert decide(bram, invoice, body).status_code == status
    with company.system():
        assert not Decision.objects.exists()


def test_a_stranger_decides_nothing(company: Company, world: World, invoice: UUID) -> None:
    body = {"assignment": company.task(invoice).id, "action": "approve"}
    assert decide(key_of(world.otto, world.vuurtoren), invoice, body).status_code == 404
    with company.system():
        assert not Decision.objects.exists()


def test_the_circulation_is_told_in_order(company: Company, world: World, invoice: UUID) -> None:
    bram = key_of(world.bram, world.zwaluw)
    decide(bram, invoice, {"assignment": company.task(invoice).id, "action": "approve", "remark": "Fine."})
    told = ask(bram, f"/invoices/{invoice}/circulation").json()
    assert [each["kind"] for each in told] == ["received", "decided", "now"]
    assert (told[1]["person"], told[1]["on_behalf_of"], told[1]["remark"]) == (
        "Bram Willems",
        "Anna de Vries",
        "Fine.",
    )
    stranger = key_of(world.otto, world.vuurtoren)
    assert ask(stranger, f"/invoices/{invoice}/circulation").status_code == 404


def send(headers: dict[str, str], invoice: UUID, what: str, **body: object) -> Any:
    address = f"{API}/invoices/{invoice}/{what}"
    return Client().post(
        address, json.dumps(body, default=str), content_type="application/json", headers=headers
    )


def test_a_task_of_a_group_is_taken_and_given_back(company: Company, world: World) -> None:
    company.rule(("approve", company.group("approver")))
    invoice = company.arrive()
    anna, bram = (key_of(each, world.zwaluw) for each in (world.anna, world.bram))
    seen = company.task(invoice).id
    taken = send(anna, invoice, "take", assignment=seen)
    assert (taken.status_code, taken.json()) == (
        201,
        {"assignment": str(company.task(invoice).id), "waits_for": "Anna de Vries"},
    )
    assert send(bram, invoice, "take", assignment=seen).status_code == 409, "Anna was first"
    assert send(bram, invoice, "give-back", **taken.json()).status_code == 403
    given = send(anna, invoice, "give-back", **taken.json())
    assert company.task(invoice).group_id is not None
    other = company.arrive(number="2")
    assert send(anna, other, "take", assignment=given.json()["assignment"]).status_code == 404
    done = decide(bram, invoice, {"assignment": given.json()["assignment"], "action": "approve"})
    assert done.json()["state"] == "approved"


def test_the_fallback_names_a_person_who_can_and_suggests_him_as_a_rule(
    company: Company, world: World
) -> None:
    invoice, sanne = company.arrive(), key_of(world.sanne, world.zwaluw)
    task = company.task(invoice).id
    assert send(sanne, invoice, "name", assignment=task, person=world.marit.id).status_code == 422
    named = send(sanne, invoice, "name", assignment=task, person=world.anna.id, as_rule=True)
    assert named.json()["waits_for"] == "Anna de Vries"
    assert send(sanne, invoice, "name", person=world.bram.id, **named.json()).status_code == 409
    with company.system():
        assert ProposedRule.objects.get().person == world.anna


def test_what_was_forwarded_is_taken_back_and_an_invoice_follows_the_scheme_of_today(
    company: Company, world: World
) -> None:
    rule = company.rule(("approve", world.anna))
    company.grant(world.marit, "reader")
    invoice = company.arrive()
    anna, bram, marit = (key_of(each, world.zwaluw) for each in (world.anna, world.bram, world.marit))
    send(anna, invoice, "forward", assignment=company.task(invoice).id, people=[world.bram.id])
    task = company.task(invoice).id
    assert send(bram, invoice, "take-back", assignment=task).status_code == 403
    assert send(anna, invoice, "take-back", assignment=task).json()["waits_for"] == "Anna de Vries"
    with company.system() as system:
        end_rule(rule=SchemeRule.objects.get(id=rule), actor=system, now=THE_DAY_AFTER)
    company.rule(("approve", world.bram))
    assert send(anna, invoice, "follow-scheme").status_code == 403
    followed = send(marit, invoice, "follow-scheme")
    assert [each["waits_for"] for each in followed.json()] == ["Bram Willems"]
    decide(bram, invoice, {"assignment": company.task(invoice).id, "action": "approve"})
    assert send(marit, invoice, "follow-scheme").status_code == 409
