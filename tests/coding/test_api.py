"""The coding of an invoice by API."""

from decimal import Decimal

import pytest
from django.test import Client

from tests.coding.books import Books, told
from tests.strangers.victim import key_for
from tests.world import World


@pytest.fixture
def client(world: World) -> Client:
    key = key_for(world.sanne, world.zwaluw.id)
    return Client(headers={"Authorization": f"Bearer {key}"})


def test_a_coding_is_read_and_set_in_codes(books: Books, client: Client) -> None:
    invoice_id = books.store(without_vat=Decimal("100.00"))
    address = f"/api/v1/invoices/{invoice_id}/coding"
    assert client.get(address).json() == {"complete": False, "lines": []}
    lines = [
        {"net": "60.00", "ledger_account": "4310", "cost_centre": "4100"},
        {"net": "40.00", "ledger_account": "4500", "description": "Trein"},
    ]
    answer = client.put(address, {"lines": lines}, content_type="application/json").json()
    assert (answer["complete"], answer["lines"][0]["net"], answer["lines"][0]["cost_centre"]) == (
        True,
        "60.00",
        "4100",
    )
    assert told(books.lines(invoice_id)) == ["4310 4100 60.00", "4500 40.00"]
    assert client.put(address, {"lines": lines}, content_type="application/json").json() == answer


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ({"net": "99.99", "ledger_account": "4310"}, "De regels zijn samen"),
        ({"net": "100.00", "ledger_account": "nope"}, "De code nope is hier niet in gebruik."),
    ],
)
def test_a_coding_that_can_not_be_says_why(
    books: Books, client: Client, line: dict[str, str], problem: str
) -> None:
    invoice_id = books.store(without_vat=Decimal("100.00"))
    answer = client.put(
        f"/api/v1/invoices/{invoice_id}/coding", {"lines": [line]}, content_type="application/json"
    )
    assert answer.status_code == 422
    assert problem in answer.json()["detail"]


def test_what_has_ended_is_coded_no_more(books: Books, client: Client) -> None:
    address = f"/api/v1/invoices/{books.store(state='rejected')}/coding"
    line = {"net": "100.00", "ledger_account": "4310"}
    answer = client.put(address, {"lines": [line]}, content_type="application/json")
    assert (answer.status_code, "afgekeurd of geannuleerd" in answer.json()["detail"]) == (409, True)
