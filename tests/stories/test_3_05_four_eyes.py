"""Four eyes: off, all steps that approve, or all steps, as the organisation has it set (rules 3.5)."""

from datetime import datetime
from itertools import product
from uuid import UUID

import pytest

from omloop.circulation.bulk import answer_each
from omloop.circulation.configuration import FourEyes
from omloop.circulation.configuring import Configuration, configure
from omloop.circulation.models import Assignment
from omloop.circulation.refusals import FourEyes as AnotherPairOfEyes
from omloop.organisations.members import member_scope
from omloop.people.models import Person, SameHuman
from omloop.tenancy.history import since
from tests.circulation.company import BEFORE, THE_DAY_AFTER, Company
from tests.world import World


@pytest.fixture
def company(world: World) -> Company:
    return Company(world, world.zwaluw)


def wants(company: Company, four_eyes: str, now: datetime = BEFORE) -> None:
    with member_scope(company.world.marit, now=now) as marit:
        configure(
            organisation_id=company.organisation.id,
            wanted=Configuration(four_eyes=four_eyes),
            actor=marit,
            now=now,
        )


def holder(company: Company, invoice: UUID) -> str:
    task = company.task(invoice)
    return task.holder.name.split()[0] if task.holder else task.fallback


@pytest.mark.parametrize(
    ("four_eyes", "first", "then"),
    [
        (FourEyes.OFF, ("check", "approve"), "approved"),
        (FourEyes.OFF, ("approve", "approve"), "approved"),
        (FourEyes.APPROVE, ("check", "approve"), "approved"),
        (FourEyes.APPROVE, ("approve", "approve"), "barred"),
        (FourEyes.ALL, ("check", "approve"), "barred"),
        (FourEyes.ALL, ("approve", "check"), "barred"),
        (FourEyes.ALL, ("approve", "approve"), "barred"),
    ],
)
def test_one_person_named_twice(
    company: Company, world: World, four_eyes: str, first: tuple[str, str], then: str
) -> None:
    wants(company, four_eyes)
    company.rule(*((action, world.anna) for action in first))
    invoice = company.arrive()
    answer = "approve" if "approve" in first and four_eyes != FourEyes.ALL else first[0]
    company.decide(world.anna, invoice, answer)
    state = company.invoice(invoice).state
    assert (state if state == "approved" else holder(company, invoice)) == then


def test_who_stands_in_for_the_other_cannot_do_both(company: Company, world: World) -> None:
    wants(company, FourEyes.ALL)
    company.rule(("check", world.bram), ("approve", world.anna))
    company.absent(world.anna, "03-01", "03-31", world.bram)
    invoice = company.arrive()
    company.decide(world.bram, invoice, "check")
    assert holder(company, invoice) == "barred"


def test_answering_a_question_fills_no_pair_of_eyes(company: Company, world: World) -> None:
    """Bram checked, Anna asks him something: he answers, and she approves what he checked."""
    wants(company, FourEyes.ALL)
    company.rule(("check", world.bram), ("approve", world.anna))
    invoice = company.arrive()
    company.decide(world.bram, invoice, "check")
    company.decide(world.anna, invoice, "return", remark="Is it ours?", return_to=world.bram.id)
    assert holder(company, invoice) == "Bram"
    company.decide(world.bram, invoice, "check", remark="It is")
    company.decide(world.anna, invoice, "approve")
    assert company.invoice(invoice).state == "approved"


def test_a_change_of_the_setting_counts_at_the_gate(company: Company, world: World) -> None:
    wants(company, FourEyes.OFF)
    company.rule(("approve", world.bram), ("check", world.sanne), ("approve", world.bram))
    company.grant(world.sanne, "checker")
    invoice = company.arrive()
    company.decide(world.bram, invoice, "approve")
    company.decide(world.sanne, invoice, "check")
    assert holder(company, invoice) == "Bram"
    wants(company, FourEyes.APPROVE, THE_DAY_AFTER)
    with pytest.raises(AnotherPairOfEyes):
        company.decide(world.bram, invoice, "approve")


ORDERS = list(product(("gate", "bulk"), ("himself", "other account", "stands in"), ("check", "approve")))


@pytest.mark.parametrize(("way", "who", "first"), ORDERS)
def test_no_way_in_lets_one_human_fill_both_pairs(
    company: Company, world: World, way: str, who: str, first: str
) -> None:
    """The first is Anna's; the second was routed before what makes her bar it, so that only the gate sees."""
    wants(company, FourEyes.OFF)
    second = {"himself": world.anna, "other account": world.bram, "stands in": world.bram}[who]
    company.rule((first, world.anna), ("check", world.sanne), ("approve", second))
    company.grant(world.sanne, "checker")
    invoice = company.arrive()
    company.decide(world.anna, invoice, first)
    if who == "stands in":
        company.absent(world.bram, "03-01", "03-31", world.anna)
    company.decide(world.sanne, invoice, "check")
    actor = world.anna if who != "other account" else world.bram
    if who == "other account":
        one, other = sorted([world.anna.id, world.bram.id])
        SameHuman.objects.create(
            one_id=one,
            other_id=other,
            marked_by=world.marit.id,
            environment_id=world.noordgroep_id,
            valid=since(BEFORE),
        )
    wants(company, FourEyes.ALL, THE_DAY_AFTER)
    refused_to_approve(company, actor, company.task(invoice), way)
    assert company.invoice(invoice).state == "circulating"


def refused_to_approve(company: Company, person: Person, task: Assignment, way: str) -> None:
    if way == "gate":
        with pytest.raises(AnotherPairOfEyes):
            company.decide(person, task, "approve")
        return
    with member_scope(person, now=THE_DAY_AFTER) as member:
        (result,) = answer_each([task.id], actor=member, now=THE_DAY_AFTER)
    assert isinstance(result.refusal, AnotherPairOfEyes)
