"""What an invoice asks of who leaves is asked of the other, if he may; once undone, of him (rules 5.2)."""

from datetime import date
from uuid import UUID

from omloop.circulation.deciding.consulting import answer, consult
from omloop.circulation.deciding.naming import name_person
from omloop.circulation.deciding.on_hold import put_on_hold
from omloop.circulation.deciding.taking import give_back, take_task
from omloop.circulation.deciding.withdrawing import withdraw
from omloop.circulation.models import Assignment, Consultation
from omloop.circulation.routing.recoding import after_coding
from omloop.circulation.routing.route import replay_route, stored_route
from omloop.circulation.scheme.rules import NewStep
from omloop.circulation.who.awaited import asked_of
from omloop.coding.changing import NewLine
from omloop.invoices.models import Invoice
from omloop.organisations.members import member_scope
from omloop.people.models import Person
from omloop.transfers.wish import Conflict, Phase
from tests.circulation.company import THE_DAY_AFTER, Company, asked, at
from tests.coding.books import Books
from tests.transfers.handing import MARCH_10, Handing
from tests.transfers.test_giving import steps_of
from tests.world import World


def take(company: Company, person: Person, invoice: UUID) -> Assignment:
    task = company.task(invoice).id
    with member_scope(person, now=THE_DAY_AFTER) as member:
        return take_task(assignment_id=task, actor=member, now=THE_DAY_AFTER)


def question(company: Company, asker: Person, asked: Person, invoice: UUID, kind: str = "advice") -> UUID:
    task = company.task(invoice).id
    with member_scope(asker, now=THE_DAY_AFTER) as member:
        about = {"people": [asked.id], "kind": kind, "waits": kind == "advice", "remark": "Klopt dit?"}
        [made] = consult(assignment_id=task, **about, actor=member, now=THE_DAY_AFTER)
        return UUID(str(made.id))


def asked_now(company: Company, person: Person) -> set[UUID]:
    with company.system():
        return set(asked_of(person.id).values_list("id", flat=True))


def recode(handing: Handing, books: Books, invoice: UUID, *lines: NewLine) -> None:
    books.code(invoice, *lines, now=at("03-11"))
    with handing.company.system() as system:
        found = Invoice.objects.get(id=invoice)
        after_coding(found, coded_by=handing.company.world.sanne.id, actor=system, now=at("03-11"))


def test_what_is_to_be_coded_goes_to_somebody_who_may_code(handing: Handing, world: World) -> None:
    company, books = handing.company, Books.of(handing.company)
    company.rule(("approve", world.anna))
    noor = handing.newcomer("Noor Postma", "finance")
    to_code, coded = books.store(), books.store(number="2")
    for invoice in (to_code, coded):
        company.start(invoice, now=THE_DAY_AFTER)
        take(company, world.sanne, invoice)
    books.code(coded, books.line("1000", centre="4100"))
    company.decide(world.sanne, coded, "code")
    preview = handing.preview(world.sanne, world.bram)
    assert preview.counts[company.organisation.id] == {Phase.CODE: 1, Phase.DECIDED: 1}
    assert handing.clashes(preview) == {Conflict.RIGHT_MISSING: 2} and preview.going == 0
    run = handing.transfer(world.sanne, noor)
    assert handing.holder(to_code) == "noor" and len(handing.items(run)) == 2
    company.decide(world.anna, coded, "return", return_to=world.sanne.id, remark="?", now=at("03-11"))
    assert handing.holder(coded) == "noor"


def test_a_question_whose_invoice_it_is_stays_one(handing: Handing, world: World) -> None:
    """Sanne took it: somebody of finance gets it, and names Bram or gives it back; Bram can't get it."""
    company, noor = handing.company, handing.newcomer("Noor Postma", "finance")
    invoice = company.arrive()
    take(company, world.sanne, invoice)
    assert handing.clashes(handing.preview(world.sanne, world.bram)) == {Conflict.RIGHT_MISSING: 1}
    for undoes in (True, False):
        run = handing.transfer(world.sanne, noor)
        task = company.task(invoice)
        assert (task.holder, task.fallback) == (noor, "no_rule")
        assert replay_route(task.why) == stored_route(task.why)
        if undoes:
            assert handing.undo(run) == (1, 0)
            task = company.task(invoice)
            assert (task.holder, task.fallback) == (world.sanne, "no_rule")
    with member_scope(noor, now=MARCH_10) as member:
        given = give_back(assignment_id=task.id, actor=member, now=MARCH_10)
        assert given.group and given.fallback == "no_rule"
        name_person(assignment_id=given.id, person_id=world.bram.id, actor=member, now=MARCH_10)
    assert handing.holder(invoice) == "bram"


def test_what_is_on_hold_is_on_hold_again_once_undone(handing: Handing, world: World) -> None:
    company = handing.company
    company.rule(("approve", world.anna))
    invoice = company.arrive()
    task, until = company.task(invoice).id, date(2026, 6, 1)
    with member_scope(world.anna, now=THE_DAY_AFTER) as anna:
        put_on_hold(assignment_id=task, remark="Wacht", until=until, actor=anna, now=THE_DAY_AFTER)
    run = handing.transfer(world.anna, world.bram)
    assert company.task(invoice).on_hold_until is None, "a new holder begins without it"
    assert handing.undo(run) == (1, 0)
    assert (company.task(invoice).holder, company.task(invoice).on_hold_until) == (world.anna, until)


def test_what_was_asked_of_who_leaves_is_asked_of_the_other(handing: Handing, world: World) -> None:
    """Until he answers it can be undone; what the other asked himself is recalled."""
    company, carla = handing.company, handing.newcomer("Carla Prins")
    company.rule(("approve", world.anna))
    one, two, own = (company.arrive(number=str(number)) for number in range(3))
    advice = question(company, world.anna, world.bram, one)
    sent = question(company, world.anna, world.bram, two, "information")
    company.decide(world.anna, two, "approve")
    preview = handing.preview(world.bram, carla)
    assert preview.counts[company.organisation.id] == {Phase.ASKED: 1, Phase.APPROVED: 1}
    run = handing.transfer(world.bram, carla)
    assert asked_now(company, carla) == {advice, sent} and not asked_now(company, world.bram)
    assert handing.undo(run) == (2, 0)
    assert asked_now(company, world.bram) == {advice, sent} and not asked_now(company, carla)

    run = handing.transfer(world.bram, carla)
    with member_scope(carla, now=MARCH_10) as member:
        answer(consultation_id=advice, remark="Ja", actor=member, now=MARCH_10)
    assert handing.undo(run) == (1, 1)
    third = question(company, world.anna, world.bram, own)
    again = handing.transfer(world.bram, world.anna)
    with company.system():
        recalled = Consultation.objects.filter(id__in=[third, sent], recalled_at=MARCH_10)
        assert recalled.count() == 2, "Anna asked these herself"
    assert not asked_now(company, world.anna) | asked_now(company, world.bram)
    handing.undo(again)
    assert asked_now(company, world.bram) == {third, sent}


def test_lines_of_a_step_that_is_not_open_yet_go_along(handing: Handing, world: World) -> None:
    """The owner of the lines stays who he is; on this invoice the other is asked (rules 3.8)."""
    company, books, carla = handing.company, Books.of(handing.company), handing.newcomer("Carla Prins")
    company.rule(asked("check", world.bram), NewStep(action="approve", per_line=True))
    invoice, back = (books.store(number=str(number)) for number in range(2))
    for each in (invoice, back):
        books.code(each, books.line("600", centre="4100"), books.line("400", "4500", "4200"))
        company.start(each, now=THE_DAY_AFTER)
    preview = handing.preview(world.anna, carla)
    assert preview.counts[company.organisation.id] == {Phase.LATER: 2}
    run = handing.transfer(world.anna, carla)
    [undone] = [item.id for item in handing.items(run) if item.invoice_id == back]
    assert handing.undo(run, undone) == (1, 0)
    for each in (invoice, back):
        company.decide(world.bram, each, "check", now=at("03-11"))
    assert steps_of(handing, invoice)[1:] == [("open", "carla"), ("open", "bram")]
    assert steps_of(handing, back)[1:] == [("open", "anna"), ("open", "bram")]
    recode(handing, books, invoice, books.line("700", centre="4100"), books.line("300", "4500", "4200"))
    assert steps_of(handing, invoice) == [("open", "bram"), ("waiting", "carla"), ("waiting", "bram")]


def test_a_step_that_somebody_else_decided_for_him_comes_to_the_other_when_asked_anew(
    handing: Handing, world: World
) -> None:
    """His substitute did: he is named still, and would be asked."""
    company, books, carla = handing.company, Books.of(handing.company), handing.newcomer("Carla Prins")
    company.grant(world.sanne, "approver")
    company.rule(("approve", world.anna), ("approve", world.sanne))
    company.absent(world.anna, "03-01", "03-05", world.bram)
    invoice = books.store()
    books.code(invoice, books.line("1000", centre="4100"))
    company.start(invoice, now=THE_DAY_AFTER)
    company.decide(world.bram, invoice, "approve")
    assert handing.preview(world.anna, carla).going == 1
    assert handing.clashes(handing.preview(world.anna, world.sanne)) == {Conflict.BARRED: 1}
    handing.transfer(world.anna, carla)
    recode(handing, books, invoice, books.line("1000", centre="4200"))
    assert handing.holder(invoice) == "carla"
    assert steps_of(handing, invoice) == [("open", "carla"), ("waiting", "sanne")]


def test_what_is_rejected_asks_the_other_once_that_is_withdrawn(handing: Handing, world: World) -> None:
    company = handing.company
    company.rule(("check", world.sanne), ("approve", world.anna))
    invoice = company.arrive()
    rejected = company.decide(world.sanne, invoice, "reject", remark="?").decisions[0].id
    assert handing.preview(world.anna, world.bram).counts == {company.organisation.id: {Phase.DECIDED: 1}}
    handing.transfer(world.anna, world.bram)
    with member_scope(world.sanne, now=at("03-11")) as sanne:
        withdraw(decision_id=rejected, actor=sanne, now=at("03-11"))
    company.decide(world.sanne, invoice, "check", now=at("03-11"))
    assert handing.holder(invoice) == "bram"
