"""The page on which an invoice is coded: without script, line by line (rules 3.2, 3.8)."""

import re
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from omloop.coding.chart import VatCode
from omloop.coding.services import MOST_LINES
from omloop.invoices.models import InvoiceLine
from omloop.organisations.holding import hold
from omloop.organisations.rights import RIGHTS_OF, DefaultGroup, Right
from tests.circulation.company import at
from tests.circulation.reader import said, signed_in
from tests.coding.books import Books, told
from tests.coding.test_keys import keep
from tests.world import World

LATER = at("03-09")


@pytest.fixture
def sanne(world: World) -> Client:
    return signed_in(world.sanne)


def typed(*lines: dict[str, str], **more: str) -> dict[str, str]:
    """What a browser sends of these lines."""
    sent = {f"line{n}-{name}": text for n, line in enumerate(lines) for name, text in line.items()}
    return {"lines": str(len(lines)), **sent, **more}


def values(response: HttpResponse, name: str) -> list[str]:
    """What stands in the fields of this name, line by line."""
    page = response.content.decode()
    fields = re.findall(rf'<input [^>]*name="line\d+-{name}"[^>]*>', page)
    return [found[1] if (found := re.search(r'value="([^"]*)"', field)) else "" for field in fields]


def page_of(invoice_id: UUID) -> str:
    return f"/invoices/{invoice_id}/coding/"


def test_lines_are_typed_and_saved_and_the_invoice_shows_them(books: Books, sanne: Client) -> None:
    invoice_id = books.store()
    first = sanne.get(page_of(invoice_id))
    assert (values(first, "account"), values(first, "amount")) == ([""], [""])
    assert "4310 Onderhoud installaties" in said(first)
    lines = typed(
        {"account": "4310", "centre": "4100", "amount": "600,00"},
        {"account": "4500 Reiskosten", "vat_code": "H", "description": "Trein"},
        {},
    )
    assert sanne.post(page_of(invoice_id), lines).status_code == 302
    assert told(books.lines(invoice_id)) == ["4310 4100 600.00", "4500 400.00"]
    page = said(sanne.get(f"/invoices/{invoice_id}/?part=coding"))
    assert "4310 Onderhoud installaties 4100 Haven" in page and "Coded by Sanne Bakker." in page


def test_what_does_not_add_up_is_told_with_both_amounts_and_what_was_typed_stays(
    books: Books, sanne: Client
) -> None:
    invoice_id = books.store()
    answer = sanne.post(page_of(invoice_id), typed({"account": "4310", "amount": "999.99"}))
    assert answer.status_code == 422
    text = said(answer).replace("\u00a0", "").replace("€ ", "€")
    assert "The lines are €999.99 together, the invoice is €1,000.00: €0.01 is missing." in text
    assert values(answer, "amount") == ["999.99"]


def test_a_code_is_typed_by_a_part_of_its_name_and_a_period_as_people_write_it(
    books: Books, sanne: Client
) -> None:
    invoice_id = books.store()
    lines = typed(
        {"account": "reis", "centre": "have", "period": "3/2026", "amount": "1"}, {"account": "0250"}
    )
    assert sanne.post(page_of(invoice_id), lines).status_code == 302
    assert told(books.lines(invoice_id)) == ["4500 4100 1.00", "0250 999.00"]
    assert values(sanne.get(page_of(invoice_id)), "period") == ["03-2026", ""]
    which = sanne.post(page_of(invoice_id), typed({"account": "installaties", "period": "13-2026"}))
    assert "Which one? 0250 Technische installaties, 4310 Onderhoud installaties" in said(which)
    assert "Write a month as 11-2026." in said(which)


def test_lines_are_copied_removed_and_taken_over_from_the_supplier(books: Books, sanne: Client) -> None:
    """Under reverse charge with the one VAT code for it."""
    invoice_id = books.store()
    with books.company.system():
        hold(books.company.organisation.id)
        own: dict[str, Any] = {"organisation": books.company.organisation}
        VatCode.objects.create(code="V", name="Btw verlegd", **own)
        for n, net in enumerate((600, 400), 1):
            more = {"net": net, "vat_category": "AE", "name": f"Werk {n}", **own}
            InvoiceLine.objects.create(invoice_id=invoice_id, position=n, **more)
    page = page_of(invoice_id)
    assert "VAT reverse charged" in said(sanne.get(page)) and "code V." in said(sanne.get(page))
    lines = [{"account": "4310", "amount": "1"}, {"account": "4500", "amount": "2"}]
    again = sanne.post(page, typed(*lines, copy="1"))
    assert values(again, "account") == ["4310", "4310", "4500"] and values(again, "amount") == ["1", "", "2"]
    assert values(sanne.post(page, typed(*lines, drop="1")), "account") == ["4500"]
    taken = sanne.post(page, typed(*lines, take="1"))
    assert values(taken, "amount") == ["600.00", "400.00"]
    assert (values(taken, "description"), values(taken, "vat_code")) == (["Werk 1", "Werk 2"], ["V", "V"])
    assert books.lines(invoice_id) == []


def test_one_goes_from_one_invoice_to_the_next_that_is_to_be_coded(
    books: Books, sanne: Client, world: World
) -> None:
    books.company.rule(("approve", world.anna))
    first, second, third = (books.store(number=str(n), supplier_vat=f"NL00000000{n}B01") for n in (1, 2, 3))
    for each in (first, second, third):
        books.company.start(each)
    assert "1 of 3" in said(sanne.get(page_of(first)))
    answer = sanne.post(page_of(first), typed({"account": "4310"}))
    assert answer.headers["Location"] == page_of(second)
    assert books.company.task(first).holder_id == world.anna.id
    kept = sanne.post(page_of(third), typed({"account": "4310"}, keep="yes"))
    assert kept.headers["Location"] == f"/invoices/{third}/?part=coding"
    assert books.company.task(third).step.action == "code"
    answer = sanne.post(page_of(second), typed({"account": "4310"}))
    assert "Coded and sent on. Still to be coded: 1." in said(sanne.get(page_of(third)))


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([{"account": "9999", "amount": "1000"}], "“9999” is not in the list, or has ended."),
        ([{"centre": "4100", "amount": "1000"}], "Choose a ledger account."),
        ([{"account": "4310"}, {"account": "4500"}], "Only one amount can be left empty"),
        ([{}], "Fill in one line at least."),
        ([], "Fill in one line at least."),
    ],
)
def test_a_line_that_is_wrong_says_why(
    books: Books, sanne: Client, lines: list[dict[str, str]], problem: str
) -> None:
    answer = sanne.post(page_of(books.store()), typed(*lines))
    assert answer.status_code == 422
    assert problem in said(answer)


def test_a_line_is_divided_by_shares_before_it_is_saved(books: Books, sanne: Client) -> None:
    invoice_id = books.store()
    more: dict[str, Any] = {"divide": "yes", "divided": "1", "shares": "1 1 1"}
    answer = sanne.post(page_of(invoice_id), typed({"account": "4310"}, **more))
    assert (answer.status_code, values(answer, "amount")) == (200, ["333.34", "333.33", "333.33"])
    assert values(answer, "account") == ["4310"] * 3
    assert books.lines(invoice_id) == []
    for shares in ("33,3% 66,7%", "33,3% 33,3% 33,3%"):
        answer = sanne.post(page_of(invoice_id), typed({"account": "4310"}, **(more | {"shares": shares})))
        assert (answer.status_code, values(answer, "amount")[0]) in ((200, "333.00"), (200, "333.34"))
    for shares, told_why in (
        ("a b", "Write the shares as numbers"),
        ("60% 30%", "These percentages are 90% together."),
        ("60 30,15%", "These percentages are 90.15% together."),
    ):
        wrong = sanne.post(page_of(invoice_id), typed({"account": "4310"}, **(more | {"shares": shares})))
        assert wrong.status_code == 422 and told_why in said(wrong)


def test_a_line_is_divided_by_a_key_and_says_so(books: Books, sanne: Client) -> None:
    invoice_id, key = books.store(), keep(books, c4100="60", c4200="40")
    more = {"divide": "yes", "divided": "1", "division_key": str(key.id)}
    answer = sanne.post(page_of(invoice_id), typed({"account": "4310"}, **more))
    assert values(answer, "centre") == ["4100", "4200"]
    lines = [
        {"account": "4310", "centre": centre, "amount": amount, "key": key_id}
        for centre, amount, key_id in zip(
            *(values(answer, name) for name in ("centre", "amount", "key")), strict=True
        )
    ]
    sanne.post(page_of(invoice_id), typed(*lines))
    assert told(books.lines(invoice_id)) == ["4310 4100 600.00", "4310 4200 400.00"]
    assert "Divided by the key Huur." in said(sanne.get(page_of(invoice_id)))


def test_the_most_lines_that_an_invoice_may_have_fit_into_the_form(books: Books, sanne: Client) -> None:
    invoice_id = books.store(without_vat=Decimal(MOST_LINES))
    empty = dict.fromkeys(("centre", "unit", "description", "period", "key"), "")
    fields = {"account": "4310", "vat_code": "H", **empty}
    lines = [{**fields, "amount": "1"}] * MOST_LINES
    assert sanne.post(page_of(invoice_id), typed(*lines)).status_code == 302
    assert len(books.lines(invoice_id)) == MOST_LINES


def test_a_proposal_says_why_and_is_not_saved_before_somebody_does(books: Books, sanne: Client) -> None:
    first = books.store(number="F-1")
    books.code(first, books.line("250.00", "4500"), books.line("750.00"))
    invoice_id = books.store(LATER, number="F-2")
    answer = sanne.get(page_of(invoice_id))
    assert values(answer, "amount") == ["250.00", "750.00"]
    page = said(answer)
    assert "This is a proposal" in page and "as on the last coded invoice of this supplier, F-1" in page
    assert books.lines(invoice_id) == []


def test_a_coding_is_remembered_for_the_supplier(books: Books, sanne: Client) -> None:
    first = books.store()
    books.code(first, books.line("1000.00", "4500"))
    assert "Remember for this supplier" in said(sanne.get(page_of(first)))
    answer = sanne.post(f"{page_of(first)}remember/", follow=True)
    assert "The next invoices of Kuipers Installatietechniek B.V. get this coding" in said(answer)
    second = books.store(LATER)
    books.propose(second)
    assert "Sanne Bakker had Omloop remember this coding" in said(sanne.get(page_of(second)))
    nameless = books.store(number="3", supplier_vat="", supplier_name="")
    books.code(nameless, books.line("1000.00"))
    answer = sanne.post(f"{page_of(nameless)}remember/", follow=True)
    assert "names no supplier" in said(answer) and "Save a coding first" not in said(answer)


def test_who_may_not_code_reads_the_lines_of_an_invoice_that_is_his(books: Books, world: World) -> None:
    books.company.rule(("approve", world.anna))
    invoice_id = books.store()
    books.code(invoice_id, books.line("1000.00"))
    books.company.start(invoice_id)
    anna = signed_in(world.anna)
    page = anna.get(page_of(invoice_id))
    assert "4310 Onderhoud installaties" in said(page) and "Save the coding" not in said(page)
    assert anna.post(page_of(invoice_id), typed({"account": "4500"})).status_code == 403
    assert signed_in(world.otto).get(page_of(invoice_id)).status_code == 404


def test_without_ledger_accounts_coding_plays_no_role(books: Books, world: World, sanne: Client) -> None:
    other = Books(books.company)
    for number in ("0250", "4310", "4500"):
        other.end(number)
    invoice_id = books.store()
    assert "Nothing is coded here yet" in said(sanne.get(page_of(invoice_id)))
    page = said(sanne.get(f"/invoices/{invoice_id}/"))
    assert "Coding" not in page


def test_the_number_of_queries_does_not_grow_with_the_lines(books: Books, sanne: Client) -> None:
    one, many = books.store(), books.store()
    books.code(one, books.line("1000.00", centre="4100"))
    books.code(many, *(books.line("10.00", centre="4200", description=str(n)) for n in range(100)))
    spent = []
    for address in (page_of(one), page_of(many), *(f"/invoices/{each}/?part=coding" for each in (one, many))):
        with CaptureQueriesContext(connection) as queries:
            assert sanne.get(address).status_code == 200
        spent.append(len(queries))
    assert spent[0] == spent[1] and spent[2] == spent[3]


def test_every_default_group_that_codes_is_the_financial_administration() -> None:
    assert [group for group, rights in RIGHTS_OF.items() if Right.CODE in rights] == [DefaultGroup.FINANCE]
