"""What an approval is about, and what of an invoice can change without asking it anew (rules 3.7)."""

from decimal import Decimal
from typing import Any

import pytest

from omloop.circulation.models import Decision, Step
from omloop.circulation.routing.recoding import after_coding
from omloop.circulation.routing.seal import hash_what_counts
from omloop.coding.models import CodingLine
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from tests.circulation.company import THE_DAY_AFTER, Company
from tests.circulation.reader import said, signed_in
from tests.coding.books import Books
from tests.world import World

VOIDS: list[dict[str, Any]] = [
    {"without_vat": Decimal("999.99")},
    {"with_vat": Decimal("1210.01")},
    {"payable": Decimal("1000.00")},
    {"currency": "USD"},
    {"supplier_name": "Kuipers Installaties"},
    {"supplier_kvk": "12345678"},
    {"supplier_vat": "NL999999990B01"},
    {"iban": "NL02ABNA0123456789"},
]
LEAVES: list[dict[str, Any]] = [
    {"due_on": THE_DAY_AFTER.date()},
    {"order_reference": "26-99"},
    {"payment_reference": "kenmerk"},
]


@pytest.fixture
def company(world: World) -> Company:
    return Company(world, world.zwaluw)


@pytest.fixture
def books(company: Company) -> Books:
    return Books.of(company)


def test_amount_supplier_iban_cost_centre_and_project_count_and_the_rest_does_not(
    company: Company, books: Books, world: World
) -> None:
    """The approval stores the hash of what counts; a ledger account only where its rule looked at one."""
    company.rule(("approve", world.anna))
    invoice = books.store(currency="EUR")
    books.code(invoice, books.line("1000", centre="4100", vat_code="H", description="Onderhoud"))
    company.start(invoice)
    company.decide(world.anna, invoice, "approve")
    with company.system():
        hold(company.organisation.id)
        found, step = Invoice.objects.get(id=invoice), Step.objects.get(invoice_id=invoice)
        sealed = Decision.objects.get(invoice_id=invoice).counts
        line = CodingLine.objects.get(invoice_id=invoice)
        lines: list[tuple[dict[str, Any], bool]] = [
            ({"cost_centre_id": books.centres["4200"]}, True),
            ({"cost_unit_id": books.units["26-014"]}, True),
            ({"net": Decimal("999")}, True),
            ({"ledger_account_id": books.accounts["4500"]}, False),
            ({"vat_code": "V"}, False),
            ({"description": "Anders"}, False),
            ({"period": THE_DAY_AFTER.date().replace(day=1)}, False),
        ]
        assert hash_what_counts(found, step) == sealed
        for change in (*VOIDS, *LEAVES):
            for name, value in change.items():
                setattr(found, name, value)
            assert (hash_what_counts(found, step) != sealed) == (change in VOIDS), change
            found.refresh_from_db()
        for change, voids in lines:
            CodingLine.objects.filter(id=line.id).update(**change)
            assert (hash_what_counts(found, step) != sealed) == voids, change
            line.save()


def test_how_many_lines_say_it_counts_for_nothing_but_what_bears_it_does(
    company: Company, books: Books, world: World
) -> None:
    company.rule(("approve", world.anna))
    invoice = books.store()
    books.code(invoice, books.line("1000", centre="4100"))
    company.start(invoice)
    company.decide(world.anna, invoice, "approve")
    for rest, state in (("4100", "approved"), ("4200", "circulating")):
        books.code(invoice, books.line("600", "4310", "4100", vat_code="H"), books.line("400", "4500", rest))
        with company.system() as system:
            found = Invoice.objects.get(id=invoice)
            after_coding(found, coded_by=world.sanne.id, actor=system, now=THE_DAY_AFTER)
        assert company.invoice(invoice).state == state


def test_both_read_beforehand_what_a_change_would_ask_anew(
    company: Company, books: Books, world: World
) -> None:
    """Whoever codes, on the page where it is done; what came of it, whoever approved and whoever changed."""
    company.rule(("approve", world.anna), ledger_account="4310")
    invoice = books.store()
    books.code(invoice, books.line("1000", centre="4100"))
    company.start(invoice)
    page = said(signed_in(world.sanne).get(f"/invoices/{invoice}/coding/"))
    assert "Another amount, cost centre or cost unit asks for a new approval." in page
    assert "Another VAT code, period or description does not." in page
