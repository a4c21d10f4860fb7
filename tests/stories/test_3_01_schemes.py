"""The rules of an organisation's scheme: added, changed, moved, ended, as they were on a day (rules 3.1)."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from omloop.circulation.models import SchemeRule, Step
from omloop.circulation.scheme.ordering import move_rule
from omloop.circulation.scheme.rules import Conditions, change_rule, steps_in
from omloop.coding.models import LedgerAccount
from omloop.organisations.holding import hold
from tests.circulation.company import Company, at
from tests.circulation.reader import link, said, signed_in
from tests.schemes.office import address, filled, post, rules, rules_here
from tests.world import World


@pytest.fixture
def company(world: World) -> Company:
    return Company(world, world.zwaluw)


@pytest.fixture
def marit(world: World) -> Client:
    """She manages the schemes, and decides on no invoice."""
    return signed_in(world.marit)


def test_a_rule_is_added_changed_moved_and_ended_and_the_page_tells_who_did(
    company: Company, world: World, marit: Client
) -> None:
    home = marit.get(f"/organisations/{company.organisation.id}/")
    empty = said(marit.get(link(home, "Scheme")))
    assert (
        "Four eyes above an amount" in empty and "every invoice goes to the financial administration" in empty
    )
    post(marit, address(company, "rules/new/"), filled(("approve", world.anna)))
    large = filled(
        ("check", world.bram), ("approve", world.anna), name="Groot", priority="20", amount_from="2.500"
    )
    assert post(marit, address(company, "rules/new/"), large).status_code == 302
    first, _last = rules(company)
    assert (first.name, first.amount_from) == ("Groot", Decimal(2500))
    invoice = company.arrive(timezone.now(), with_vat=Decimal(3000))
    page = said(marit.get(address(company, f"rules/{first.id}/")))
    assert "Groot" in page and "Step 2" in page
    post(marit, address(company, f"rules/{first.id}/"), {**large, "amount_from": "5000"})
    post(marit, address(company, f"rules/{rules(company)[1].id}/move/"), {"to": "up"})
    assert [rule.name for rule in rules(company)] == ["Alles", "Groot"]
    assert "“Groot” never gets its turn" in said(marit.get(address(company)))
    post(marit, address(company, f"rules/{rules(company)[0].id}/end/"), {})
    history = said(marit.get(address(company)))
    assert "Marit Hoekstra : Groot changed" in history and "Alles ended" in history
    assert "from €2,500.00" in history and "from €5,000.00" in history
    with company.system():
        steps = Step.objects.filter(invoice_id=invoice).order_by("position")
        assert [(step.action, step.person_id) for step in steps] == [
            ("check", world.bram.id),
            ("approve", world.anna.id),
        ]
        assert steps[0].rule_id == first.id


def test_a_rule_moves_one_place_also_where_no_number_is_free(company: Company, world: World) -> None:
    for name, priority in (("A", 3), ("B", 2), ("C", 2), ("D", 1)):
        company.rule(("approve", world.anna), name=name, priority=priority)
    moves = (("D", True, "ABDC"), ("A", False, "BADC"), ("B", True, "BADC"), ("C", False, "BADC"))
    with company.system() as system:
        for day, (name, up, order) in enumerate(moves, start=1):
            now = at(f"02-0{day}")
            rule = SchemeRule.objects.at(now).get(organisation=company.organisation, name=name)
            move_rule(rule=rule, up=up, actor=system, now=now)
            assert "".join(each.name for each in rules_here(company)) == order


def test_the_scheme_shows_as_it_was_on_a_day(company: Company, world: World, marit: Client) -> None:
    rule_id = company.rule(("approve", world.anna), name="Toen")
    with company.system() as system:
        rule = SchemeRule.objects.get(id=rule_id)
        new = {"name": "Nu", "priority": 1, "steps": steps_in(rule), "conditions": Conditions()}
        change_rule(rule=rule, **new, actor=system, now=at("05-01"))
    assert "Nu" in said(marit.get(address(company)))
    past = said(marit.get(address(company, "?on=2026-04-30")))
    assert "As it was at the end of 30 April 2026" in past and "Toen all invoices" in past
    assert "Add a rule" not in past


def test_who_stands_in_a_rule_does_not_change_it(company: Company, world: World) -> None:
    company.grant(world.anna, "administrator")
    company.rule(("approve", world.anna))
    anna = signed_in(world.anna)
    rule = rules(company)[0]
    answer = post(anna, address(company, f"rules/{rule.id}/"), filled(("approve", world.bram)))
    assert answer.status_code == 422 and "You stand in this rule yourself" in said(answer)
    post(anna, address(company, f"rules/{rule.id}/end/"), {})
    company.rule(("approve", world.bram), name="Van Bram", priority=0)
    company.rule(("approve", world.bram), name="Van Bram ook", priority=-1)
    lowest = rules(company)[-1]
    moved = anna.post(address(company, f"rules/{lowest.id}/move/"), {"to": "up"}, follow=True)
    assert "“R-07” would get another priority, and you stand in it yourself" in said(moved)
    assert [each.name for each in rules(company)] == ["R-07", "Van Bram", "Van Bram ook"]


def test_who_circulates_invoices_reads_the_scheme_and_changes_nothing(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    sanne = signed_in(world.sanne)
    page = said(sanne.get(address(company)))
    assert "R-07" in page and "Add a rule" not in page
    assert sanne.get(address(company, "rules/new/")).status_code == 403
    assert signed_in(world.anna).get(address(company)).status_code == 403
    assert signed_in(world.otto).get(address(company)).status_code == 404


def test_the_forms_offer_codes_and_the_suppliers_that_one_sees(
    company: Company, world: World, marit: Client
) -> None:
    company.arrive(supplier_name="De Raaf")
    company.arrive(supplier_name="Geheim B.V.", confidential=True)
    with company.system():
        hold(company.organisation.id)
        LedgerAccount.objects.create(organisation=company.organisation, code="4310", name="Onderhoud")
    pages = ("rules/new/", "try/", "start/by-supplier/")
    for page in pages:
        shown = marit.get(address(company, page)).content.decode()
        assert '<option value="4310">4310 Onderhoud</option>' in shown, page
        assert 'list="suppliers"' in shown and "De Raaf" not in shown, "she sees no invoices"
    company.grant(world.marit, "reader")
    for page in pages:
        shown = marit.get(address(company, page)).content.decode()
        assert '<option value="De Raaf"></option>' in shown and "Geheim" not in shown, page


def test_the_pages_ask_no_more_of_the_database_when_there_are_more_rules(
    company: Company, world: World, marit: Client
) -> None:
    company.rule(("approve", world.anna))
    assert count(marit, company) == count(marit, company)
    few = count(marit, company)
    for priority in range(2, 8):
        company.rule(("check", world.bram), ("approve", world.anna), priority=priority)
    assert count(marit, company) <= few + 1


def count(client: Client, company: Company) -> int:
    with CaptureQueriesContext(connection) as queries:
        client.get(address(company))
    return len(queries)
