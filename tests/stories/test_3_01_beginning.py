"""A scheme begins with a set-up, a copy of another, or an answer that is suggested as a rule (rules 3.1)."""

import pytest
from django.test import Client

from omloop.circulation.models import ProposedRule, SchemeRule, SchemeStep
from omloop.circulation.scheme.copying import copy_scheme
from omloop.circulation.scheme.proposing import open_proposals, propose_rule
from omloop.circulation.scheme.rules import NewStep, end_rule
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from omloop.organisations.models import Group
from tests.circulation.company import Company, asked, at
from tests.circulation.reader import link, said, signed_in
from tests.schemes.office import address, filled, post, rules
from tests.world import World


@pytest.fixture
def company(world: World) -> Company:
    return Company(world, world.zwaluw)


@pytest.fixture
def marit(world: World) -> Client:
    """She manages the schemes, and decides on no invoice."""
    return signed_in(world.marit)


def test_a_set_up_makes_the_first_rules_and_a_copy_is_a_copy(
    company: Company, world: World, marit: Client
) -> None:
    start = address(company, "start/four-eyes/")
    assert marit.post(start, {"approver": f"person:{world.anna.id}"}).status_code == 422
    people = {"approver": f"person:{world.anna.id}", "second": f"person:{world.bram.id}"}
    assert marit.post(start, {**people, "amount": "10.000"}).status_code == 302
    assert [rule.priority for rule in rules(company)] == [20, 10]
    there = Company(world, world.beheer)
    assert "Copy another organisation's" in said(marit.get(address(there)))
    marit.post(address(there, "copy/"), {"source": str(company.organisation.id)})
    assert [rule.name for rule in rules(there)] == [rule.name for rule in rules(company)]
    post(marit, address(there, f"rules/{rules(there)[0].id}/end/"), {})
    assert (len(rules(there)), len(rules(company))) == (1, 2)
    assert marit.post(address(there, "copy/"), {"source": str(company.organisation.id)}).status_code == 422


def test_a_copy_leaves_behind_what_cannot_be_there(company: Company, world: World) -> None:
    """A group that is not there, and a rule in which its maker stands; the owners of lines come along."""
    with company.system():
        hold(company.organisation.id)
        own = Group.objects.create(organisation=company.organisation, name="Inkoop")
    company.rule(("approve", own.id), name="unknown group")
    company.rule(("approve", world.marit), name="own rule")
    company.rule(asked("approve", company.group("approver"), needs_all=True), name="group")
    company.rule(NewStep(action="approve", per_line=True), name="owners")
    with member_scope(world.marit, now=at("03-04")) as marit:
        left = copy_scheme(source_id=world.zwaluw.id, target_id=world.beheer.id, actor=marit, now=at("03-04"))
        assert {rule.name for rule in left} == {"unknown group", "own rule"}
        steps = SchemeStep.objects.filter(organisation=world.beheer)
        copied = {step.rule.name: step for step in steps.select_related("rule", "group")}
        assert set(copied) == {"group", "owners"}
        there = copied["group"].group
        assert (there.name, there.organisation_id, copied["group"].needs_all) == (
            "approver",
            world.beheer.id,
            True,
        )
        assert copied["owners"].per_line and copied["owners"].person_id is None
    editor = signed_in(world.marit).get(
        address(Company(world, world.beheer), f"rules/{copied['owners'].rule_id}/")
    )
    assert "the owner of each line's cost centre or cost unit" in said(editor), "though there is no chart"


def test_the_answer_to_whose_invoice_it_is_is_offered_as_a_rule(
    company: Company, world: World, marit: Client
) -> None:
    """Sanne says that it is Anna's and suggests that as a rule; Marit makes it and the suggestion is gone."""
    invoice = company.arrive()
    sanne = signed_in(world.sanne)
    assert "Suggest it as a rule" in said(sanne.get(f"/invoices/{invoice}/"))
    named = {"assignment": company.task(invoice).id, "person": world.anna.id, "as_rule": "yes"}
    sanne.post(f"/invoices/{invoice}/name-person/", named)
    with member_scope(world.sanne, now=at("03-04")) as member:
        secret = Invoice(organisation=company.organisation, supplier_name="Geheim", confidential=True)
        propose_rule(secret, person_id=world.anna.id, actor=member, now=at("03-04"))
    page = marit.get(address(company))
    words = "Sanne Bakker: invoices of Kuipers Installatietechniek B.V. are for Anna de Vries."
    assert said(page).count(words) == 1
    editor = marit.get(link(page, "Make this a rule"))
    assert 'value="Kuipers Installatietechniek B.V."' in editor.content.decode()
    assert f'value="person:{world.anna.id}" selected' in editor.content.decode()
    rule = filled(("approve", world.anna), supplier="Kuipers Installatietechniek B.V.")
    post(marit, address(company, "rules/new/"), rule)
    assert words not in said(marit.get(address(company)))
    company.name(world.sanne, company.arrive(supplier_name="De Raaf"), world.bram)
    with company.system():
        proposals = ProposedRule.objects.filter(organisation=company.organisation)
        assert [each.supplier for each in proposals] == ["Kuipers Installatietechniek B.V."]
        dismissed = proposals[0].id
    marit.post(address(company, f"proposals/{dismissed}/dismiss/"))
    assert marit.post(address(company, f"proposals/{dismissed}/dismiss/")).status_code == 404


def test_a_suggestion_goes_when_a_rule_names_the_supplier_in_any_form(company: Company, world: World) -> None:
    with member_scope(world.sanne, now=at("03-04")) as member:
        for name in ("Kuipers", "KUIPERS ", "Kuipers Installatie"):
            invoice = Invoice(
                organisation=company.organisation,
                supplier_name=name,
                supplier_kvk="12345678",
                supplier_vat="NL001234567B01",
            )
            propose_rule(invoice, person_id=world.anna.id, actor=member, now=at("03-04"))
        (proposal,) = open_proposals(company.organisation, now=at("03-05"))
        assert proposal.supplier == "Kuipers", "one supplier is suggested once"
    for supplier in ("De Raaf", "kuipers", "12345678", "nl001234567b01"):
        company.rule(("approve", world.anna), supplier=supplier)
        with company.system() as system:
            (rule,) = rules_of(company)
            left = open_proposals(company.organisation, now=at("03-05"))
            assert bool(left) is (supplier == "De Raaf"), supplier
            end_rule(rule=rule, actor=system, now=at("03-04"))


def rules_of(company: Company) -> list[SchemeRule]:
    return list(SchemeRule.objects.at(at("03-05")).filter(organisation=company.organisation))
