"""The scheme of an organisation: rules, what is wrong with them, and who would get an invoice (rules 3.1)."""

import re
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from omloop.circulation.models import ProposedRule, SchemeRule, Step
from omloop.circulation.ordering import move_rule
from omloop.circulation.proposing import propose_rule
from omloop.circulation.scheme import Conditions, change_rule, steps_in
from omloop.invoices.models import Invoice
from omloop.organisations.members import member_scope
from omloop.people.models import Person, SameHuman
from omloop.schemes.findings import Drafted, findings_of
from omloop.schemes.queries import rules_at
from omloop.schemes.trial import Question, try_out
from omloop.tenancy.history import since
from tests.circulation.company import ARRIVAL, Company, asked, at
from tests.circulation.reader import link, said, signed_in
from tests.world import World


@pytest.fixture
def company(world: World) -> Company:
    return Company(world, world.zwaluw)


@pytest.fixture
def marit(world: World) -> Client:
    """She manages the schemes, and decides on no invoice."""
    return signed_in(world.marit)


def address(company: Company, rest: str = "") -> str:
    return f"/organisations/{company.organisation.id}/scheme/{rest}"


def filled(*steps: tuple[str, Person | UUID | None], **fields: Any) -> dict[str, Any]:
    """The form of a rule: what it is for, and whom its steps ask."""
    form = {"name": "Alles", "priority": "10", "kind": "", "supplier": "", "order_reference": ""}
    form |= {"amount_from": "", "amount_to": "", "steps": str(len(steps)), **fields}
    for number, (action, who) in enumerate(steps):
        form[f"step{number}-action"] = action
        form[f"step{number}-who"] = f"person:{who.id}" if isinstance(who, Person) else f"one:{who}"
    return form


def post(client: Client, where: str, form: dict[str, Any]) -> HttpResponse:
    """Send the form; what it warns of is seen and sent again."""
    answer: Any = client.post(where, form)
    seen = re.search(r'name="seen" value="(\w+)"', answer.content.decode())
    return client.post(where, {**form, "seen": seen[1]}) if seen else answer  # type: ignore[return-value]


def rules(company: Company) -> list[SchemeRule]:
    """What holds now, in the order in which it is tried."""
    with company.system():
        return rules_here(company)


def rules_here(company: Company) -> list[SchemeRule]:
    """The same, in a scope that is open."""
    found = SchemeRule.objects.at(timezone.now()).filter(organisation=company.organisation)
    return list(found.order_by("-priority", "id"))


def findings(company: Company) -> list[str]:
    now = timezone.now()
    with company.system(), translation.override("en"):
        drafted = [Drafted(each.rule, each.steps) for each in rules_at(company.organisation, now)]
        return [finding.text for finding in findings_of(company.organisation, drafted, now=now)]


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


def test_the_editor_warns_before_it_saves(company: Company, world: World, marit: Client) -> None:
    """A clash, a gap, a missing right, a limit and four eyes; what is seen can be saved nevertheless."""
    company.rule(("approve", world.anna), name="R-01", amount_to=Decimal(1000))
    company.limit(world.bram, "2000")
    form = filled(
        ("approve", world.bram), ("approve", world.bram), name="R-02", priority="1", amount_from="1000"
    )
    answer: Any = marit.post(address(company, "rules/new/"), form)
    words = said(answer)
    assert "Not saved yet" in words and len(rules(company)) == 1
    for warning in (
        "“R-01” and “R-02” have the same priority",
        "“R-02” has steps that need different people",
        "“R-02” goes further than who approves last: above €2,000.00",
    ):
        assert warning in words
    assert post(marit, address(company, "rules/new/"), form).status_code == 302
    assert len(rules(company)) == 2
    company.withdraw(world.bram, "approver", at("06-01"))
    assert "“R-02”, step 1: Bram Willems may not approve here, so the administration is asked." in findings(
        company
    )
    company.deactivate(world.anna)
    assert "“R-01”, step 1: Anna de Vries is deactivated, so the administration is asked." in findings(
        company
    )


def test_gaps_are_told_to_the_cent(company: Company, world: World) -> None:
    company.rule(("approve", world.anna), name="R-01", amount_to=Decimal(1000), kind="invoice")
    company.rule(("approve", world.anna), name="R-02", amount_from=Decimal("1000.02"), priority=2)
    company.rule(("approve", world.anna), name="R-03", supplier="Kuipers", priority=3)
    gaps = [text.removeprefix("No rule for all suppliers catches ") for text in findings(company)]
    assert gaps == [
        "invoices from €1,000.01 through €1,000.01: these go to the administration.",
        "credit notes up to and including €1,000.01: these go to the administration.",
    ]


def test_two_accounts_of_one_human_are_no_four_eyes(company: Company, world: World) -> None:
    first, second = sorted((world.anna, world.bram), key=lambda person: person.id)
    company.rule(("approve", world.anna), asked("approve", company.group("approver"), needs_all=True))
    assert findings(company) == []  # Anna is passed over in the group, and Bram is left.
    SameHuman.objects.create(
        one=first,
        other=second,
        marked_by=world.marit.id,
        environment_id=world.noordgroep_id,
        valid=since(at("01-02")),
    )
    assert "has steps that need different people" in findings(company)[0]


def test_who_stands_in_a_rule_does_not_change_it(company: Company, world: World) -> None:
    company.grant(world.anna, "administrator")
    company.rule(("approve", world.anna))
    anna = signed_in(world.anna)
    rule = rules(company)[0]
    answer = post(anna, address(company, f"rules/{rule.id}/"), filled(("approve", world.bram)))
    assert answer.status_code == 422 and "You stand in this rule yourself" in said(answer)
    post(anna, address(company, f"rules/{rule.id}/end/"), {})
    assert rules(company) == [rule]


def test_who_circulates_invoices_reads_the_scheme_and_changes_nothing(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    sanne = signed_in(world.sanne)
    page = said(sanne.get(address(company)))
    assert "R-07" in page and "Add a rule" not in page
    assert sanne.get(address(company, "rules/new/")).status_code == 403
    assert signed_in(world.anna).get(address(company)).status_code == 403
    assert signed_in(world.otto).get(address(company)).status_code == 404


def test_the_trial_says_what_the_routing_then_does(company: Company, world: World, marit: Client) -> None:
    """Anna is away and Bram stands in; above an amount both sign. What comes then goes the same way."""
    company.rule(("approve", world.anna))
    company.rule(
        ("check", world.sanne),
        ("approve", world.anna),
        asked("approve", world.bram, together=True),
        name="R-12",
        priority=2,
        amount_from=Decimal(5000),
    )
    company.absent(world.anna, "03-01", "03-31", world.bram)
    query = {"supplier": "", "kind": "invoice", "amount": "1210", "order_reference": ""}
    days = {"import_date": "2026-03-02", "opened_on": "2026-03-02"}
    page = said(marit.get(address(company, "try/"), {**query, **days}))
    assert "By rule R-07" in page and "Bram Willems on behalf of Anna de Vries" in page
    assert "The import date, 2 March, lies in that: Bram Willems stands in." in page
    after = said(marit.get(address(company, "try/"), {**query, **days, "opened_on": "2026-04-02"}))
    assert "on behalf of" not in after
    supposed = {"away": world.bram.id, "substitute": world.sanne.id}
    chain = said(marit.get(address(company, "try/"), {**query, **days, **supposed}))
    assert "Bram Willems is away on 2 March." in chain and "no right to do this step" in chain
    assert marit.get(address(company, "try/"), {**query, **days, "away": world.bram.id}).status_code == 422
    assert "unknown or in another currency" in said(
        marit.get(address(company, "try/"), {**query, **days, "amount": ""})
    )
    stops = tried(company, Decimal(6000))
    assert [(stop.holder_id, stop.is_fallback) for stop in stops] == [
        (world.sanne.id, False),
        (None, True),  # Bram votes for himself, so he can't stand in for Anna here.
        (world.bram.id, False),
    ]
    invoice = company.arrive(ARRIVAL, with_vat=Decimal(6000))
    company.decide(world.sanne, invoice, "check")
    with company.system():
        opened = Step.objects.filter(invoice_id=invoice, state="open").order_by("part")
        holders = [step.assignments.get(ended_at=None).holder_id for step in opened]
    assert holders == [stop.holder_id for stop in stops[1:]]


def tried(company: Company, amount: Decimal) -> Any:
    with company.system():
        question = Question(
            kind="invoice",
            supplier="",
            order_reference="",
            amount=amount,
            import_date=ARRIVAL.date(),
            opened_on=ARRIVAL.date(),
        )
        return try_out(company.organisation, question, now=timezone.now()).stops


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
