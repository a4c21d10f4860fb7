"""Rule 5.2: what is approved and not yet fully booked goes along; a new approval of it comes to the other."""

from uuid import UUID

import pytest

from omloop.circulation.routing.recoding import after_coding
from omloop.invoices.models import Invoice
from omloop.transfers.wish import Conflict, Phase
from tests.booking.ledger import Ledger
from tests.circulation.company import Company, at
from tests.transfers.handing import Handing
from tests.world import World


@pytest.fixture
def ledger(world: World) -> Ledger:
    return Ledger.of(Company(world, world.zwaluw))


def recode(ledger: Ledger, invoice_id: UUID) -> None:
    """Sanne codes it otherwise, which voids the approval."""
    now, company = at("03-11"), ledger.company
    ledger.books.code(invoice_id, ledger.books.line("1000.00", centre="4200", vat_code="H"), now=now)
    with company.system() as system:
        invoice = Invoice.objects.get(id=invoice_id)
        after_coding(invoice, coded_by=company.world.sanne.id, actor=system, now=now)


def test_a_new_approval_of_what_was_not_booked_comes_to_the_other(ledger: Ledger, world: World) -> None:
    handing, company = Handing(ledger.company), ledger.company
    booked = ledger.approved(number="1")
    ledger.book()
    recoded, untouched = ledger.approved(number="2"), ledger.approved(number="3")
    preview = handing.preview(world.anna, world.bram)
    assert preview.counts[company.organisation.id] == {Phase.APPROVED: 2}

    run = handing.transfer(world.anna, world.bram)
    assert {item.invoice_id for item in handing.items(run)} == {recoded, untouched}
    assert company.invoice(booked).booked_at and company.invoice(untouched).state == "approved"
    assert handing.preview(world.anna, world.bram).total == 0, "Anna is out of the flow"
    assert handing.preview(world.bram, world.anna).total == 2, "Bram stands in Anna's place"

    recode(ledger, recoded)
    assert handing.holder(recoded) == "bram"
    assert handing.undo(run, now=at("03-12")) == (1, 1), "on one of them something happened"
    assert handing.preview(world.anna, world.bram).total == 1
    company.decide(world.bram, recoded, "approve", now=at("03-13"))
    assert company.invoice(recoded).state == "approved"


def test_what_was_given_on_and_came_back_is_ones_own_again(ledger: Ledger, world: World) -> None:
    handing = Handing(ledger.company)
    ledger.approved()
    handing.transfer(world.anna, world.bram, now=at("03-10"))
    handing.transfer(world.bram, world.anna, now=at("03-11"))
    assert handing.preview(world.anna, world.bram).total == 1
    assert handing.preview(world.bram, world.anna).total == 0


def test_two_signatures_stay_two_people(ledger: Ledger, world: World) -> None:
    handing, company = Handing(ledger.company), ledger.company
    company.rule(("approve", world.anna), ("approve", world.bram), name="Two", priority=2)
    invoice = ledger.approved()
    company.decide(world.bram, invoice, "approve", now=at("03-04"))
    assert company.invoice(invoice).state == "approved"
    preview = handing.preview(world.anna, world.bram)
    assert handing.clashes(preview) == {Conflict.BARRED: 1} and preview.going == 0
    chosen = handing.newcomer("Noor Postma")
    run = handing.transfer(world.anna, world.bram, instead={Conflict.BARRED: chosen})
    assert [item.to_id for item in handing.items(run)] == [chosen.id]
