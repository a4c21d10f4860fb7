"""Rent over three cost centres: one returns, one line is recoded, its owner alone is asked (3.7, 3.8)."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.http import HttpResponse

from omloop.circulation.scheme.rules import NewStep
from omloop.coding.models import CostCentre
from omloop.organisations.holding import hold
from omloop.people.models import Person
from tests.circulation.company import Company
from tests.circulation.reader import said, signed_in
from tests.coding.books import Books, told
from tests.coding.test_keys import keep
from tests.coding.test_pages import page_of, typed, values
from tests.stories.test_3_08_coding import decisions, open_with
from tests.world import World

RunJobs = Callable[[], None]
FIELDS = ("account", "centre", "unit", "vat_code", "description", "amount", "key")


@pytest.fixture
def company(world: World) -> Company:
    made = Company(world, world.zwaluw)
    made.rule(NewStep(action="approve", per_line=True))
    made.grant(world.marit, "approver")
    made.grant(world.sanne, "checker")
    return made


@pytest.fixture
def books(company: Company, world: World) -> Books:
    books = Books.of(company)
    with company.system():
        hold(company.organisation.id)
        own = {"organisation": company.organisation, "owner": world.marit}
        books.centres["4300"] = CostCentre.objects.create(code="4300", name="Terras", **own).id
    return books


def test_only_the_owner_of_the_recoded_line_is_asked_again(
    company: Company, books: Books, world: World, run_jobs: RunJobs
) -> None:
    key = keep(books, "Vloeroppervlak", c4100="50", c4200="30", c4300="20")
    invoice, sanne = books.store(), signed_in(world.sanne)
    company.start(invoice)
    assert "Save and send on" in said(sanne.get(page_of(invoice)))
    divided = sanne.post(
        page_of(invoice), typed({"account": "4310"}, divide="1", divided="1", division_key=key.id)
    )
    assert values(divided, "amount") == ["500.00", "300.00", "200.00"]
    answer = sanne.post(page_of(invoice), typed(*lines_of(divided)), follow=True)
    assert "Coded and sent on. That was the last one." in said(answer)
    assert set(open_with(company, invoice)) == {"Anna", "Bram", "Marit"}
    decide(company, world.anna, invoice, "approve")
    decide(company, world.bram, invoice, "approve")
    decide(company, world.marit, invoice, "return", remark="Het terras is nu van Bram")
    recoded = [
        line | {"centre": line["centre"].replace("4300", "4200")}
        for line in lines_of(sanne.get(page_of(invoice)))
    ]
    assert sanne.post(page_of(invoice), typed(*recoded)).status_code == 302
    assert told(books.lines(invoice))[1:] == ["4310 4200 300.00", "4310 4200 200.00"]
    run_jobs()
    decide(company, world.sanne, invoice, "check")
    (task,) = open_with(company, invoice).values()
    assert task.holder == world.bram
    stand = [("Sanne", True), ("Anna", True), ("Bram", False), ("Marit", True), ("Sanne", True)]
    assert decisions(company, invoice) == stand
    for person in (world.sanne, world.bram):
        page = said(signed_in(person).get(f"/invoices/{invoice}/?part=circulation"))
        assert "Sanne Bakker changed what this was about" in page and "is asked anew" in page
    decide(company, world.bram, invoice, "approve")
    assert company.invoice(invoice).state == "approved"


def lines_of(page: HttpResponse) -> list[dict[str, str]]:
    """What stands in the fields of each line."""
    columns = [values(page, name) for name in FIELDS]
    return [dict(zip(FIELDS, line, strict=True)) for line in zip(*columns, strict=True)]


def decide(company: Company, person: Person, invoice: UUID, action: str, **more: str) -> None:
    """By the buttons of the page; of several tasks by his own."""
    name = "finance" if action == "check" else person.name.split()[0]
    task = open_with(company, invoice)[name]
    sent = {"assignment": task.id, "action": action, **more}
    assert signed_in(person).post(f"/invoices/{invoice}/decide/", sent).status_code == 302
