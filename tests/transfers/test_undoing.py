"""Undoing item by item until something has happened on it, at most 30 days (rules 5.3)."""

import pytest

from omloop.audit.models import AuditEvent
from omloop.circulation.models import SchemeStep
from omloop.circulation.routing.route import replay_route, stored_route
from omloop.organisations.members import member_scope
from omloop.transfers.models import What
from omloop.transfers.refusals import TooLate
from omloop.transfers.undoing import undo
from tests.circulation.company import at
from tests.transfers.handing import MARCH_10, Handing
from tests.transfers.test_giving import steps_of
from tests.world import World


def test_each_invoice_goes_back_until_something_has_happened_on_it(handing: Handing, world: World) -> None:
    company = handing.company
    company.grant(world.sanne, "approver")
    company.rule(("approve", world.anna), ("check", world.anna))
    company.rule(("check", world.sanne), ("approve", world.anna), supplier="De Raaf", name="R-2", priority=2)
    one, two, three = (company.arrive(number=str(number)) for number in range(3))
    early, later = (company.arrive(number=f"R{n}", supplier_name="De Raaf") for n in range(2))
    why = {each: company.task(each).why for each in (one, two, three)}
    run = handing.transfer(world.anna, world.bram)
    company.decide(world.bram, three, "approve", now=at("03-11"))
    company.decide(world.sanne, later, "check", now=at("03-11"))
    by_invoice = {item.invoice_id: item.id for item in handing.items(run)}

    assert handing.undo(run, by_invoice[one], by_invoice[three], now=at("03-12")) == (1, 1)
    assert (handing.holder(one), handing.holder(two)) == ("anna", "bram")
    assert company.invoice(three).state == "approved"
    task = company.task(one)
    assert stored_route(task.why) == replay_route(task.why) == stored_route(why[one])
    assert steps_of(handing, one) == [("open", "anna"), ("waiting", "anna")]

    again = handing.transfer(world.anna, world.sanne, now=at("03-13"))
    assert handing.holder(one) == "sanne" and len(handing.items(again)) == 1
    assert handing.undo(run, now=at("03-14")) == (2, 2)
    assert handing.holder(two) == "anna" and handing.holder(one) == "sanne"
    assert steps_of(handing, early) == [("open", "sanne"), ("waiting", "anna")]
    assert steps_of(handing, later) == [("done", "sanne"), ("open", "bram")]
    with company.system():
        undone = AuditEvent.objects.filter(name="invoice.transfer_undone", subject_id=one).get()
        assert undone.detail["named"] == str(world.bram.id)
        assert undone.detail["holder"] == str(world.anna.id)
    with pytest.raises(TooLate):
        handing.undo(again, now=at("04-13", "12:01"))
    company.decide(world.sanne, one, "approve", now=at("04-14"))


def test_what_was_transferred_on_goes_back_in_the_order_in_which_it_went(
    handing: Handing, world: World
) -> None:
    """Anna to Bram, Bram to Sanne: what would come back to Anna comes to Sanne, and then to Bram again."""
    company = handing.company
    company.grant(world.sanne, "approver")
    company.rule(("check", world.anna), ("approve", world.marit))
    company.grant(world.marit, "approver")
    open_one, decided = company.arrive(), company.arrive(number="2")
    company.decide(world.anna, decided, "check")
    first = handing.transfer(world.anna, world.bram, now=at("03-10"))
    second = handing.transfer(world.bram, world.sanne, now=at("03-11"))
    assert handing.undo(first, now=at("03-12")) == (0, 2)
    back = {"return_to": world.anna.id, "remark": "Waarvoor is dit?"}
    company.decide(world.marit, decided, "return", now=at("03-12"), **back)
    assert (handing.holder(open_one), handing.holder(decided)) == ("sanne", "sanne")
    assert handing.undo(second, now=at("03-13")) == (1, 1)
    assert handing.undo(first, now=at("03-13")) == (1, 1)
    assert handing.holder(open_one) == "anna"


def test_nobody_takes_rules_back_that_concern_himself(handing: Handing, world: World) -> None:
    """Bram administers too: that he approves again is for another to say (rules 1.11)."""
    company = handing.company
    company.rule(("approve", world.bram))
    company.grant(world.bram, "administrator")
    run = handing.transfer(world.bram, world.anna, What.RULES)
    with member_scope(world.bram, now=MARCH_10) as bram:
        assert undo(run_id=run, actor=bram, now=MARCH_10) == (0, 1)
    with company.system():
        assert SchemeStep.objects.get(rule__valid__upper_inf=True).person == world.anna
    assert handing.undo(run) == (1, 0)
