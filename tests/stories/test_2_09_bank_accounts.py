"""A bank account that nobody knows is checked by two people before anything is paid on it (rules 2.9)."""

from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from omloop.circulation.deciding.attention import Trouble, needs_attention
from omloop.circulation.refusals import CheckedTheAccount
from omloop.invoices.models import Invoice
from omloop.invoices.paying import Block, Payment, PaymentState
from omloop.organisations.members import RightMissing, member_scope
from omloop.organisations.rights import DefaultGroup
from omloop.payees import services
from omloop.payees.models import AccountKind, SupplierAccount
from omloop.payees.queries import standing_of
from omloop.payees.refusals import ApprovedAnInvoice, SecondPersonNeeded
from omloop.people.models import SameHuman
from omloop.schemes.supposed import Question
from omloop.schemes.trial import try_out
from omloop.tenancy.history import since
from tests.booking.ledger import NOW, Ledger
from tests.circulation.company import BEFORE, Company
from tests.circulation.reader import said, signed_in
from tests.payees.desk import Desk
from tests.world import World

IBAN, OTHER = "NL91ABNA0417164300", "NL02ABNA0123456789"


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk.of(Ledger.of(Company(world, world.zwaluw)))


def test_a_changed_iban_is_not_paid_until_two_people_have_confirmed_it(desk: Desk, world: World) -> None:
    first = desk.arrives(number="1")
    desk.check(first)
    changed = desk.arrives(number="2", iban=OTHER)
    desk.approve_and_book(first, changed)
    assert desk.payment(first).state == PaymentState.PAYABLE
    assert desk.payment(changed) == Payment(PaymentState.BLOCKED, (Block.ACCOUNT,), desk.payment(first).left)
    with desk.ledger.company.system():
        standing = standing_of(Invoice.objects.get(id=changed))
        assert standing is not None and standing.changes and not standing.is_confirmed
    desk.record(changed, by=world.sanne)
    assert desk.payment(changed).blocks == (Block.ACCOUNT,)
    with pytest.raises(SecondPersonNeeded):
        desk.confirm(changed, by=world.sanne)
    desk.confirm(changed, by=desk.second)
    assert desk.payment(changed).state == PaymentState.PAYABLE
    told = [each.what for each in desk.history(changed)]
    assert "Confirmed the check of its bank account" not in told, "it was booked before"


def test_circulation_goes_on_meanwhile(desk: Desk, world: World) -> None:
    invoice = desk.arrives()
    desk.ledger.company.decide(world.anna, invoice, "approve")
    assert desk.ledger.invoice(invoice).state == Invoice.State.APPROVED
    desk.check(invoice)
    told = [each.what for each in desk.history(invoice)]
    assert told[:2] == [
        "Confirmed the check of its bank account",
        "Recorded how its bank account was checked",
    ]


def test_who_checked_an_account_does_not_approve_the_invoice_that_waited_for_it(
    desk: Desk, world: World
) -> None:
    desk.ledger.company.grant(world.anna, DefaultGroup.FINANCE)
    invoice = desk.arrives()
    desk.record(invoice, by=world.anna)
    with pytest.raises(CheckedTheAccount):
        desk.ledger.company.decide(world.anna, invoice, "approve")
    desk.confirm(invoice, by=world.sanne)
    with pytest.raises(CheckedTheAccount):
        desk.ledger.company.decide(world.anna, invoice, "approve")
    later = desk.arrives(number="later", now=NOW.replace(hour=18))
    desk.ledger.company.decide(world.anna, later, "approve", now=NOW.replace(hour=19))


def test_what_waits_for_who_checked_its_account_stands_on_needs_attention_however_much_it_is(
    desk: Desk, world: World
) -> None:
    company, spent = desk.ledger.company, []
    company.grant(world.anna, DefaultGroup.FINANCE)
    first, *others = [desk.arrives(number=f"{at}", iban=OTHER if at else IBAN) for at in range(5)]
    assert stuck(desk) == []
    for recorded in (first, others[0]):
        desk.record(recorded, by=world.anna)
        with CaptureQueriesContext(connection) as seen:
            found = stuck(desk)
        spent.append((len(found), len(seen)))
    assert set(found) == {("Anna de Vries", Trouble.CHECKED)}
    assert [many for many, _ in spent] == [1, 5] and spent[0][1] == spent[1][1]
    text = said(signed_in(world.sanne).get("/attention/"))
    assert "Anna de Vries checked the bank account, so somebody else approves" in text
    company.name(world.sanne, first, world.bram)
    assert len(stuck(desk)) == 4, "the first waits for Bram now"


def test_nor_does_it_stand_unseen_where_all_of_a_group_checked_it(desk: Desk, world: World) -> None:
    company = desk.ledger.company
    company.rule(("approve", company.group("approver")), supplier="Groep", priority=2)
    for person in (world.anna, world.bram):
        company.grant(person, DefaultGroup.FINANCE)
    invoice = desk.arrives(supplier_name="Groep")
    desk.record(invoice, by=world.anna)
    assert stuck(desk) == []
    desk.confirm(invoice, by=world.bram)
    assert stuck(desk) == [("", Trouble.CHECKED)]


def stuck(desk: Desk) -> list[tuple[str, Trouble]]:
    """Who holds what needs attention, and why it does."""
    place = desk.ledger.company.organisation.id
    with desk.ledger.company.system():
        items = needs_attention([place], today=NOW.date(), now=NOW)
    return [(each.assignment.holder.name if each.assignment.holder else "", each.trouble) for each in items]


def test_a_step_that_opens_passes_over_who_checked_the_account(desk: Desk, world: World) -> None:
    desk.ledger.company.grant(world.anna, DefaultGroup.FINANCE)
    invoice = desk.stored()
    desk.check(invoice, by=(world.anna, world.sanne))
    desk.ledger.company.start(invoice)
    assert desk.ledger.company.task(invoice).holder_id != world.anna.id


def test_the_trial_of_the_scheme_says_so_too(desk: Desk, world: World) -> None:
    """Whoever recorded the check that a next invoice would wait for is passed over, until it is confirmed."""
    company = desk.ledger.company
    company.grant(world.anna, DefaultGroup.FINANCE)
    supplier = company.invoice(desk.arrives()).supplier_name
    assert tried(desk, supplier) == world.anna.id
    desk.record(desk.arrives(number="2"), by=world.anna)
    assert tried(desk, supplier) is None
    assert tried(desk, "De Raaf") == world.anna.id
    desk.confirm(desk.arrives(number="3"), by=world.sanne)
    assert tried(desk, supplier) == world.anna.id, "a next one waits for nothing"


def tried(desk: Desk, supplier: str) -> UUID | None:
    """Who would be asked first to approve an invoice of this supplier."""
    company, day = desk.ledger.company, NOW.date()
    dates = {"import_date": day, "opened_on": day}
    with company.system():
        question = Question(
            kind="invoice", supplier=supplier, order_reference="", amount=Decimal(100), **dates
        )
        return try_out(company.organisation, question, now=NOW).stops[0].holder_id


def test_who_approved_an_invoice_does_not_check_its_account_as_another_account_of_his_either(
    desk: Desk, world: World
) -> None:
    desk.ledger.company.grant(world.anna, DefaultGroup.FINANCE)
    invoice = desk.arrives()
    desk.ledger.company.decide(world.anna, invoice, "approve")
    with pytest.raises(ApprovedAnInvoice):
        desk.record(invoice, by=world.anna)
    desk.record(invoice, by=world.sanne)
    with pytest.raises(ApprovedAnInvoice):
        desk.confirm(invoice, by=world.anna)
    one, other = sorted((world.anna, desk.second), key=lambda person: person.id)
    marked = {"marked_by": world.marit.id, "environment_id": world.noordgroep_id}
    SameHuman.objects.create(one=one, other=other, valid=since(BEFORE), **marked)
    with pytest.raises(ApprovedAnInvoice):
        desk.confirm(invoice, by=desk.second)


def test_only_who_books_checks(desk: Desk, world: World) -> None:
    invoice = desk.arrives()
    for person in (world.anna, world.marit):
        with pytest.raises(RightMissing):
            desk.record(invoice, by=person)


def test_a_g_account_and_a_factor_s_are_accounts_of_their_own_and_no_change(desk: Desk) -> None:
    ordinary, guarded = desk.arrives(number="1"), desk.arrives(number="2", iban=OTHER)
    desk.check(ordinary)
    desk.check(guarded, kind=AccountKind.G_ACCOUNT)
    with desk.ledger.company.system():
        standings = [standing_of(Invoice.objects.get(id=each)) for each in (ordinary, guarded)]
    assert [each.is_confirmed and each.account.kind for each in standings if each] == [
        "ordinary",
        "g_account",
    ]
    assert not any(each.changes for each in standings[:1] if each), "the G-account is no other ordinary one"


def test_a_check_that_turns_out_wrong_ends_and_blocks_at_once(desk: Desk, world: World) -> None:
    invoice = desk.arrives()
    desk.check(invoice)
    desk.approve_and_book(invoice)
    assert desk.payment(invoice).state == PaymentState.PAYABLE
    account = desk.account(invoice)
    with member_scope(world.sanne, now=NOW) as sanne:
        services.end_check(account, reason="Was spoof", actor=sanne, now=NOW)
    assert desk.payment(invoice).blocks == (Block.ACCOUNT,)
    desk.check(invoice)
    assert desk.payment(invoice).state == PaymentState.PAYABLE


def test_the_account_of_a_confidential_invoice_is_hidden_with_it(desk: Desk, world: World) -> None:
    desk.note(desk.ledger.received(confidential=True))
    with member_scope(world.sanne, now=NOW):
        assert not SupplierAccount.objects.exists()
