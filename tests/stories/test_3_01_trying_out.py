"""The test tool answers who would get an invoice, as the routing then does (rules 3.1)."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client

from omloop.absences.models import LentRight
from omloop.circulation.models import Assignment, Step
from omloop.circulation.scheme.rules import NewStep
from omloop.coding.models import ConfidentialAccount
from omloop.invoices.models import Invoice
from omloop.invoices.secrecy import mark_supplier
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from omloop.organisations.models import Group, GroupRight
from omloop.organisations.rights import Right
from omloop.people.models import Person
from omloop.tenancy.history import since
from tests.circulation.company import ARRIVAL, BEFORE, THE_DAY_AFTER, Company, asked
from tests.circulation.reader import said, signed_in
from tests.coding.books import Books
from tests.schemes.office import address, tried
from tests.stories.test_3_06_limits import counts
from tests.world import World, make_person


@pytest.fixture
def company(world: World) -> Company:
    return Company(world, world.zwaluw)


@pytest.fixture
def marit(world: World) -> Client:
    """She manages the schemes, and decides on no invoice."""
    return signed_in(world.marit)


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
    stops = tried(company, amount=Decimal(6000)).stops
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


def test_the_amount_is_the_one_that_the_organisation_compares(
    company: Company, world: World, marit: Client
) -> None:
    counts(company, counts_vat=False)
    company.rule(("approve", world.anna), name="small")
    company.rule(("approve", world.bram), name="large", priority=2, amount_from=Decimal(1100))
    page = said(marit.get(address(company, "try/")))
    assert "Amount without VAT" in page and "Amount with VAT" not in page
    company.arrive(with_vat=Decimal(1210), without_vat=Decimal(1000))
    with company.system():
        routed = Assignment.objects.get(ended_at=None).why["step"]["rule"]["name"]
    answer = tried(company, amount=Decimal(1000))
    assert answer.rule and answer.rule.name == routed == "small"


def test_a_lent_right_decides_up_to_the_limit_of_who_lends_it(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    company.limit(world.anna, "500")
    company.absent(world.anna, "03-01", "03-31", world.sanne)
    with company.system():
        hold(company.organisation.id)
        LentRight.objects.create(
            organisation=company.organisation,
            absence_id=uuid4(),
            lender=world.anna,
            borrower=world.sanne,
            right=Right.APPROVE,
            asked_at=BEFORE,
            answered_by=world.marit.id,
            answered_at=BEFORE,
            is_confirmed=True,
            valid=since(BEFORE),
        )
    for amount, is_above in ((Decimal(400), False), (Decimal(600), True)):
        (stop,) = tried(company, amount=amount).stops
        assert (stop.holder_id, stop.is_above_limit) == (world.sanne.id, is_above)


def test_a_rule_for_a_supplier_or_an_order_matches_by_name_and_numbers(
    company: Company, world: World
) -> None:
    """What the test tool says of these is what becomes of the invoice."""
    company.rule(("approve", world.bram), name="order", priority=9, order_reference="PO 7")
    company.rule(("approve", world.bram), name="kvk", priority=8, supplier="12345678")
    company.rule(("approve", world.bram), name="vat", priority=7, supplier="nl001234567b01")
    company.rule(("approve", world.anna), name="rest")
    cases = [
        ("order", {"order_reference": " po  7 "}, {"order_reference": "PO 7"}),
        ("rest", {"order_reference": "PO 77"}, {"order_reference": "PO 77"}),
        ("kvk", {"supplier_name": "Een", "supplier_kvk": "12345678"}, {"supplier": "12345678"}),
        ("kvk", {"supplier_name": "Een", "supplier_kvk": "12345678"}, {"supplier": "een"}),
        ("vat", {"supplier_name": "Twee", "supplier_vat": "NL001234567B01"}, {"supplier": "NL001234567B01"}),
        ("rest", {"supplier_name": "Drie", "supplier_kvk": "12345679"}, {"supplier": "12345679"}),
        ("rest", {"supplier_name": "Vier", "supplier_vat": "NL001234567B02"}, {"supplier": "Vier"}),
    ]
    for name, invoice, question in cases:
        task = company.task(company.arrive(**invoice))
        assert task.why["step"]["rule"]["name"] == name, invoice
        answer = tried(company, **question)
        assert answer.rule and answer.rule.name == name, question


def test_owners_accounts_and_whole_groups_are_asked_as_the_routing_asks_them(
    company: Company, world: World
) -> None:
    books = Books.of(company)
    carla = make_person("Carla Prins")
    company.grant(carla, "approver")
    group = company.group("approver")
    company.rule(NewStep(action="approve", per_line=True), name="owners", priority=9, ledger_account="4500")
    company.rule(("approve", world.bram), name="centre", priority=8, cost_centre="4200")
    company.rule(asked("approve", group, needs_all=True), name="all")
    owners = tried(company, ledger_account="4500", cost_centre="4100")
    assert [stop.holder_id for stop in owners.stops] == [world.anna.id]
    assert [stop.is_fallback for stop in tried(company, ledger_account="4500").stops] == [True]
    centre = tried(company, cost_centre="4200")
    assert centre.rule and centre.rule.name == "centre"
    company.absent(carla, "03-01", "03-31", world.sanne)
    company.grant(world.sanne, "checker")
    every = tried(company, ledger_account="4310")
    assert every.rule and every.rule.name == "all"
    invoice = books.store()
    books.code(invoice, books.line("1000"))
    company.start(invoice)
    with company.system():
        held = Assignment.objects.filter(invoice_id=invoice).order_by("step__part")
        routed = [(task.holder_id, bool(task.fallback)) for task in held]
    assert [(stop.holder_id, stop.is_fallback) for stop in every.stops] == routed
    assert len(routed) == 3


def test_what_nothing_is_known_to_code_by_is_coded_first(
    company: Company, world: World, marit: Client
) -> None:
    company.rule(("approve", world.anna))
    assert not tried(company, supplier="Kuipers", amount=Decimal(1000)).codes_first, "nobody codes here"
    books = Books.of(company)
    assert tried(company, supplier="Kuipers", amount=Decimal(1000)).codes_first
    query = {"supplier": "Kuipers", "kind": "invoice", "import_date": "2026-03-02", "opened_on": "2026-03-02"}
    page = said(marit.get(address(company, "try/"), query))
    assert "To code Nothing is known to code it by, so it is coded first." in page
    first = books.store(supplier_name="Kuipers")
    books.code(first, books.line("1000"))
    books.remember(first)
    assert not tried(company, supplier="Kuipers", amount=Decimal(1000)).codes_first
    assert tried(company, supplier="De Raaf", amount=Decimal(1000)).codes_first


def test_only_to_who_may_see_what_is_confidential_the_tool_tells_it(
    company: Company, world: World, marit: Client
) -> None:
    """Anna may not see it: the routing asks the group that may, which the tool tells Vera, and not Marit."""
    vera = make_person("Vera Smit")
    who_sees(company, vera)
    company.rule(("approve", world.anna))
    marked = company.store(supplier_name="Geheim B.V.", confidential=True)
    with member_scope(vera, now=THE_DAY_AFTER) as member:
        mark_supplier(Invoice.objects.get(id=marked), actor=member, now=THE_DAY_AFTER)
    with company.system():
        hold(company.organisation.id)
        ConfidentialAccount.objects.create(
            organisation=company.organisation, code="4000", marked_by=vera, marked_at=BEFORE
        )
    query = {"kind": "invoice", "import_date": "2026-03-02", "opened_on": "2026-03-02"}
    for said_of in ({"supplier": "geheim b.v."}, {"ledger_account": "4000"}):
        told = said(signed_in(vera).get(address(company, "try/"), {**query, **said_of}))
        assert "Such an invoice is confidential" in told and "Vertrouwelijk Fallback" in told
        plain = said(marit.get(address(company, "try/"), {**query, **said_of}))
        assert "confidential: only" not in plain and "Anna de Vries Approve" in plain
        assert "This is the answer for an ordinary invoice" in plain
    ordinary = said(signed_in(vera).get(address(company, "try/"), {**query, "supplier": "De Raaf"}))
    assert "Anna de Vries Approve" in ordinary and "confidential" not in ordinary


def who_sees(company: Company, person: Person) -> None:
    """In a group that sees what is confidential, and reads the scheme."""
    with company.system():
        hold(company.organisation.id)
        group = Group.objects.create(organisation=company.organisation, name="Vertrouwelijk")
        for right in (Right.VIEW_CONFIDENTIAL, Right.VIEW_ALL, Right.CIRCULATE):
            GroupRight.objects.create(
                organisation=company.organisation, group=group, right=right, valid=since(BEFORE)
            )
    company.grant(person, "Vertrouwelijk")
