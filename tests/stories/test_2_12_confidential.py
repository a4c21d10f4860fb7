"""Rules 2.12, told for a bookkeeper: confidential by supplier or by hand, before anyone sees it."""

from collections.abc import Callable
from uuid import UUID

import pytest

from omloop.circulation.ending.making_confidential import hide_invoice
from omloop.circulation.models import Assignment
from omloop.circulation.refusals.ending import ConfidentialAlready, PreBooked
from omloop.einvoice import PaymentMeans
from omloop.flow.command_line import bring_in
from omloop.intake.models import Container, Document
from omloop.invoices.models import ConfidentialSupplier, Invoice
from omloop.invoices.secrecy import mark_supplier, unmark_supplier
from omloop.organisations.holding import hold
from omloop.organisations.members import RightMissing, member_scope, operator_member
from omloop.organisations.models import Group, GroupRight
from omloop.organisations.rights import Right
from omloop.payees.models import Payee, SupplierAccount
from omloop.people.models import Person
from omloop.tenancy.history import since
from tests.booking.ledger import Ledger
from tests.circulation.company import BEFORE, THE_DAY_AFTER, Company
from tests.circulation.reader import said, signed_in
from tests.coding.books import Books
from tests.incoming import come_in, post
from tests.paper import file, party
from tests.paper_mail import mail
from tests.payees.desk import Desk
from tests.world import World, make_person

NOW = THE_DAY_AFTER


@pytest.fixture
def company(world: World) -> Company:
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.anna))
    return company


@pytest.fixture
def vera(company: Company) -> Person:
    """She sees what is confidential, and does the books."""
    person = make_person("Vera Smit")
    company.grant(person, "finance")
    with company.system():
        hold(company.organisation.id)
        group = Group.objects.create(organisation=company.organisation, name="Vertrouwelijk")
        for right in (Right.VIEW_CONFIDENTIAL, Right.APPROVE, Right.CIRCULATE, Right.VIEW_ALL):
            GroupRight.objects.create(
                organisation=company.organisation, group=group, right=right, valid=since(BEFORE)
            )
    company.grant(person, "Vertrouwelijk")
    return person


def sees(person: Person, invoice: UUID) -> bool:
    with member_scope(person, now=NOW):
        return bool(Invoice.objects.filter(id=invoice).exists())


def test_the_next_invoice_of_a_confidential_supplier_is_hidden_before_anyone_sees_it(
    company: Company, world: World, vera: Person
) -> None:
    first = come_in(world.zwaluw, "1")
    with member_scope(vera, now=NOW) as member:
        mark_supplier(Invoice.objects.get(id=first), actor=member, now=NOW)
    following = come_in(world.zwaluw, "2")
    assert company.invoice(following).confidential and not company.invoice(first).confidential
    assert not sees(world.sanne, following) and sees(world.sanne, first) and sees(vera, following)
    assert signed_in(world.sanne).get(f"/invoices/{following}/").status_code == 404
    with company.system():
        assert Document.objects.filter(confidential=True).count() == 1
        task = Assignment.objects.select_related("group").get(invoice=following, ended_at=None)
        assert task.confidential and task.group.name == "Vertrouwelijk"
    # Nobody without the right learns that there is such a supplier.
    with member_scope(world.sanne, now=NOW):
        assert not ConfidentialSupplier.objects.exists()

    with member_scope(vera, now=NOW) as member:
        unmark_supplier(Invoice.objects.get(id=first), actor=member, now=NOW)
    assert sees(world.sanne, come_in(world.zwaluw, "3")) and not sees(world.sanne, following)


def test_the_mail_that_brought_it_is_as_confidential(company: Company, world: World, vera: Person) -> None:
    first = come_in(world.zwaluw, "1")
    with member_scope(vera, now=NOW) as member:
        mark_supplier(Invoice.objects.get(id=first), actor=member, now=NOW)
    bring_in(
        organisation_id=world.zwaluw.id,
        data=mail(("factuur.xml", file("2")), subject="Ontslag van J."),
        filename="mail.eml",
        channel="upload",
        actor=operator_member(world.zwaluw.id),
        now=NOW,
    )
    with company.system():
        assert Container.objects.get().confidential
    assert "Ontslag" not in said(signed_in(world.sanne).get("/documents/incoming/"))
    assert "Ontslag" in said(signed_in(vera).get("/documents/incoming/"))


def test_what_is_coded_on_a_confidential_account_is_hidden_and_the_next_before_anyone_sees_it(
    company: Company, world: World, vera: Person, run_jobs: Callable[[], None]
) -> None:
    books = Books.of(company)
    mark = {"code": "4310"}
    address, chart = (f"/organisations/{world.zwaluw.id}/chart/accounts/{x}" for x in ("confidential/", ""))
    page = signed_in(vera)
    assert signed_in(world.sanne).post(address, mark).status_code == 403
    assert page.post(address, {"code": "9999"}).status_code == 404
    assert page.post(address, mark).status_code == page.post(address, mark).status_code == 302
    assert "Not confidential any more" in said(page.get(chart))
    assert "Make it confidential" not in said(signed_in(world.sanne).get(chart))
    first = come_in(world.zwaluw, "S-1")
    assert sees(world.sanne, first)
    books.code(first, books.line("100", "4310", centre="4100"))
    run_jobs()
    assert not sees(world.sanne, first) and not sees(world.anna, first)
    history = said(page.get(f"/invoices/{first}/?part=history"))
    assert "Made confidential: it is coded on ledger account 4310" in history
    # The last of this supplier was; so is the next, also one that never circulates.
    for number, more in (("S-2", {}), ("S-3", {"number": ""}), ("S-1", {"buyer_reference": "PO-9"})):
        invoice = come_in(world.zwaluw, **{"number": number, **more})
        assert not sees(world.sanne, invoice), number
    assert page.post(address, {**mark, "ends": "1"}).status_code == 302
    raaf = come_in(world.zwaluw, "R-1", seller=party("De Raaf B.V.", "11223344", "NL001234567B01"))
    books.code(raaf, books.line("100", "4310", centre="4100"))
    run_jobs()
    assert sees(world.sanne, raaf)


def test_by_hand_all_of_an_invoice_hides_and_its_task_goes_to_who_has_the_right(
    company: Company, world: World, vera: Person, run_jobs: Callable[[], None]
) -> None:
    invoice = come_in(world.zwaluw)
    assert company.task(invoice).holder_id == world.anna.id
    assert post(world.sanne, invoice, "confidential").status_code == 403
    assert "Make it confidential" not in said(signed_in(world.sanne).get(f"/invoices/{invoice}/"))
    page = signed_in(vera)
    assert "Make it confidential" in said(page.get(f"/invoices/{invoice}/"))
    post(page, invoice, "confidential")
    assert not sees(world.anna, invoice) and not sees(world.sanne, invoice)
    assert "2026-0418" not in said(signed_in(world.anna).get("/"))
    task = company.task(invoice)
    assert task.group is not None and task.group.name == "Vertrouwelijk"
    assert "Made confidential" in said(page.get(f"/invoices/{invoice}/?part=history"))
    with member_scope(vera, now=NOW) as member, pytest.raises(ConfidentialAlready):
        hide_invoice(invoice, actor=member, now=NOW)


def test_the_bank_account_that_it_alone_told_of_hides_with_it(
    company: Company, world: World, vera: Person
) -> None:
    desk = Desk.of(Ledger.of(company))
    other = (PaymentMeans(code="30", iban="NL91ABNA0417164300"),)
    alone = come_in(world.zwaluw, "A-1", payment_means=other)
    shared, plain = come_in(world.zwaluw, "A-2"), come_in(world.zwaluw, "A-3")
    desk.check(shared)
    with member_scope(vera, now=NOW) as member:
        hide_invoice(alone, actor=member, now=NOW)
        hide_invoice(shared, actor=member, now=NOW)
    with member_scope(world.sanne, now=NOW):
        assert [each.iban for each in SupplierAccount.objects.all()] == ["NL02ABNA0123456789"]
        assert [each.invoice_id for each in Payee.objects.all()] == [plain]
    # What was checked of an account that others name counts for the confidential one too.
    with company.system():
        own = Payee.objects.get(invoice=shared).account
        assert own.confidential and own.confirmed_at is not None and own.checks.count() == 1


def test_who_has_the_right_keeps_his_task(company: Company, world: World, vera: Person) -> None:
    company.rule(("approve", vera), priority=9)
    invoice = come_in(world.zwaluw)
    with member_scope(vera, now=NOW) as member:
        hide_invoice(invoice, actor=member, now=NOW)
    task = company.task(invoice)
    assert task.holder_id == vera.id and task.opened_at < NOW


def test_what_stands_in_an_export_is_not_hidden_any_more(world: World, vera: Person) -> None:
    ledger = Ledger.of(Company(world, world.zwaluw))
    booked = ledger.approved()
    ledger.book(only=[booked])
    with member_scope(vera, now=NOW) as member, pytest.raises(PreBooked):
        hide_invoice(booked, actor=member, now=NOW)
    with member_scope(world.sanne, now=NOW) as sanne:
        with pytest.raises(RightMissing):
            hide_invoice(booked, actor=sanne, now=NOW)
        with pytest.raises(RightMissing):
            mark_supplier(Invoice.objects.get(id=booked), actor=sanne, now=NOW)
