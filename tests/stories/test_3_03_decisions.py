"""Hold and release: a task stays where it is, out of sight until its day, and nobody decides (rules 3.3)."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from omloop.circulation.deciding.gate import Outcome
from omloop.circulation.deciding.on_hold import put_on_hold, release
from omloop.circulation.deciding.taking import give_back, take_task
from omloop.circulation.models import UNTIL_RELEASED, Decision
from omloop.circulation.reading.worklist import Filter, counts, worklist
from omloop.circulation.refusals import (
    AlreadyDecided,
    NoDayToCome,
    NotOnHold,
    NotTheHolder,
    OnHold,
    ReasonMissing,
)
from omloop.organisations.members import member_scope
from omloop.people.models import Person
from tests.circulation.company import THE_DAY_AFTER, Company, at
from tests.circulation.reader import said, signed_in
from tests.strangers.victim import key_for
from tests.transfers.handing import Handing
from tests.world import World

TODAY = THE_DAY_AFTER.date()


@pytest.fixture
def company(world: World) -> Company:
    return Company(world, world.zwaluw)


@pytest.fixture
def handing(company: Company) -> Handing:
    return Handing(company)


def hold_it(company: Company, person: Person, invoice: UUID, **fields: Any) -> Outcome:
    about = {"assignment_id": company.task(invoice).id, "remark": "Wacht op de creditnota", **fields}
    with member_scope(person, now=THE_DAY_AFTER) as member:
        return put_on_hold(**about, actor=member, now=THE_DAY_AFTER)


def release_it(company: Company, person: Person, invoice: UUID) -> Outcome:
    task = company.task(invoice).id
    with member_scope(person, now=THE_DAY_AFTER) as member:
        return release(assignment_id=task, actor=member, now=THE_DAY_AFTER)


def listed(person: Person, only: Filter, today: date = TODAY) -> list[str]:
    """The numbers under a filter; what the counts say of it agrees."""
    with member_scope(person, now=THE_DAY_AFTER) as member:
        rows = worklist(member, today=today, only=only).rows
        assert counts(member, today=today)[only].count == len(rows)
    return [row.number for row in rows]


def test_on_hold_it_stands_under_its_own_filter_until_its_day(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    company.arrive(number="A-1", due_on=date(2026, 1, 1))
    held = company.arrive(number="A-2", due_on=date(2026, 1, 2))
    back = date(2026, 12, 1)
    hold_it(company, world.anna, held, until=back)
    for only in (Filter.ALL, Filter.LATE):
        assert listed(world.anna, only) == ["A-1"]
    assert listed(world.anna, Filter.ON_HOLD) == ["A-2"]
    assert listed(world.anna, Filter.ON_HOLD, date(2026, 11, 30)) == ["A-2"]
    assert listed(world.anna, Filter.ON_HOLD, back) == []
    assert listed(world.anna, Filter.ALL, back) == ["A-1", "A-2"]
    with pytest.raises(OnHold):
        company.decide(world.anna, held, "approve", at("11-30"))
    assert company.decide(world.anna, held, "approve", at("12-01")).invoice.state == "approved"


def test_finance_holds_and_releases_too_and_nobody_else_does(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    company.absent(world.anna, "03-01", "12-31", world.bram)
    invoice = company.arrive()
    before = company.task(invoice)
    with pytest.raises(NotTheHolder):
        hold_it(company, world.anna, invoice)
    with pytest.raises(ReasonMissing):
        hold_it(company, world.bram, invoice, remark=" ")
    with pytest.raises(NoDayToCome):
        hold_it(company, world.bram, invoice, until=TODAY)
    hold_it(company, world.sanne, invoice)
    with pytest.raises(AlreadyDecided) as refusal:
        company.decide(world.bram, before, "approve")
    assert (refusal.value.name, refusal.value.action) == ("Sanne Bakker", "hold")
    task = company.task(invoice)
    assert task.on_hold_until == UNTIL_RELEASED
    assert (task.holder_id, task.for_person_id, task.why) == (world.bram.id, world.anna.id, before.why)
    release_it(company, world.bram, invoice)
    with pytest.raises(NotOnHold):
        release_it(company, world.bram, invoice)
    company.decide(world.bram, invoice, "approve")
    with company.system():
        made = list(Decision.objects.order_by("id").values_list("action", "person_id", "for_person_id"))
    assert made == [
        ("hold", world.sanne.id, None),
        ("release", world.bram.id, world.anna.id),
        ("approve", world.bram.id, world.anna.id),
    ]


def test_a_new_holder_begins_without_the_hold(handing: Handing, world: World) -> None:
    handing.company.rule(("approve", world.anna))
    invoice = handing.company.arrive()
    hold_it(handing.company, world.anna, invoice)
    handing.transfer(world.anna, world.bram)
    task = handing.company.task(invoice)
    assert (task.holder_id, task.on_hold_until) == (world.bram.id, None)
    assert handing.company.decide(world.bram, task, "approve", at("03-11")).invoice.state == "approved"


def test_who_takes_a_task_of_his_group_takes_it_with_the_hold_that_finance_put_on_it(
    company: Company, world: World
) -> None:
    company.rule(("approve", company.group("approver")))
    invoice = company.arrive()
    hold_it(company, world.sanne, invoice)
    for pass_on in (take_task, give_back):
        task = company.task(invoice).id
        with member_scope(world.anna, now=THE_DAY_AFTER) as anna:
            pass_on(assignment_id=task, actor=anna, now=THE_DAY_AFTER)
        with pytest.raises(OnHold):
            company.decide(world.anna, invoice, "approve")
    release_it(company, world.sanne, invoice)
    assert company.decide(world.anna, invoice, "approve").invoice.state == "approved"


def test_who_puts_on_hold_fills_no_pair_of_eyes(company: Company, world: World) -> None:
    company.rule(("approve", world.anna), ("approve", world.bram))
    invoice = company.arrive()
    hold_it(company, world.anna, invoice)
    release_it(company, world.anna, invoice)
    assert company.decide(world.anna, invoice, "approve").opened is not None
    assert company.decide(world.bram, invoice, "approve").invoice.state == "approved"


def test_the_pages_put_on_hold_say_so_and_release(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    invoice = company.arrive(number="A-1")
    page, anna = f"/invoices/{invoice}/", signed_in(world.anna)
    about = {"assignment": company.task(invoice).id, "remark": "Wacht op de creditnota", "next": page}
    refused = anna.post(f"{page}hold/", {**about, "until": "2020-01-01"})
    assert (refused.status_code, "Choose a day after today" in said(refused)) == (422, True)
    answer = anna.post(f"{page}hold/", {**about, "until": "2999-12-01"})
    words = said(anna.get(answer.url))
    assert all(each in words for each in ("Wacht op de creditnota", "On hold until 1 December 2999."))
    assert "Put on hold" in said(anna.get(f"{page}?part=history"))
    words = said(anna.get("/?filter=on_hold"))
    assert "1 invoice is on hold" in words
    assert "On hold until 1 December 2999. Release it to decide." in words
    nobody = said(signed_in(world.anna, "nl").get("/?view=list"))
    assert "Aangehouden 1" in nobody
    task = {"assignment": company.task(invoice).id, "next": page}
    assert "Vrijgegeven" in said(anna.get(anna.post(f"{page}release/", task).url))
    assert listed(world.anna, Filter.ALL) == ["A-1"]


def test_by_key_too_and_the_list_takes_no_more_queries(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    invoices = [company.arrive(number=f"A-{n}") for n in range(4)]
    key = key_for(world.anna, company.organisation.id)
    client, spent = Client(headers={"Authorization": f"Bearer {key}"}), []
    for invoice in invoices[:3]:
        body = {"assignment": str(company.task(invoice).id), "remark": "Wacht", "until": "2999-12-01"}
        path = f"/api/v1/invoices/{invoice}"
        answer = client.post(f"{path}/hold", body, "application/json")
        assert answer.status_code == 201, answer.content
        with CaptureQueriesContext(connection) as queries:
            items = client.get("/api/v1/worklist?filter=on_hold").json()["items"]
        spent.append(len(queries))
    assert {item["on_hold_until"] for item in items} == {"2999-12-01"}
    assert (len(items), len(set(spent))) == (3, 1)
    body = {"assignment": items[0]["assignment"]}
    statuses = [
        client.post(f"/api/v1/invoices/{items[0]['invoice']}/release", body, "application/json").status_code
        for _ in range(2)
    ]
    assert statuses == [201, 409]
