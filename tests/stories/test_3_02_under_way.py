"""A scheme is edited while invoices run: they keep their steps, unless somebody wants otherwise (3.2)."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from omloop.audit.models import AuditEvent
from omloop.circulation.models import Decision, SchemeRule
from omloop.circulation.reading.history import sentences
from omloop.circulation.refusals import NotUnderWay, StillToBeCoded
from omloop.circulation.routing.why import explain, read_names
from omloop.circulation.scheme.behind import behind_scheme
from omloop.circulation.scheme.rerouting import follow_each, follow_scheme_of_today
from omloop.circulation.scheme.rules import end_rule
from omloop.organisations.members import RightMissing, member_scope
from tests.circulation.company import Company, at
from tests.coding.books import Books
from tests.transfers.handing import Handing
from tests.world import World

EDITED = at("03-02", "13:00")
NOW = at("03-04")


@pytest.fixture
def company(world: World) -> Company:
    return Company(world, world.zwaluw)


@pytest.fixture
def invoice(company: Company, world: World) -> UUID:
    """Bram checked it by a rule that has been replaced since: Anna approves; now Bram would."""
    rule_id = company.rule(("check", world.bram), ("approve", world.anna))
    invoice = company.arrive()
    with company.system() as system:
        end_rule(rule=SchemeRule.objects.get(id=rule_id), actor=system, now=EDITED)
    company.rule(("approve", world.bram), name="R-08")
    company.decide(world.bram, invoice, "check")
    return invoice


def follow(world: World, invoice: UUID) -> Any:
    with member_scope(world.marit, now=NOW) as marit:
        return follow_scheme_of_today(invoice, actor=marit, now=NOW)


def test_what_is_under_way_keeps_its_steps(company: Company, world: World, invoice: UUID) -> None:
    task = company.task(invoice)
    assert (task.holder, task.why["step"]["rule"]["name"]) == (world.anna, "R-07")


def test_on_purpose_it_follows_the_scheme_of_today_and_the_history_says_so(
    company: Company, world: World, invoice: UUID
) -> None:
    assert [task.holder_id for task in follow(world, invoice)] == [world.bram.id]
    task = company.task(invoice)
    assert task.why["step"]["rule"]["name"] == "R-08"
    with company.system():
        assert explain(task.why, read_names([task.why]))[0] == (
            "Marit Hoekstra liet de factuur het schema opnieuw volgen; Bram Willems is gevraagd."
        )
        (event,) = AuditEvent.objects.filter(name="circulation.rerouted")
        assert (event.person_id, event.detail["lapsed"]) == (world.marit.id, 1)
        (checked,) = Decision.objects.filter(invoice_id=invoice)
        assert (checked.withdrawn_at, checked.voided_by_id) == (NOW, world.marit.id)
        assert sentences(event.detail)[event.name] == "Volgt opnieuw het schema, zoals het nu is"
    company.decide(world.bram, task, "approve", now=at("03-05"))
    assert company.invoice(invoice).state == "approved"
    with pytest.raises(NotUnderWay):
        follow(world, invoice)


def test_it_takes_the_right_to_manage_schemes(company: Company, world: World, invoice: UUID) -> None:
    with member_scope(world.sanne, now=NOW) as sanne, pytest.raises(RightMissing):
        follow_scheme_of_today(invoice, actor=sanne, now=NOW)


def test_marit_sees_which_they_are_and_has_them_follow(company: Company, world: World, invoice: UUID) -> None:
    company.grant(world.marit, "reader")
    browser = Client()
    browser.force_login(world.marit)
    address = reverse("scheme_under_way", args=[world.zwaluw.id])
    assert address in browser.get(reverse("scheme", args=[world.zwaluw.id])).content.decode()
    shown = browser.get(address).content.decode()
    assert "R-07" in shown and "Anna de Vries" in shown and str(invoice) in shown
    said = browser.post(address, {"invoice": [str(invoice), "nonsense"]}, follow=True).content.decode()
    assert (
        "1 factuur volgt het schema van vandaag" in said
        and "Alles gaat volgens het schema van vandaag" in said
    )
    assert company.task(invoice).holder == world.bram


def test_a_step_to_which_it_was_returned_ends_too(company: Company, world: World, invoice: UUID) -> None:
    company.decide(world.anna, invoice, "return", remark="Which project?")
    assert [task.holder_id for task in follow(world, invoice)] == [world.bram.id]
    company.decide(world.bram, invoice, "approve", now=at("03-05"))
    assert company.invoice(invoice).state == "approved"


def test_after_a_transfer_whoever_came_in_his_place_is_asked(
    company: Company, world: World, invoice: UUID
) -> None:
    """Carla has what Anna had; the rule of today asks Anna once more, which is now Carla."""
    handing = Handing(company)
    carla = handing.newcomer("Carla Prins")
    handing.transfer(world.anna, carla, now=NOW)
    company.rule(("approve", world.anna), ("approve", world.bram), name="R-09", priority=2)
    assert [task.holder_id for task in follow(world, invoice)] == [carla.id]


def test_one_that_is_refused_hinders_no_other(company: Company, world: World, invoice: UUID) -> None:
    """An invoice that is still to be coded follows the scheme by itself, and is not offered either."""
    Books.of(company)
    to_code = company.arrive(number="2", without_vat=Decimal(1000))
    company.grant(world.marit, "reader")
    with member_scope(world.marit, now=NOW) as marit:
        assert [each.invoice.id for each in behind_scheme(world.zwaluw.id, now=NOW)] == [invoice]
        results = follow_each(world.zwaluw.id, [to_code, invoice], actor=marit, now=NOW)
    refused = {each.invoice.id: each.refusal for each in results}
    assert isinstance(refused[to_code], StillToBeCoded) and refused[invoice] is None
    assert company.task(invoice).holder == world.bram
