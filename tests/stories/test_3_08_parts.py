"""Which part of a split step a changed line belongs to; what a part that is over still says (3.7, 3.8)."""

from decimal import Decimal
from uuid import UUID

import pytest

from omloop.audit.models import AuditEvent
from omloop.circulation.deciding.forwarding import forward
from omloop.circulation.routing.recoding import after_typing
from omloop.coding.models import CostCentre, CostUnit
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from omloop.people.models import Person
from tests.circulation.company import THE_DAY_AFTER, Company, at
from tests.coding.books import Books
from tests.stories.test_3_08_coding import OWNERS, decisions, open_with, recode, started
from tests.world import World, make_person


@pytest.fixture
def company(world: World) -> Company:
    return Company(world, world.zwaluw)


@pytest.fixture
def books(company: Company) -> Books:
    return Books.of(company)


def forwarded(company: Company, invoice: UUID, by: Person, to: Person) -> UUID:
    task = open_with(company, invoice)[by.name.split()[0]]
    with member_scope(by, now=THE_DAY_AFTER) as member:
        forward(assignment_id=task.id, people=[to.id], actor=member, now=THE_DAY_AFTER)
    return invoice


def test_whoever_was_asked_about_a_line_keeps_it_when_only_text_vat_code_or_the_number_of_lines_changes(
    company: Company, books: Books, world: World
) -> None:
    """Named by finance, forwarded by its owner, or of a cost centre that has another owner by now."""
    carla = make_person("Carla Prins")
    company.grant(carla, "approver")
    company.rule(OWNERS)
    named, sent_on, other_owner = (started(company, books, (each, "1000")) for each in ("", "4100", "4100"))
    company.name(world.sanne, named, world.anna)
    forwarded(company, sent_on, world.anna, carla)
    asked = {named: (world.anna, ""), sent_on: (carla, "4100"), other_owner: (world.anna, "4100")}
    for invoice, (person, _) in asked.items():
        company.decide(person, invoice, "approve")
    with company.system():
        hold(company.organisation.id)
        CostCentre.objects.filter(code="4100").update(owner=world.bram)
    for invoice, (person, centre) in asked.items():
        for lines in (
            [books.line("1000", centre=centre, vat_code="H", description="Anders")],
            [books.line("600", centre=centre, vat_code="H"), books.line("400", centre=centre, vat_code="L")],
            [books.line("1000", "4500", centre)],
        ):
            books.code(invoice, *lines)
            recode(company, invoice, world.sanne)
            assert company.invoice(invoice).state == "approved"
        assert decisions(company, invoice)[-1] == (person.name.split()[0], True)
    books.code(sent_on, books.line("900", centre="4100"), books.line("100", centre="4200"))
    recode(company, sent_on, world.sanne)
    assert set(open_with(company, sent_on)) == {"Carla", "Bram"}, "each about what is his"


def test_what_was_decided_on_a_part_that_is_over_counts_no_more_and_bars_nobody(
    company: Company, books: Books, world: World
) -> None:
    """Finance moves Anna's line to Bram's cost centre by mistake, and back."""
    company.rule(OWNERS)
    invoice = started(company, books, ("4100", "300"), ("4200", "700"))
    company.decide(world.anna, open_with(company, invoice)["Anna"], "approve")
    for centre, waiting in (("4200", {"Bram"}), ("4100", {"Anna", "Bram"})):
        books.code(invoice, books.line("300", centre=centre), books.line("700", centre="4200"))
        recode(company, invoice, world.sanne)
        assert set(open_with(company, invoice)) == waiting
        assert decisions(company, invoice) == [("Anna", False)]
    with company.system():
        assert AuditEvent.objects.filter(name="step.voided", for_person_id=world.anna.id).count() == 1
    for name in ("Anna", "Bram"):
        task = open_with(company, invoice)[name]
        company.decide(world.people[name.lower()], task, "approve", now=at("03-04"))
    assert company.invoice(invoice).state == "approved"


def test_without_lines_the_whole_amount_counts_and_typing_leaves_whoever_is_asked(
    company: Company, world: World
) -> None:
    """Nothing is booked on here, so there is no line to have a share."""
    company.rule(OWNERS)
    company.limit(world.anna, "100")
    invoice = company.arrive(without_vat=Decimal("1000.00"))
    company.name(world.sanne, invoice, world.anna)
    with company.system() as system:
        hold(company.organisation.id)
        Invoice.objects.filter(id=invoice).update(with_vat=Decimal("1211.00"))
        found = Invoice.objects.get(id=invoice)
        after_typing(found, typed_by=world.sanne.id, actor=system, now=THE_DAY_AFTER)
    assert company.task(invoice).holder == world.anna
    assert company.decide(world.anna, invoice, "approve").counted_as_check
    assert list(open_with(company, invoice)) == ["above_limit"]


def test_the_owner_of_a_project_comes_before_that_of_the_cost_centre(
    company: Company, books: Books, world: World
) -> None:
    """Who owns no project leaves it to the owner of the centre."""
    company.rule(OWNERS)
    invoice = books.store()
    lines = [books.line(net, centre="4100", unit="26-014") for net in ("400", "600")]
    books.code(invoice, *lines)
    company.start(invoice)
    assert list(open_with(company, invoice)) == ["Anna"]
    with company.system():
        hold(company.organisation.id)
        CostUnit.objects.update(owner=world.bram)
    later = books.store(number="2")
    books.code(later, lines[0], books.line("600", centre="4100"))
    company.start(later)
    assert set(open_with(company, later)) == {"Anna", "Bram"}
