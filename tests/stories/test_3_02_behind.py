"""What goes another way than the scheme of today is offered to follow it, and nothing else (rules 3.2)."""

from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from omloop.circulation.models import SchemeRule
from omloop.circulation.scheme.behind import behind_scheme
from omloop.circulation.scheme.ordering import move_rule
from omloop.circulation.scheme.rules import NewStep, change_rule, conditions_of, end_rule, steps_in
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from tests.circulation.company import Company, at
from tests.circulation.reader import link, said, signed_in
from tests.schemes.office import address, filled, post
from tests.world import World

NOW = at("03-04")


@pytest.fixture
def company(world: World) -> Company:
    return Company(world, world.zwaluw)


@pytest.fixture
def marit(world: World) -> Client:
    """She manages the schemes, and sees no invoice."""
    return signed_in(world.marit)


def behind(company: Company) -> dict[UUID, tuple[str, str]]:
    """By which rule each goes, and by which it would today."""
    with company.system():
        found = behind_scheme(company.organisation.id, now=NOW)
        return {
            each.invoice.id: (
                each.came_by.name if each.came_by else "",
                each.today.name if each.today else "",
            )
            for each in found
        }


def test_what_waits_with_the_administration_can_follow_the_rule_that_is_made_for_it(
    company: Company, world: World, marit: Client
) -> None:
    """Marit sees none of these invoices: she has all of them follow by their number."""
    kuipers = [company.arrive(number=str(number)) for number in range(2)]
    other = company.arrive(supplier_name="De Raaf", number="geheim-7")
    secret = company.arrive(confidential=True)
    rule = filled(("approve", world.anna), name="Kuipers", supplier="Kuipers Installatietechniek B.V.")
    post(marit, address(company, "rules/new/"), rule)
    with company.system():
        made = SchemeRule.objects.get(name="Kuipers")
    page = marit.get(address(company, f"?saved={made.id}"))
    assert "2 invoices are under way that “Kuipers” fits" in said(page)
    let_follow = link(page, "Have this rule followed")
    shown = marit.get(let_follow)
    assert "Let all 2 follow" in said(shown) and "no rule fitted" in said(shown)
    assert not any(str(each) in shown.content.decode() for each in kuipers)
    answer = marit.post(let_follow, {"way": f":{made.id}"}, follow=True)
    assert "2 invoices follow the scheme of today" in said(answer)
    assert "Everything goes by the scheme of today" in said(answer)
    assert [company.task(each).holder for each in kuipers] == [world.anna, world.anna]
    assert company.task(other).fallback == company.task(secret).fallback == "no_rule"


def test_only_what_would_be_asked_otherwise_is_offered(company: Company, world: World) -> None:
    first = company.rule(("approve", world.anna), name="all")
    company.rule(("approve", world.bram), name="small", priority=0, amount_to=Decimal(10))
    kuipers = company.arrive()
    raaf = company.arrive(supplier_name="De Raaf")
    assert behind(company) == {}
    with company.system() as system:
        rule = SchemeRule.objects.get(id=first)
        move_rule(rule=rule, up=False, actor=system, now=at("03-03", "09:00"))
        moved = SchemeRule.objects.at(NOW).get(name="all")
        renamed = {"name": "renamed", "priority": 5, "steps": steps_in(moved)}
        rule = change_rule(
            rule=moved, **renamed, conditions=conditions_of(moved), actor=system, now=at("03-03", "10:00")
        )
    assert behind(company) == {}, "a move or a rename asks the same of the same people"
    company.rule(("approve", world.bram), name="De Raaf", priority=9, supplier="de raaf")
    assert behind(company) == {raaf: ("all", "De Raaf")}, "a rule before one that still holds"
    named = company.arrive(supplier_name="De Raaf", number="3", with_vat=Decimal(5))
    assert company.task(named).holder == world.bram
    with company.system() as system:
        again = {"name": "renamed", "priority": 5, "conditions": conditions_of(rule)}
        change_rule(rule=rule, **again, steps=steps_bram(world), actor=system, now=at("03-03", "11:00"))
    assert behind(company) == {kuipers: ("all", "renamed"), raaf: ("all", "De Raaf")}


def steps_bram(world: World) -> list[NewStep]:
    return [NewStep(action="approve", person_id=world.bram.id)]


def test_who_was_named_is_not_asked_anew_by_a_rule_for_him(company: Company, world: World) -> None:
    named, waits = company.arrive(), company.arrive(number="2")
    company.name(world.sanne, named, world.anna)
    company.rule(("approve", world.anna), name="all")
    assert behind(company) == {waits: ("", "all")}


def test_more_invoices_ask_no_more_of_the_database(company: Company, world: World, marit: Client) -> None:
    company.grant(world.marit, "reader")
    one = company.rule(("approve", world.anna), supplier="De Raaf")
    few = [company.arrive(supplier_name=name, number=name) for name in ("De Raaf", "Kuipers")]
    more = [company.arrive(supplier_name=name, number=f"{name} 2") for name in ("De Raaf", "Kuipers")]
    with company.system() as system:
        hold(company.organisation.id)
        end_rule(rule=SchemeRule.objects.get(id=one), actor=system, now=at("03-03"))
        Invoice.objects.filter(id__in=more).update(state="approved")
    company.rule(("approve", world.bram), name="today", cost_centre="4100", priority=2)
    company.rule(("approve", world.bram), name="today")
    counted = []
    for found in (few, few + more):
        with company.system():
            hold(company.organisation.id)
            Invoice.objects.filter(id__in=found).update(state="circulating")
        with CaptureQueriesContext(connection) as queries:
            page = marit.get(address(company, "under-way/")).content.decode()
        assert all(str(each) in page for each in found)
        counted.append(len(queries))
    assert counted[0] == counted[1]
