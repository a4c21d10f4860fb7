"""Not, partly and fully booked (rules 3.10)."""

from decimal import Decimal

import pytest

from omloop.booking.refusals import FullyBookedOnIt, NothingToBook
from omloop.booking.states import states_of
from omloop.circulation.deciding.withdrawing import withdraw
from omloop.circulation.models import Decision
from omloop.circulation.refusals import BookedSince
from omloop.coding.refusals import AlreadyBooked
from omloop.organisations.members import RightMissing, member_scope
from tests.booking.ledger import NOW, Ledger
from tests.circulation.company import Company
from tests.world import World


@pytest.fixture
def ledger(world: World) -> Ledger:
    return Ledger.of(Company(world, world.zwaluw))


def test_what_anna_approved_is_booked_by_sanne_to_the_cent(ledger: Ledger, world: World) -> None:
    invoice = ledger.approved()
    with pytest.raises(RightMissing):
        ledger.book(by=world.anna)
    (batch,) = ledger.book()
    assert (batch.name, batch.kind) == ("1", "full")
    costs = [("4310", Decimal("500.00")), ("4500", Decimal("500.00"))]
    assert ledger.entry(invoice) == [*costs, ("1520", Decimal("210.00")), ("1600", Decimal("-1210.00"))]
    assert ledger.invoice(invoice).booked_at == NOW
    with pytest.raises(NothingToBook):
        ledger.book()


def test_a_received_invoice_is_pre_booked_blocked_and_later_booked_in_full(ledger: Ledger) -> None:
    invoice = ledger.coded()
    ledger.company.start(invoice)
    ledger.book("pre")
    with ledger.company.system():
        state = states_of([invoice])[invoice]
    assert (state.state, state.is_blocked) == ("partly", True)
    suspense = ("2000", Decimal("1000.00"))
    assert ledger.entry(invoice, "pre") == [
        suspense,
        ("1520", Decimal("210.00")),
        ("1600", Decimal("-1210.00")),
    ]
    with pytest.raises(NothingToBook):
        ledger.book("pre")
    ledger.company.decide(ledger.company.world.anna, invoice, "approve")
    ledger.book()
    assert ledger.entry(invoice)[-1] == ("2000", Decimal("-1000.00"))
    with ledger.company.system():
        state = states_of([invoice])[invoice]
    assert (state.state, state.is_blocked) == ("fully", False)
    with pytest.raises(FullyBookedOnIt):
        ledger.take_out(invoice, "pre")


def test_what_is_booked_is_neither_withdrawn_nor_coded_anew_until_it_is_reversed(
    ledger: Ledger, world: World
) -> None:
    invoice = ledger.approved()
    ledger.book()
    with ledger.company.system():
        decision = Decision.objects.get(invoice_id=invoice)
    with member_scope(world.anna, now=NOW) as anna, pytest.raises(BookedSince):
        withdraw(decision_id=decision.id, remark="", actor=anna, now=NOW)
    with pytest.raises(AlreadyBooked):
        ledger.books.code(invoice, ledger.books.line("1000", "4500", "4200"))
    ledger.reverse(invoice)
    turned = [(account, -amount) for account, amount in ledger.entry(invoice)]
    assert ledger.entry(invoice, "reversal") == turned
    ledger.books.code(invoice, ledger.books.line("1000", "4500", "4200", description="Reis"))


def test_a_coding_that_was_changed_after_the_approval_is_not_booked(ledger: Ledger) -> None:
    """The story asks it anew in a moment; booking does not run ahead of it."""
    invoice = ledger.approved()
    ledger.books.code(invoice, ledger.books.line("1000", centre="4200"), now=NOW.replace(hour=18))
    with pytest.raises(NothingToBook):
        ledger.book(now=NOW.replace(hour=18))
