"""The worklist and decisions by API: the same gate, with a key."""

import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from omloop.circulation.models import Decision
from tests.api.test_documents import key_of
from tests.circulation.company import Company, at
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
