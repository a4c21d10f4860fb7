"""Blocked, payable, paid; and files for the bank in which no invoice stands twice (rules 3.10)."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from omloop.disputes.models import Dispute
from omloop.disputes.services import Claim, dispute, end_dispute
from omloop.invoices.models import Invoice
from omloop.invoices.paying import Block, PaymentState
from omloop.organisations.holding import hold
from omloop.organisations.members import RightMissing, member_scope
from omloop.payees.models import SupplierAccount
from omloop.payments import services
from omloop.payments.files import bytes_of
from omloop.payments.models import Payment
from omloop.payments.refusals import DayIsPast, FilesAreOff, NothingToPay
from tests.booking.ledger import NOW, Ledger
from tests.circulation.company import Company
from tests.payees.desk import Desk
from tests.payments.bank import DAY, Bank
from tests.world import World

KNOWN, OTHER = "NL91ABNA0417164300", "DE89370400440532013000"


@pytest.fixture
def bank(world: World) -> Bank:
    return Bank(Desk.of(Ledger.of(Company(world, world.zwaluw))))


def test_the_page_says_what_blocks_an_invoice_until_it_can_be_paid(bank: Bank) -> None:
    desk, invoice = bank.desk, bank.desk.arrives()
    blocks = [desk.payment(invoice).blocks]
    desk.ledger.book("pre")
    blocks.append(desk.payment(invoice).blocks)
    desk.ledger.company.decide(desk.ledger.company.world.anna, invoice, "approve")
    blocks.append(desk.payment(invoice).blocks)
    desk.ledger.book()
    blocks.append(desk.payment(invoice).blocks)
    desk.check(invoice)
    assert blocks == [
        (Block.NOT_APPROVED, Block.NOT_BOOKED, Block.ACCOUNT),
        (Block.NOT_APPROVED, Block.PRE_BOOKED, Block.ACCOUNT),
        (Block.PRE_BOOKED, Block.ACCOUNT),
        (Block.ACCOUNT,),
    ]
    assert desk.payment(invoice).state == PaymentState.PAYABLE
    assert desk.payment(invoice).left == Decimal("1210.00")


def test_a_disputed_invoice_can_be_booked_and_only_its_payable_part_paid(bank: Bank, world: World) -> None:
    desk, invoice = bank.desk, bank.payable()
    with member_scope(world.sanne, now=NOW) as sanne:
        whole = dispute(invoice, Claim(reason="Verkeerd"), actor=sanne, now=NOW)
    assert desk.payment(invoice).blocks == (Block.DISPUTED,)
    with member_scope(world.sanne, now=NOW) as sanne:
        end_dispute(whole.id, outcome="payable", actor=sanne, now=NOW)
        claim = Claim(reason="Deel klopt", payable=Decimal("500.00"))
        part = dispute(invoice, claim, actor=sanne, now=NOW)
    stands = desk.payment(invoice)
    assert (stands.state, stands.left, stands.part) == (PaymentState.PAYABLE, Decimal("500.00"), True)
    bank.make()
    bank.paid(invoice)
    assert desk.payment(invoice).blocks == (Block.DISPUTED,)
    with member_scope(world.sanne, now=NOW) as sanne:
        end_dispute(part.id, outcome="payable", actor=sanne, now=NOW)
    assert desk.payment(invoice).left == Decimal("710.00")
    bank.make()
    bank.paid(invoice)
    assert desk.payment(invoice).state == PaymentState.PAID


def test_what_came_of_a_dispute_says_what_can_be_paid(bank: Bank, world: World) -> None:
    """Of an invoice of 1,210.00, also once its credit note of 210.00 is booked and set off by itself."""

    def ended(
        invoice: UUID, outcome: str, agreed: str | None = None
    ) -> tuple[str, Decimal, tuple[Block, ...]]:
        with member_scope(world.sanne, now=NOW) as sanne:
            begun = dispute(invoice, Claim(reason="Verkeerd"), actor=sanne, now=NOW)
            amount = Decimal(agreed) if agreed else None
            end_dispute(begun.id, outcome=outcome, agreed=amount, actor=sanne, now=NOW)
        return stands(invoice)

    def stands(invoice: UUID) -> tuple[str, Decimal, tuple[Block, ...]]:
        found = bank.desk.payment(invoice)
        return found.state, found.left, found.blocks

    whole, rest, none = Decimal("1210.00"), Decimal("1000.00"), Decimal(0)
    invoice = bank.payable()
    assert ended(invoice, "payable") == ("payable", whole, ())
    assert ended(invoice, "credited") == ("payable", whole, ())
    assert ended(invoice, "lapsed") == ("blocked", whole, (Block.DROPPED,))
    credited, full, agreed = bank.payable(), bank.payable(), bank.payable()
    note = {"kind": "credit_note", "state": "circulating", "booked_at": None}
    notes = [
        bank.payable("210.00", "0.00", credits_id=credited, **note),
        bank.payable("1000.00", "210.00", credits_id=full, **note),
        bank.payable("210.00", "0.00", credits_id=agreed, **note),
    ]
    assert ended(credited, "credited") == ("payable", rest, ())
    assert ended(full, "credited") == ("blocked", none, (Block.CREDITED,))
    assert ended(agreed, "agreed", "1000.00") == ("payable", rest, ())
    bank.paid(agreed)
    assert stands(agreed) == ("paid", none, ())
    with bank.desk.ledger.company.system():
        hold(bank.place)
        Invoice.objects.filter(id__in=notes).update(state="approved", booked_at=NOW)
    assert [stands(each)[1] for each in (credited, full, agreed)] == [whole, whole, Decimal("210.00")]
    assert bank.sum(*bank.make()) == rest


def test_of_a_prepaid_invoice_no_more_is_paid_than_is_left(bank: Bank, world: World) -> None:
    """A part above it stands in the database, from before that was refused."""
    invoice = bank.payable(payable=Decimal("210.00"))
    with member_scope(world.sanne, now=NOW) as sanne:
        claim = Claim(reason="Verkeerd", payable=Decimal("200.00"))
        begun = dispute(invoice, claim, actor=sanne, now=NOW)
    assert bank.desk.payment(invoice).left == Decimal("200.00")
    with bank.desk.ledger.company.system():
        hold(bank.place)
        Dispute.objects.filter(id=begun.id).update(payable=Decimal("500.00"))
    assert bank.desk.payment(invoice).left == Decimal("210.00")


def test_no_file_is_made_until_the_organisation_switches_them_on(bank: Bank, world: World) -> None:
    bank.payable()
    bank.switch(is_on=False)
    with pytest.raises(FilesAreOff):
        bank.make()
    bank.switch()
    with pytest.raises(RightMissing):
        bank.make(by=world.anna)
    with pytest.raises(DayIsPast):
        bank.make(day=date(2026, 3, 1))
    assert [each.name for each in bank.make()] == ["1"]


def test_an_invoice_never_stands_in_two_files_and_a_file_stays_the_same(bank: Bank, world: World) -> None:
    first = bank.payable(number="1")
    (batch,) = bank.make()
    before = bank.file(batch)
    with pytest.raises(NothingToPay):
        bank.make()
    second = bank.payable(number="2")
    (other,) = bank.make()
    assert (bank.invoices(batch), bank.invoices(other)) == ([first], [second])
    bank.paid(first)
    bank.paid(first)
    assert bank.desk.payment(first).state == PaymentState.PAID
    assert bank.file(batch) == before


def test_what_the_bank_refused_can_be_paid_again_with_the_reason_kept(bank: Bank, world: World) -> None:
    invoice = bank.payable()
    (batch,) = bank.make()
    before = bank.file(batch)
    with bank.desk.ledger.company.system():
        payment = Payment.objects.get(invoice_id=invoice)
    with member_scope(world.sanne, now=NOW) as sanne:
        services.fail(payment_id=payment.id, reason="AC04 rekening opgeheven", actor=sanne, now=NOW)
    (again,) = bank.make()
    assert bank.invoices(again) == [invoice] and bank.file(batch) == before
    assert "Its payment counts no more, with a reason" in [e.what for e in bank.desk.history(invoice)]


def test_a_credit_note_is_set_off_against_its_supplier_and_never_paid(bank: Bank) -> None:
    alone = bank.payable("200.00", "0.00", number="C1", kind="credit_note")
    with pytest.raises(NothingToPay):
        bank.make()
    bank.payable(number="1")
    (batch,) = bank.make()
    assert alone in bank.invoices(batch)
    assert bank.sum(batch) == Decimal("1010.00")


def test_what_the_package_paid_is_reported_by_hand_with_date_and_reference(bank: Bank, world: World) -> None:
    invoice = bank.payable()
    with pytest.raises(RightMissing):
        bank.paid(invoice, by=world.anna)
    bank.paid(invoice, reference="Afschrift 12")
    stands = bank.desk.payment(invoice)
    assert (stands.state, stands.paid_on, stands.reference) == (PaymentState.PAID, DAY, "Afschrift 12")


def test_confidential_invoices_have_payment_files_of_their_own(bank: Bank, world: World) -> None:
    bank.payable(number="1")
    bank.payable(number="2", confidential=True)
    with bank.desk.ledger.company.system() as system:
        place = bank.desk.ledger.company.organisation.id
        made = services.make_files(organisation_id=place, execution_on=DAY, actor=system, now=NOW)
        names = [each.name for each in made]
        sizes = [bytes_of(each).count(b"<EndToEndId>") for each in made]
    assert (names, sizes) == (["1", "V1"], [1, 1])
    with member_scope(world.sanne, now=NOW):
        assert Payment.objects.count() == 1


def test_money_goes_to_the_account_that_was_confirmed_and_never_to_what_is_typed_later(bank: Bank) -> None:
    invoice = bank.payable()
    with bank.desk.ledger.company.system():
        hold(bank.place)
        Invoice.objects.filter(id=invoice).update(iban=OTHER)
    (batch,) = bank.make()
    said = bank.file(batch)
    assert KNOWN.encode() in said and OTHER.encode() not in said


def test_a_g_account_keeps_an_invoice_out_of_the_file(bank: Bank) -> None:
    invoice = bank.payable()
    with bank.desk.ledger.company.system():
        hold(bank.place)
        SupplierAccount.objects.filter(payees__invoice=invoice).update(kind="g_account")
    with pytest.raises(NothingToPay):
        bank.make()
