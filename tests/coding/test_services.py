"""Coding an invoice: what stays, what changes, what is refused (rules 3.2, 3.7)."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from omloop.audit.models import AuditEvent
from omloop.coding.changing import NewLine
from omloop.coding.models import CodingLine
from omloop.coding.queries import is_coded_here, is_complete
from omloop.coding.refusals import (
    AmountUnknown,
    CodingDoesNotAddUp,
    NoLines,
    NotToBeCoded,
    TooManyLines,
    UnknownCode,
)
from omloop.coding.services import MOST_LINES
from omloop.invoices.models import Invoice
from omloop.organisations.members import RightMissing
from tests.coding.books import Books, told
from tests.world import World


def test_an_organisation_codes_when_it_has_a_ledger_account_to_book_on(books: Books, world: World) -> None:
    with books.company.system():
        assert is_coded_here(world.zwaluw.id)
        assert not is_coded_here(world.beheer.id)


def test_a_coding_is_kept_with_who_typed_it_and_is_complete(books: Books) -> None:
    invoice_id = books.store()
    books.code(invoice_id, books.line("600.00", centre="4100", vat_code="H "), books.line("400.00", "0250"))
    first, second = books.lines(invoice_id)
    assert told([first, second]) == ["4310 4100 600.00", "0250 400.00"]
    assert (first.typed_by_id, first.vat_code) == (books.company.world.sanne.id, "H")
    with books.company.system():
        assert is_complete(Invoice.objects.get(id=invoice_id))


def test_a_line_that_stays_the_same_keeps_its_row_and_a_changed_one_is_ended(books: Books) -> None:
    invoice_id = books.store()
    books.code(invoice_id, books.line("600.00"), books.line("400.00", centre="4200"))
    one, two = books.lines(invoice_id)
    change = books.code(invoice_id, books.line("600.00"), books.line("400.00", centre="4100"))
    assert [line.id for line in change.kept] == [one.id]
    assert [(before and before.id, after and after.cost_centre_id) for before, after in change.pairs] == [
        (two.id, books.centres["4100"])
    ]
    assert change.fields == ["cost_centre_id"]
    with books.company.system():
        assert CodingLine.objects.get(id=two.id).ended_at is not None
        event = AuditEvent.objects.filter(name="invoice.coded").latest("id")
    assert event.detail == {
        "ended": [str(two.id)],
        "new": [str(change.new[0].id)],
        "changed": ["cost_centre_id"],
    }


def test_a_line_that_goes_and_one_between_disturb_no_other(books: Books) -> None:
    invoice_id = books.store()
    books.code(invoice_id, books.line("100.00"), books.line("500.00", "4500"), books.line("400.00", "0250"))
    _, two, three = books.lines(invoice_id)
    change = books.code(
        invoice_id,
        books.line("500.00", "4500"),
        books.line("60.00", centre="4100"),
        books.line("40.00", centre="4200"),
        books.line("400.00", "0250"),
    )
    assert {line.id for line in change.kept} == {two.id, three.id}
    assert told(books.lines(invoice_id)) == [
        "4500 500.00",
        "4310 4100 60.00",
        "4310 4200 40.00",
        "0250 400.00",
    ]
    assert (len(change.ended), len(change.new)) == (1, 2)


def test_another_vat_code_or_description_is_paired_with_the_line_of_the_same_amount_and_account(
    books: Books,
) -> None:
    invoice_id = books.store()
    books.code(invoice_id, books.line("600.00"), books.line("400.00", "4500"))
    one, two = books.lines(invoice_id)
    change = books.code(
        invoice_id, books.line("400.00", "4500", vat_code="L"), books.line("600.00", description="Haven")
    )
    assert {(before and before.id, after and after.net) for before, after in change.pairs} == {
        (one.id, Decimal("600.00")),
        (two.id, Decimal("400.00")),
    }
    assert change.fields == ["vat_code", "description"]


def test_saving_the_same_again_writes_nothing(books: Books) -> None:
    invoice_id = books.store()
    books.code(invoice_id, books.line("500.00"), books.line("500.00"))
    change = books.code(invoice_id, books.line("500.00"), books.line("500.00"))
    assert (len(change.kept), change.pairs) == (2, ())
    with books.company.system():
        assert AuditEvent.objects.filter(name="invoice.coded").count() == 1


def test_amounts_that_do_not_add_up_to_the_cent_are_refused_with_both_numbers(books: Books) -> None:
    invoice_id = books.store()
    with pytest.raises(CodingDoesNotAddUp) as refusal:
        books.code(invoice_id, books.line("600.00"), books.line("399.99"))
    assert (refusal.value.lines, refusal.value.invoice) == (Decimal("999.99"), Decimal("1000.00"))
    assert books.lines(invoice_id) == []


def test_a_credit_note_is_coded_with_the_signs_that_it_has_itself(books: Books) -> None:
    invoice_id = books.store(kind="credit_note")
    books.code(invoice_id, books.line("1000.00"))
    with books.company.system():
        assert is_complete(Invoice.objects.get(id=invoice_id))


@pytest.mark.parametrize(
    ("fields", "lines", "refusal"),
    [
        ({"state": "rejected"}, 1, NotToBeCoded),
        ({"without_vat": None}, 1, AmountUnknown),
        ({}, 0, NoLines),
        ({}, MOST_LINES + 1, TooManyLines),
    ],
)
def test_a_coding_that_can_not_be_is_refused(
    books: Books, fields: dict[str, Any], lines: int, refusal: type[Exception]
) -> None:
    invoice_id = books.store(**fields)
    with pytest.raises(refusal):
        books.code(invoice_id, *[books.line("1000.00")] * lines)


def test_an_unknown_or_ended_account_is_refused_and_makes_a_coding_incomplete(books: Books) -> None:
    invoice_id = books.store()
    books.code(invoice_id, books.line("1000.00"))
    books.end("4310")
    with books.company.system():
        assert not is_complete(Invoice.objects.get(id=invoice_id))
    for account_id in (books.accounts["4310"], uuid4()):
        with pytest.raises(UnknownCode):
            books.code(invoice_id, NewLine(net=Decimal("1000.00"), ledger_account_id=account_id))


def test_who_may_not_code_is_refused(books: Books) -> None:
    invoice_id = books.company.arrive(without_vat=Decimal("1000.00"))
    with pytest.raises(RightMissing):
        books.code(invoice_id, books.line("1000.00"), by=books.company.world.anna)
