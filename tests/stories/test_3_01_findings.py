"""What is wrong with a scheme is told before a rule is saved, and on its page (rules 3.1)."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from omloop.audit.actors import OPERATOR
from omloop.circulation.models import SchemeRule
from omloop.circulation.scheme.overlap import can_both_match, read_suppliers
from omloop.organisations.services import set_limit
from omloop.people.models import Person, SameHuman
from omloop.tenancy.history import since
from omloop.tenancy.scope import tenant_scope
from tests.circulation.company import Company, asked, at
from tests.circulation.reader import said, signed_in
from tests.schemes.office import address, filled, findings, post, rules
from tests.world import World


@pytest.fixture
def company(world: World) -> Company:
    return Company(world, world.zwaluw)


@pytest.fixture
def marit(world: World) -> Client:
    """She manages the schemes, and decides on no invoice."""
    return signed_in(world.marit)


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


def test_rules_of_one_priority_that_can_match_the_same_invoice_clash(company: Company, world: World) -> None:
    """A supplier by name and by number is one, unless an invoice tells that the number is another's."""
    company.store(supplier_name="Kuipers", supplier_kvk="12345678")
    cases: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
        ({}, {"supplier": "Kuipers"}, True),
        ({"supplier": "KUIPERS"}, {"supplier": "kuipers"}, True),
        ({"supplier": "De Raaf"}, {"supplier": "Kuipers"}, False),
        ({"supplier": "Kuipers"}, {"supplier": "12345678"}, True),
        ({"supplier": "De Raaf"}, {"supplier": "12345678"}, False),
        ({"supplier": "De Raaf"}, {"supplier": "NL001234567B01"}, True),
        ({"supplier": "12345678"}, {"supplier": "87654321"}, False),
        ({"kind": "invoice"}, {"kind": "credit_note"}, False),
        ({"order_reference": "PO-1"}, {"order_reference": "po-1"}, True),
        ({"order_reference": "PO-1"}, {"order_reference": "PO-2"}, False),
        ({"amount_to": Decimal(5000)}, {"amount_from": Decimal(5000)}, True),
        ({"amount_to": Decimal(5000)}, {"amount_from": Decimal("5000.01")}, False),
    ]
    with company.system():
        for one, other, clash in cases:
            pair = SchemeRule(**one), SchemeRule(**other)
            suppliers = read_suppliers(company.organisation.id, pair)
            assert can_both_match(*pair, suppliers) is clash, (one, other)
    company.rule(("approve", world.anna), name="R-01", supplier="Kuipers")
    company.rule(("approve", world.bram), name="R-02", supplier="12345678")
    company.rule(("approve", world.bram), name="R-03", supplier="12345678", priority=2)
    told = [each for each in findings(company) if "same priority" in each]
    assert len(told) == 1 and "“R-01” and “R-02” have the same priority" in told[0]


def test_a_limit_for_one_type_of_invoice_is_judged_for_that_type(company: Company, world: World) -> None:
    company.rule(("approve", world.bram), name="R-01")
    limit_for(company, world.bram, "invoice", "2000")
    (told,) = findings(company)
    assert "“R-01” goes further for invoices than who approves last: above €2,000.00" in told
    limit_for(company, world.bram, "credit_note", "300")
    for_invoices, for_credit_notes = findings(company)
    assert for_invoices == told
    assert "goes further for credit notes than who approves last: above €300.00" in for_credit_notes


def limit_for(company: Company, person: Person, kind: str, amount: str) -> None:
    about = {"organisation_id": company.organisation.id, "person_id": person.id, "kind": kind}
    with tenant_scope(None, [company.organisation.id]):
        set_limit(**about, amount=Decimal(amount), actor=OPERATOR, now=at("01-03"))
