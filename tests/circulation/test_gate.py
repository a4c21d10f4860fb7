"""The one gate: what it lets through, and everything that it refuses (rules 3.3-3.7, 3.15)."""

from collections.abc import Callable
from decimal import Decimal
from itertools import product
from uuid import UUID, uuid4

import pytest

from omloop.audit.actors import OPERATOR
from omloop.audit.models import AuditEvent
from omloop.circulation.deciding.gate import decide
from omloop.circulation.models import Assignment, Decision, Step
from omloop.circulation.refusals import (
    ActionNotAsked,
    AlreadyDecided,
    CannotBeNamed,
    FourEyes,
    NobodyToName,
    NotAnEarlierDecider,
    NotAPerson,
    NotEntitled,
    NotTheHolder,
    Refusal,
    RemarkMissing,
    UnknownAssignment,
)
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from omloop.organisations.services import make_connection_key
from omloop.people.models import Person
from omloop.tenancy.scope import tenant_scope
from tests.circulation.company import THE_DAY_AFTER, Company, at
from tests.world import World

NewPerson = Callable[[str, str], Person]


def events_of(company: Company, invoice: UUID) -> list[str]:
    with company.system():
        rows = AuditEvent.objects.filter(subject_id=invoice).order_by("id")
        return list(rows.values_list("name", flat=True))


def decisions_of(company: Company, invoice: UUID) -> list[Decision]:
    with company.system():
        return list(Decision.objects.filter(invoice=invoice).order_by("id"))


def test_an_invoice_is_approved_when_its_steps_are_done(company: Company, world: World) -> None:
    company.rule(("check", world.bram), ("approve", world.anna))
    invoice = company.arrive()
    company.decide(world.bram, invoice, "check", remark="Uren kloppen.")
    assert company.invoice(invoice).state == "circulating"
    outcome = company.decide(world.anna, invoice, "approve")
    assert (outcome.opened, company.invoice(invoice).state) == (None, "approved")
    first, last = decisions_of(company, invoice)
    assert (first.person_id, first.remark, first.action) == (world.bram.id, "Uren kloppen.", "check")
    assert first.counts == last.counts
    assert len(last.counts) == 64
    assert events_of(company, invoice) == [
        "circulation.started",
        "step.opened",
        "step.checked",
        "step.opened",
        "step.approved",
        "invoice.approved",
    ]


def test_what_a_substitute_decides_is_recorded_for_the_absent(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    company.absent(world.anna, "04-01", "05-01", world.bram)
    invoice = company.arrive(at("04-03"))
    company.decide(world.bram, invoice, "approve", at("04-04"))
    (decision,) = decisions_of(company, invoice)
    assert (decision.person_id, decision.for_person_id) == (world.bram.id, world.anna.id)
    with company.system():
        event = AuditEvent.objects.get(subject_id=invoice, name="step.approved")
    assert (event.person_id, event.for_person_id) == (world.bram.id, world.anna.id)


def test_only_the_holder_decides(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    invoice = company.arrive()
    with pytest.raises(NotTheHolder):
        company.decide(world.bram, invoice, "approve")
    company.rule(("approve", company.group("approver")), priority=2)
    in_group = company.arrive()
    with pytest.raises(NotTheHolder):
        company.decide(world.sanne, in_group, "approve")
    company.decide(world.bram, in_group, "approve")
    assert company.invoice(in_group).state == "approved"


def test_a_stranger_does_not_even_find_the_task(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    task = company.task(company.arrive())
    with pytest.raises(UnknownAssignment):
        company.decide(world.otto, task, "approve")
    with pytest.raises(UnknownAssignment):
        company.decide(world.anna, uuid4_task(task), "approve")


def uuid4_task(task: Assignment) -> Assignment:
    """The same task under an id that nobody gave out."""
    return Assignment(id=uuid4(), organisation_id=task.organisation_id)


def test_the_system_and_the_operator_never_decide(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    task = company.task(company.arrive())
    with company.system() as system, pytest.raises(NotAPerson):
        decide(assignment_id=task.id, action="approve", actor=system, now=at("03-03"))


def test_a_connection_key_decides_as_its_holder(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    invoice = company.arrive()
    with tenant_scope(None, [world.zwaluw.id]):
        make_connection_key(
            organisation_id=world.zwaluw.id,
            holder=world.anna,
            name="boekhouding",
            actor=OPERATOR,
            now=at("03-01"),
        )
    task = company.task(invoice)
    with member_scope(world.anna, now=at("03-03"), only=world.zwaluw.id, key="boekhouding") as key:
        decide(assignment_id=task.id, action="approve", actor=key, now=at("03-03"))
    assert company.invoice(invoice).state == "approved"


def test_a_right_withdrawn_after_the_page_was_made_stops_the_decision(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    task = company.task(company.arrive())
    company.withdraw(world.anna, "approver", at("03-02", "13:00"))
    company.grant(world.anna, "reader", at("03-02", "13:01"))
    with pytest.raises(NotEntitled):
        company.decide(world.anna, task, "approve")


def test_somebody_deactivated_decides_nothing(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    task = company.task(company.arrive())
    company.deactivate(world.anna)
    for action in ("approve", "return", "reject"):
        with pytest.raises(UnknownAssignment):
            company.decide(world.anna, task, action, remark="Waarom niet?")


@pytest.mark.parametrize("action", ["approve", "return", "reject"])
def test_somebody_deactivated_while_his_request_runs_decides_nothing(
    company: Company, world: World, action: str
) -> None:
    company.rule(("approve", world.anna))
    task = company.task(company.arrive())
    with pytest.raises(NotEntitled), member_scope(world.anna, now=THE_DAY_AFTER) as anna:
        company.deactivate(world.anna)
        decide(assignment_id=task.id, action=action, remark="Nu nog?", actor=anna, now=THE_DAY_AFTER)


def test_a_step_gets_the_answer_that_it_asks_for(company: Company, world: World) -> None:
    company.rule(("check", world.bram), ("approve", world.anna))
    invoice = company.arrive()
    with pytest.raises(ActionNotAsked):
        company.decide(world.bram, invoice, "approve")
    company.decide(world.bram, invoice, "check")
    with pytest.raises(ActionNotAsked):
        company.decide(world.anna, invoice, "check")


@pytest.mark.parametrize("action", ["return", "reject"])
@pytest.mark.parametrize("remark", ["", "  \n "])
def test_returning_and_rejecting_ask_for_a_remark(
    company: Company, world: World, action: str, remark: str
) -> None:
    company.rule(("approve", world.anna))
    invoice = company.arrive()
    with pytest.raises(RemarkMissing):
        company.decide(world.anna, invoice, action, remark=remark)
    assert company.task(invoice).holder == world.anna


def test_who_comes_second_is_told_who_was_first(company: Company, world: World) -> None:
    company.rule(("approve", company.group("approver")))
    task = company.task(company.arrive())
    company.decide(world.bram, task, "approve")
    with pytest.raises(AlreadyDecided, match="Bram Willems") as caught:
        company.decide(world.anna, task, "approve")
    assert (caught.value.person_id, caught.value.action) == (world.bram.id, "approve")


def test_a_rejected_invoice_stops(company: Company, world: World) -> None:
    company.rule(("check", world.bram), ("approve", world.anna))
    invoice = company.arrive()
    company.decide(world.bram, invoice, "reject", remark="Niet van ons.")
    assert company.invoice(invoice).state == "rejected"
    with company.system():
        states = list(
            Step.objects.filter(invoice=invoice).order_by("position").values_list("state", flat=True)
        )
        assert states == ["done", "ended"]
        assert not Assignment.objects.filter(invoice=invoice, ended_at=None).exists()


def test_a_return_goes_to_finance_and_comes_back(company: Company, world: World) -> None:
    company.rule(("check", world.bram), ("approve", world.anna))
    invoice = company.arrive()
    company.decide(world.bram, invoice, "check")
    first = company.task(invoice)
    company.decide(world.anna, first, "return", remark="Projectnummer ontbreekt.")
    back = company.task(invoice)
    assert (back.group_id, back.step.origin, back.step.action) == (
        company.group("finance"),
        "return",
        "check",
    )
    assert back.why["sent"] == {"returned_by": str(world.anna.id)}
    company.decide(world.sanne, back, "check", at("03-04"), remark="Aangevuld.")
    again = company.task(invoice)
    assert (again.holder, again.step_id, again.opened_at) == (world.anna, first.step_id, at("03-04"))
    with pytest.raises(AlreadyDecided):
        company.decide(world.anna, first, "approve")
    company.decide(world.anna, again, "approve")
    assert company.invoice(invoice).state == "approved"


def test_a_return_can_go_to_somebody_who_decided_before(company: Company, world: World) -> None:
    company.rule(("check", world.bram), ("approve", world.anna))
    invoice = company.arrive()
    company.decide(world.bram, invoice, "check")
    for other in (world.sanne, world.anna, world.otto):
        with pytest.raises(NotAnEarlierDecider):
            company.decide(world.anna, invoice, "return", remark="Klopt niet.", return_to=other.id)
    company.decide(world.anna, invoice, "return", remark="Klopt niet.", return_to=world.bram.id)
    assert company.task(invoice).holder == world.bram
    company.decide(world.bram, invoice, "return", remark="Weet ik ook niet.")
    company.decide(world.sanne, invoice, "check")
    assert company.task(invoice).holder == world.bram
    company.decide(world.bram, invoice, "check")
    assert company.task(invoice).holder == world.anna


def test_above_his_limit_an_approval_counts_as_a_check(company: Company, world: World) -> None:
    company.rule(("approve", world.anna), ("approve", world.bram))
    company.limit(world.anna, "1000.00")
    invoice = company.arrive(with_vat=Decimal("1000.01"))
    assert company.decide(world.anna, invoice, "approve").counted_as_check
    company.decide(world.bram, invoice, "approve")
    assert company.invoice(invoice).state == "approved"
    assert [decision.action for decision in decisions_of(company, invoice)] == ["check", "approve"]
    within = company.arrive(with_vat=Decimal("-1000.00"), kind="credit_note")
    assert not company.decide(world.anna, within, "approve").counted_as_check


def test_above_every_limit_the_fallback_is_asked(company: Company, world: World, newcomer: NewPerson) -> None:
    carla = newcomer("Carla Prins", "approver")
    company.rule(("approve", world.anna), ("approve", world.bram))
    company.limit(world.bram, "1000.00")
    invoice = company.arrive(with_vat=Decimal("2000.00"))
    company.decide(world.anna, invoice, "approve")
    company.decide(world.bram, invoice, "approve")
    assert company.invoice(invoice).state == "circulating"
    assert company.task(invoice).fallback == "above_limit"
    for barred in (world.anna, world.bram):
        with pytest.raises(CannotBeNamed):
            company.name(world.sanne, invoice, barred)
    company.name(world.sanne, invoice, carla)
    company.decide(carla, invoice, "approve")
    assert company.invoice(invoice).state == "approved"


def test_an_amount_that_cannot_be_compared_is_above_every_limit(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    company.limit(world.anna, "1000000")
    invoice = company.arrive(with_vat=None)
    assert company.decide(world.anna, invoice, "approve").counted_as_check
    assert company.task(invoice).fallback == "above_limit"


def test_an_amount_changed_after_the_approval_asks_again(company: Company, world: World) -> None:
    company.rule(("approve", world.anna), ("check", world.bram))
    invoice = company.arrive()
    company.decide(world.anna, invoice, "approve")
    with company.system():
        hold(company.organisation.id)
        stored = company_invoice(invoice)
        stored.with_vat = Decimal("9999.00")
        stored.save(update_fields=["with_vat"])
    company.decide(world.bram, invoice, "check")
    assert company.invoice(invoice).state == "circulating"
    assert company.task(invoice).fallback == "no_approval"


def company_invoice(invoice_id: UUID) -> Invoice:
    found: Invoice = Invoice.objects.get(id=invoice_id)
    return found


PAIRS = ["Anna", "Bram for Anna", "Bram"]


@pytest.mark.parametrize(("first", "second"), list(product(PAIRS, PAIRS)))
def test_one_human_never_fills_two_of_four_eyes(
    company: Company, world: World, first: str, second: str
) -> None:
    """The tasks are dealt by hand, past the routing that would pass them over: the gate itself refuses."""
    company.rule(("approve", world.anna), ("approve", world.anna))
    invoice = company.arrive()
    hand(company, world, invoice, first)
    company.decide(actor_of(world, first), invoice, "approve")
    hand(company, world, invoice, second)
    if {first, second} == {"Anna", "Bram"}:
        company.decide(actor_of(world, second), invoice, "approve")
        assert company.invoice(invoice).state == "approved"
        return
    with pytest.raises(FourEyes):
        company.decide(actor_of(world, second), invoice, "approve")


def actor_of(world: World, pair: str) -> Person:
    return world.anna if pair == "Anna" else world.bram


def hand(company: Company, world: World, invoice: UUID, pair: str) -> None:
    """Put the open task with this person, for that one."""
    with company.system():
        hold(company.organisation.id)
        Assignment.objects.filter(invoice=invoice, ended_at=None).update(
            holder=actor_of(world, pair),
            group=None,
            for_person=world.anna if pair == "Bram for Anna" else None,
        )


def test_a_member_of_a_group_who_approved_before_is_refused(company: Company, world: World) -> None:
    approvers = company.group("approver")
    company.rule(("approve", approvers), ("approve", approvers))
    invoice = company.arrive()
    company.decide(world.anna, invoice, "approve")
    assert company.task(invoice).barred == [world.anna.id]
    with pytest.raises(FourEyes):
        company.decide(world.anna, invoice, "approve")
    company.decide(world.bram, invoice, "approve")
    assert company.invoice(invoice).state == "approved"


def test_finance_says_whose_it_is_and_cannot_approve_itself(company: Company, world: World) -> None:
    invoice = company.arrive()
    with pytest.raises(NotEntitled):
        company.decide(world.sanne, invoice, "approve")
    with pytest.raises(NotEntitled):
        company.decide(world.sanne, invoice, "check")
    with pytest.raises(NotEntitled):
        company.name(world.bram, invoice, world.anna)
    with pytest.raises(CannotBeNamed):
        company.name(world.sanne, invoice, world.sanne)
    company.name(world.sanne, invoice, world.anna)
    with pytest.raises(NobodyToName):
        company.name(world.sanne, invoice, world.bram)


def test_finance_rejects_what_is_nobodys(company: Company, world: World) -> None:
    invoice = company.arrive()
    company.decide(world.sanne, invoice, "reject", remark="Spookfactuur.")
    assert company.invoice(invoice).state == "rejected"


def test_a_confidential_task_is_not_found_without_the_right(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    task = company.task(company.arrive(confidential=True))
    with pytest.raises(UnknownAssignment):
        company.decide(world.sanne, task, "reject", remark="Wat is dit?")


def test_a_refusal_leaves_no_trace(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    invoice = company.arrive()
    before = events_of(company, invoice)
    for person, action in ((world.bram, "approve"), (world.anna, "check"), (world.anna, "return")):
        with pytest.raises(Refusal):
            company.decide(person, invoice, action)
    assert events_of(company, invoice) == before
    assert decisions_of(company, invoice) == []
