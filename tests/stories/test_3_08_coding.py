"""Coded before it circulates; each owner decides on his lines; a change asks its own anew (3.2, 3.7, 3.8)."""

from collections.abc import Callable
from decimal import Decimal
from uuid import UUID

import pytest

from omloop.circulation.models import Assignment, Decision, Step
from omloop.circulation.refusals import CodingIncomplete
from omloop.circulation.routing.recoding import after_coding
from omloop.circulation.scheme.replay import replay
from omloop.circulation.scheme.rules import NewStep
from omloop.coding.models import CostCentre
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.people.models import Person
from tests.circulation.company import THE_DAY_AFTER, Company, at
from tests.circulation.reader import said, signed_in
from tests.coding.books import Books
from tests.world import World

RunJobs = Callable[[], None]
OWNERS = NewStep(action="approve", per_line=True)


@pytest.fixture
def company(world: World) -> Company:
    return Company(world, world.zwaluw)


@pytest.fixture
def books(company: Company) -> Books:
    return Books.of(company)


def open_with(company: Company, invoice: UUID) -> dict[str, Assignment]:
    """The open tasks by first name of who has them, or by what the fallback is asked for."""
    with company.system():
        tasks = Assignment.objects.filter(invoice_id=invoice, ended_at=None)
        found = list(tasks.select_related("holder", "step", "invoice", "group", "for_person"))
    return {
        task.holder.name.split()[0] if task.holder else task.fallback or "finance": task for task in found
    }


def recode(company: Company, invoice: UUID, by: Person) -> None:
    """What the story does after a change of the coding."""
    with company.system() as system:
        found = Invoice.objects.get(id=invoice)
        after_coding(found, coded_by=by.id, actor=system, now=THE_DAY_AFTER)


def decisions(company: Company, invoice: UUID) -> list[tuple[str, bool]]:
    """Who decided, and whether it still counts."""
    with company.system():
        rows = Decision.objects.filter(invoice_id=invoice).select_related("person").order_by("id")
        return [(each.person.name.split()[0], each.withdrawn_at is None) for each in rows]


def test_without_a_proposal_finance_codes_it_first_and_the_scheme_follows(
    company: Company, books: Books, world: World
) -> None:
    company.rule(("approve", world.bram), priority=9, cost_centre="4200", name="workshop")
    company.rule(("approve", world.anna))
    invoice = books.store()
    company.start(invoice)
    task = open_with(company, invoice)["finance"]
    assert (task.step.action, task.step.origin, task.fallback) == ("code", "coding", "")
    with pytest.raises(CodingIncomplete):
        company.decide(world.sanne, task, "code")
    books.code(invoice, books.line("400", centre="4100"), books.line("600", centre="4200"))
    company.decide(world.sanne, task, "code")
    assert list(open_with(company, invoice)) == ["Bram"]
    with company.system():
        again = list(replay(Invoice.objects.get(id=invoice)))
    assert again and all(each.agrees for each in again)
    company.decide(world.bram, invoice, "approve")
    assert company.invoice(invoice).state == "approved"


def test_what_the_supplier_had_before_is_proposed_and_nobody_is_asked_to_code(
    company: Company, books: Books, world: World
) -> None:
    company.rule(("approve", world.anna))
    first = books.store()
    books.code(first, books.line("1000", centre="4100"))
    books.remember(first)
    second = books.store(number="2")
    company.start(second, now=THE_DAY_AFTER)
    assert list(open_with(company, second)) == ["Anna"]
    assert [line.net for line in books.lines(second)] == [Decimal(1000)]


def test_where_nothing_is_booked_on_nobody_codes(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    assert list(open_with(company, company.arrive(without_vat="1000"))) == ["Anna"]


def test_each_owner_gets_his_lines_and_the_last_one_finance(
    company: Company, books: Books, world: World
) -> None:
    company.rule(OWNERS)
    company.grant(world.sanne, "approver")
    invoice = started(company, books, ("4100", "300"), ("4200", "500"), ("", "200"))
    tasks = open_with(company, invoice)
    assert set(tasks) == {"Anna", "Bram", "finance"}
    assert "4100 Haven" in said(signed_in(world.anna).get(f"/invoices/{invoice}/?part=circulation"))
    company.decide(world.anna, tasks["Anna"], "approve")
    company.decide(world.bram, tasks["Bram"], "approve")
    assert company.invoice(invoice).state == "circulating"
    company.decide(world.sanne, tasks["finance"], "approve")
    assert company.invoice(invoice).state == "approved"


def test_the_limit_counts_for_his_share(company: Company, books: Books, world: World) -> None:
    """Of 1,210 with VAT Anna's third is 363."""
    company.rule(OWNERS)
    company.limit(world.anna, "363.00")
    company.limit(world.bram, "846.99")
    invoice = started(company, books, ("4100", "300"), ("4200", "700"))
    tasks = open_with(company, invoice)
    assert not company.decide(world.anna, tasks["Anna"], "approve").counted_as_check
    assert company.decide(world.bram, tasks["Bram"], "approve").counted_as_check
    assert list(open_with(company, invoice)) == ["above_limit"], "one share is not approved"


def test_only_the_owner_of_a_changed_line_is_asked_anew(company: Company, books: Books, world: World) -> None:
    """Rent over cost centres: Anna and Bram approve, a line goes from one account and centre to others."""
    company.rule(OWNERS)
    invoice = started(company, books, ("4100", "300"), ("4200", "500"), ("4200", "200"))
    tasks = open_with(company, invoice)
    company.decide(world.anna, tasks["Anna"], "approve")
    company.decide(world.bram, tasks["Bram"], "approve")
    assert company.invoice(invoice).state == "approved"
    books.code(
        invoice,
        books.line("300", centre="4100"),
        books.line("500", centre="4200"),
        books.line("200", centre="4200", unit="26-014"),
    )
    recode(company, invoice, world.sanne)
    assert company.invoice(invoice).state == "circulating"
    (task,) = open_with(company, invoice).values()
    assert task.holder == world.bram
    assert task.why["sent"] == {"recoded_by": str(world.sanne.id)}
    assert decisions(company, invoice) == [("Anna", True), ("Bram", False)]
    recode(company, invoice, world.sanne)
    assert len(open_with(company, invoice)) == 1, "twice does no harm"
    company.decide(world.bram, task, "approve")
    assert company.invoice(invoice).state == "approved"


def test_text_vat_code_and_an_account_that_no_rule_asked_for_change_nothing(
    company: Company, books: Books, world: World
) -> None:
    company.rule(OWNERS)
    invoice = started(company, books, ("4100", "1000"))
    company.decide(world.anna, invoice, "approve")
    books.code(invoice, books.line("1000", "4500", "4100", vat_code="H", description="Huur maart"))
    recode(company, invoice, world.sanne)
    assert company.invoice(invoice).state == "approved"
    assert decisions(company, invoice) == [("Anna", True)]


def test_an_account_that_the_rule_asked_for_counts(company: Company, books: Books, world: World) -> None:
    company.rule(("approve", world.anna), ledger_account="4310")
    invoice = started(company, books, ("4100", "1000"))
    company.decide(world.anna, invoice, "approve")
    books.code(invoice, books.line("1000", "4500", "4100"))
    recode(company, invoice, world.sanne)
    assert decisions(company, invoice) == [("Anna", False)]
    assert list(open_with(company, invoice)) == ["Anna"]


def test_a_line_that_goes_to_another_owner_takes_its_part_along(
    company: Company, books: Books, world: World
) -> None:
    company.rule(OWNERS)
    invoice = started(company, books, ("4100", "1000"))
    assert list(open_with(company, invoice)) == ["Anna"]
    books.code(invoice, books.line("1000", centre="4200"))
    recode(company, invoice, world.sanne)
    assert list(open_with(company, invoice)) == ["Bram"]
    with company.system():
        states = list(Step.objects.filter(invoice_id=invoice, per_line=True).values_list("state", flat=True))
    assert sorted(states) == ["ended", "open"]
    company.decide(world.bram, invoice, "approve")
    assert company.invoice(invoice).state == "approved"


def test_later_steps_wait_until_the_changed_line_is_decided(
    company: Company, books: Books, world: World
) -> None:
    company.rule(OWNERS, ("check", world.marit))
    company.grant(world.marit, "checker")
    invoice = started(company, books, ("4100", "400"), ("4200", "600"))
    for name, task in open_with(company, invoice).items():
        company.decide(world.people[name.lower()], task, "approve")
    assert list(open_with(company, invoice)) == ["Marit"]
    books.code(invoice, books.line("300", centre="4100"), books.line("700", centre="4200"))
    recode(company, invoice, world.sanne)
    assert set(open_with(company, invoice)) == {"Anna", "Bram"}
    for name, task in open_with(company, invoice).items():
        company.decide(world.people[name.lower()], task, "approve")
    assert list(open_with(company, invoice)) == ["Marit"]


def test_finance_recodes_what_was_returned_and_then_the_changed_are_asked(
    company: Company, books: Books, world: World
) -> None:
    company.rule(OWNERS)
    invoice = started(company, books, ("4100", "400"), ("4200", "600"))
    tasks = open_with(company, invoice)
    company.decide(world.anna, tasks["Anna"], "approve")
    company.decide(world.bram, tasks["Bram"], "return", remark="The project is Anna's")
    question = open_with(company, invoice)["finance"]
    books.code(invoice, books.line("400", centre="4100"), books.line("600", centre="4100", account="4500"))
    recode(company, invoice, world.sanne)
    assert list(open_with(company, invoice)) == ["finance"], "first what was asked is answered"
    company.decide(world.sanne, question, "check")
    assert list(open_with(company, invoice)) == ["Anna"]
    company.decide(world.anna, invoice, "approve", now=at("03-04"))
    assert company.invoice(invoice).state == "approved"


def test_the_story_asks_anew_by_itself(
    company: Company, books: Books, world: World, run_jobs: RunJobs
) -> None:
    company.rule(("approve", world.anna), ("approve", world.bram))
    invoice = started(company, books, ("4100", "1000"))
    company.decide(world.anna, invoice, "approve")
    books.code(invoice, books.line("1000", centre="4200"))
    run_jobs()
    assert list(open_with(company, invoice)) == ["Anna"]
    page = said(signed_in(world.sanne).get(f"/invoices/{invoice}/?part=circulation"))
    assert "Sanne Bakker changed what this was about" in page
    assert "is asked anew" in page


def test_who_owns_a_cost_centre_is_asked_as_it_is_when_the_step_opens(
    company: Company, books: Books, world: World
) -> None:
    company.rule(OWNERS)
    with company.system():
        hold(company.organisation.id)
        CostCentre.objects.filter(code="4100").update(owner=world.bram)
    assert list(open_with(company, started(company, books, ("4100", "1000")))) == ["Bram"]


def started(company: Company, books: Books, *lines: tuple[str, str]) -> UUID:
    """An invoice of 1,000 that was coded on these cost centres before it started."""
    invoice = books.store()
    books.code(invoice, *(books.line(net, centre=centre) for centre, net in lines))
    company.start(invoice, now=THE_DAY_AFTER)
    return invoice
