"""Rules 2.11, told for a bookkeeper: a credit note finds its invoice, and whoever approved that."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from omloop.circulation.ending.crediting import choose_credited
from omloop.circulation.refusals.ending import CannotBeCredited, DecidedAlready
from omloop.einvoice import Kind, PrecedingInvoice
from omloop.organisations.members import RightMissing, member_scope
from tests.circulation.company import THE_DAY_AFTER, Company, asked
from tests.circulation.reader import said, signed_in
from tests.coding.books import Books, told
from tests.incoming import come_in, post
from tests.paper import party
from tests.transfers.handing import Handing
from tests.world import World

NOW = THE_DAY_AFTER


@pytest.fixture
def company(world: World) -> Company:
    """Bram checks what comes; Anna has approved what this is about."""
    return Company(world, world.zwaluw)


def credit(world: World, number: str = "C-1", of: str = "2026-0418", **more: Any) -> UUID:
    """A credit note comes in that names this invoice."""
    names = {"kind": Kind.CREDIT_NOTE, "type_code": "381", "preceding_invoices": (PrecedingInvoice(of),)}
    return come_in(world.zwaluw, number, **names, **more)


def approved(company: Company, world: World, **paper: Any) -> UUID:
    """Anna approves an invoice; from then on the scheme asks Bram."""
    company.rule(asked("approve", world.anna), name="R-01", kind="invoice")
    invoice = come_in(world.zwaluw, **paper)
    company.decide(world.anna, invoice, "approve")
    company.rule(asked("approve", world.bram), name="R-02", priority=9)
    return invoice


def test_it_is_linked_by_its_number_and_goes_to_who_approved_its_invoice(
    company: Company, world: World
) -> None:
    invoice = approved(company, world)
    note = credit(world, of="2026/0418")
    assert company.invoice(note).credits_id == invoice
    task = company.task(note)
    assert (task.holder_id, task.step.action) == (world.anna.id, "approve")
    anna = signed_in(world.anna)
    words = said(anna.get(f"/invoices/{note}/"))
    assert "This credit note is about an invoice that Anna de Vries approved." in words
    assert "This credit note is about" in words and "2026-0418" in words
    assert "Credits an approved invoice" in said(anna.get("/"))
    # Both are shown together, on both pages, with what they come to.
    assert "Together: €0.00" in words.replace("\xa0", "").replace("€ ", "€")
    other = said(anna.get(f"/invoices/{invoice}/"))
    assert "A credit note is about this invoice" in other and "C-1" in other and "Together:" in other
    company.decide(world.anna, note, "approve")
    assert company.invoice(note).state == "approved"


def test_after_a_transfer_of_its_invoice_it_goes_to_who_came_in_his_place(
    company: Company, world: World
) -> None:
    approved(company, world)
    handing = Handing(company)
    carla = handing.newcomer("Carla Prins")
    handing.transfer(world.anna, carla, now=NOW)
    assert company.task(credit(world)).holder == carla


def test_who_is_away_is_stood_in_for_as_ever(company: Company, world: World) -> None:
    approved(company, world)
    company.absent(world.anna, "03-01", "03-31", world.bram)
    task = company.task(credit(world))
    assert (task.holder_id, task.for_person_id) == (world.bram.id, world.anna.id)


def test_of_another_supplier_or_of_an_unknown_number_it_is_not_linked(company: Company, world: World) -> None:
    approved(company, world)
    raaf = credit(world, seller=party("De Raaf B.V.", "11223344", "NL001234567B01"))
    unknown = credit(world, "C-2", of="2026-9999")
    for note in (raaf, unknown):
        assert company.invoice(note).credits_id is None
        assert company.task(note).holder_id == world.bram.id


def test_its_coding_is_proposed_as_that_of_its_invoice_with_the_sign_turned(
    company: Company, world: World
) -> None:
    books = Books.of(company)
    company.rule(asked("approve", world.anna))
    invoice = come_in(world.zwaluw)
    books.code(invoice, books.line("60", centre="4100"), books.line("40", "4500", "4200"))
    later = come_in(world.zwaluw, "2026-0500")
    books.code(later, books.line("100", "0250"))
    note = credit(world, of="2026-0418")
    assert told(books.lines(note)) == ["4310 4100 60.00", "4500 4200 40.00"]
    words = said(signed_in(world.sanne).get(f"/invoices/{note}/?part=coding"))
    assert "Proposed: as on the invoice that it credits, with the sign turned." in words


def test_where_its_number_is_unknown_finance_chooses_the_invoice_and_its_approver_is_asked(
    company: Company, world: World
) -> None:
    invoice = approved(company, world)
    note = credit(world, of="2026-9999")
    assert company.task(note).holder_id == world.bram.id
    sanne = signed_in(world.sanne)
    assert "It names invoice 2026-9999, which is not here." in said(sanne.get(f"/invoices/{note}/"))
    assert post(sanne, note, "credits", chosen=note).status_code == 422
    post(sanne, note, "credits", chosen=invoice)
    assert company.task(note).holder_id == world.anna.id
    assert "Chose the invoice" in said(sanne.get(f"/invoices/{note}/?part=history"))
    company.decide(world.anna, note, "approve")
    with member_scope(world.sanne, now=NOW) as member, pytest.raises(DecidedAlready):
        choose_credited(note, credited_id=invoice, actor=member, now=NOW)
    with member_scope(world.anna, now=NOW) as anna, pytest.raises(RightMissing):
        choose_credited(note, credited_id=invoice, actor=anna, now=NOW)


def test_one_that_comes_before_its_invoice_is_linked_when_that_comes_and_goes_to_who_approves_it(
    company: Company, world: World, run_jobs: Callable[[], None]
) -> None:
    books = Books.of(company)
    company.rule(asked("approve", world.anna), name="R-01", kind="invoice")
    company.rule(asked("approve", world.bram), name="R-02", kind="credit_note")
    before = come_in(world.zwaluw, "2026-0001")
    books.code(before, books.line("100", "0250"))
    note, other = credit(world, of="2026-0418"), credit(world, "C-9", of="2026-9999")
    assert (company.task(note).holder_id, told(books.lines(note))) == (world.bram.id, ["0250 100.00"])
    invoice = come_in(world.zwaluw)
    assert [company.invoice(each).credits_id for each in (note, other)] == [invoice, None]
    sanne = signed_in(world.sanne)
    assert "C-1" in said(sanne.get(f"/invoices/{invoice}/")) and "Together:" in said(
        sanne.get(f"/invoices/{note}/")
    )
    assert "Linked to its invoice, which came after it" in said(sanne.get(f"/invoices/{note}/?part=history"))
    # Until somebody approves the invoice the scheme goes on; then he is asked, with its coding.
    books.code(invoice, books.line("60", centre="4100"), books.line("40", "4500", "4200"))
    assert company.task(note).holder_id == world.bram.id
    company.decide(world.anna, invoice, "approve")
    run_jobs()
    assert company.task(note).holder_id == world.anna.id
    assert told(books.lines(note)) == ["4310 4100 60.00", "4500 4200 40.00"]


def test_an_invoice_that_is_confidential_stays_unseen_beside_its_credit_note(
    company: Company, world: World
) -> None:
    company.rule(asked("approve", world.bram))
    secret = come_in(world.zwaluw, secret=True)
    note = credit(world)
    assert company.invoice(note).credits_id == secret
    words = said(signed_in(world.sanne).get(f"/invoices/{note}/"))
    assert "This credit note is about" not in words and "Together:" not in words
    with member_scope(world.sanne, now=NOW) as sanne, pytest.raises(CannotBeCredited):
        choose_credited(note, credited_id=secret, actor=sanne, now=NOW)
    assert company.invoice(note).with_vat == Decimal(121)
