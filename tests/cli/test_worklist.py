"""`omloop worklist`: what waits for a person, line by line."""

import json

import pytest

from omloop.__main__ import main
from omloop.invoices.models import Invoice
from tests.circulation.company import Company, at
from tests.world import World


@pytest.fixture
def company(world: World) -> Company:
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.anna))
    company.absent(world.anna, "04-01", "05-01", world.bram)
    for day in ("03-29", "04-03", "05-06"):
        company.arrive(at(day), number=f"of {day}")
    return company


def test_each_line_says_what_waits_why_and_for_whom(
    company: Company, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["worklist", "Bram@noordgroep.example", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    with company.system():
        document_id = Invoice.objects.get(number="of 04-03").document_id
    assert lines == [
        {
            "document": str(document_id),
            "number": "of 04-03",
            "organisation": "Zwaluw Techniek B.V.",
            "environment": "Noordgroep",
            "amount": "1210.00",
            "currency": "EUR",
            "import_date": "2026-04-03",
            "why": lines[0]["why"],
            "on_behalf_of": "Anna de Vries",
        }
    ]
    assert "Anna de Vries is afwezig van 1 april t/m 1 mei." in lines[0]["why"]


def test_text_is_for_people(company: Company, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["worklist", "anna@noordgroep.example"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert ["of 03-29" in lines[0], "of 05-06" in lines[1], len(lines)] == [True, True, 2]
    assert "1210.00 EUR" in lines[0]


def test_an_unknown_address_is_said(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["worklist", "nobody@noordgroep.example"]) == 2
    assert "nobody has the address nobody@noordgroep.example" in capsys.readouterr().err
