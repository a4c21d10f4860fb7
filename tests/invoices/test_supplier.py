"""By what a supplier and his invoice's number are known again (rules 2.5)."""

from dataclasses import replace

import pytest

from omloop.einvoice import Identifier, PrecedingInvoice
from omloop.invoices.models import Invoice
from omloop.invoices.supplier import LONGEST, key_of, number_key
from omloop.organisations.members import system_scope
from tests.invoices.test_reading import arrive
from tests.paper import file, paper
from tests.world import World


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2026-0418", "20260418"),
        ("2026/0418", "2026 0418"),
        ("000123", "123"),
        ("F-000123", "f123"),
        ("0", "00"),
    ],
)
def test_a_number_is_compared_without_signs_and_leading_zeros(one: str, other: str) -> None:
    assert number_key(one) == number_key(other) != ""


def test_numbers_that_differ_in_a_digit_differ() -> None:
    assert (
        len({number_key(each) for each in ("2026-0418", "2026-418", "2026-04180", "F20260418", "1", "10")})
        == 6
    )
    assert number_key("n" * 9_000) != number_key("n" * 9_001)
    assert len(number_key("n" * 9_000)) <= LONGEST


def test_a_supplier_is_known_by_vat_else_kvk_else_name() -> None:
    assert key_of(vat="NL0000.99998.B57", kvk="87654321", name="Kuipers") == "nl000099998b57"
    assert key_of(vat=" ", kvk="8765 4321", name="Kuipers") == "87654321"
    assert key_of(vat="", kvk="", name=" Kuipers  B.V. ") == "kuipers b.v."
    assert key_of(vat="", kvk="", name="") == ""


def test_an_invoice_keeps_oin_gln_and_the_number_that_it_credits(world: World) -> None:
    seller = replace(
        paper().seller,
        identifiers=(Identifier("8712345000004", "0088"),),
        endpoint=Identifier("00000001003214345000", "0190"),
    )
    arrive(world, file(seller=seller, preceding_invoices=(PrecedingInvoice("2026-0400"),)))
    with system_scope("test", world.zwaluw.id):
        invoice = Invoice.objects.get()
    assert (invoice.supplier_oin, invoice.supplier_gln) == ("00000001003214345000", "8712345000004")
    assert (invoice.preceding_number, invoice.number_key) == ("2026-0400", "20260418")
    assert invoice.supplier_key == "nl000099998b57"
    assert invoice.supplier_numbers == [
        "vat:nl000099998b57",
        "kvk:87654321",
        "oin:00000001003214345000",
        "gln:8712345000004",
    ]
