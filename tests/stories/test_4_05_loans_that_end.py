"""Lent rights end with the absence or by a change of it, and what hung on them goes on (rules 4.5)."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone, translation

from omloop.absences import lending
from omloop.absences.models import AbsenceCover
from omloop.absences.services import change_absence, replace_substitutes, set_absence
from omloop.circulation.routing.why import explain, read_names
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from omloop.standins.tasks import see_to_now
from tests.circulation.company import Company
from tests.world import World

DAYS = timedelta(days=10)


@pytest.fixture
def company(world: World) -> Company:
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.anna))
    return company


def noon(days: int) -> datetime:
    return timezone.now() + timedelta(days=days)


def first(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def lend(world: World, days: int) -> UUID:
    """Anna, away ten days from then, lends Sanne at Zwaluw what she lacks there; the absence."""
    with member_scope(world.anna, now=timezone.now()) as anna:
        wanted = {"first_on": first(days), "last_on": first(days) + DAYS, "substitute_id": world.sanne.id}
        absence = set_absence(person_id=world.anna.id, **wanted, actor=anna, now=timezone.now())
        covers = AbsenceCover.objects.filter(absence_id=absence, organisation_id=world.zwaluw.id)
        lending.ask(covers, {world.zwaluw.id: ["approve"]}, actor=anna, now=timezone.now())
    with member_scope(world.marit, now=timezone.now()) as marit:
        for each in lending.asked_in([world.zwaluw.id], now=timezone.now()):
            lending.answer(each.id, is_confirmed=True, actor=marit, now=timezone.now())
    return absence


def change(world: World, absence: UUID, days: int, **wish: Any) -> None:
    known = {"first_on": first(days), "last_on": first(days) + DAYS, "substitute_id": world.sanne.id}
    with member_scope(world.anna, now=noon(days + 1)) as anna:
        change_absence(absence_id=absence, **known | wish, actor=anna, now=noon(days + 1))
    see_to_now(world.zwaluw.id, noon(days + 1))


def lent_and_own(company: Company, days: int) -> tuple[UUID, UUID, UUID]:
    """An absence, an invoice that Sanne has by what is lent to her, and one that she has anyhow."""
    absence = lend(company.world, days)
    see_to_now(company.organisation.id, noon(days))
    found = company.arrive(noon(days + 1)), company.arrive(noon(days + 1), supplier_name="De Raaf")
    assert {company.task(each).holder for each in found} == {company.world.sanne}
    return absence, *found


def test_what_could_be_decided_only_by_lent_rights_goes_on_when_a_change_ends_them(
    company: Company, world: World
) -> None:
    """By a longer absence, another substitute, and a successor of the substitute; what is hers she keeps."""
    steps = ("check", world.anna), ("approve", world.anna)
    company.rule(*steps, name="R-30", supplier="De Raaf", priority=9)
    company.grant(world.sanne, "checker")
    company.grant(world.anna, "checker")

    absence, longer, own = lent_and_own(company, 1)
    change(world, absence, 1, last_on=first(1) + 2 * DAYS)
    task = company.task(longer)
    assert (task.holder, task.fallback, company.task(own).holder) == (None, "right_missing", world.sanne)
    with company.system(), translation.override("en"):
        said = explain(task.why, read_names([task.why]))
    assert "Sanne Bakker stood in, and may not decide on this any more." in said

    absence, other, own = lent_and_own(company, 31)
    change(world, absence, 31, substitute_id=world.bram.id)
    assert (company.task(other).holder, company.task(own).holder) == (world.bram, world.sanne)

    absence, succeeded, own = lent_and_own(company, 61)
    with company.system() as system:
        successors = {world.sanne.id: world.bram.id}
        hold(world.zwaluw.id)
        replace_substitutes(world.zwaluw.id, successors, actor=system, now=noon(62))
    see_to_now(world.zwaluw.id, noon(62))
    assert (company.task(succeeded).holder, company.task(own).holder) == (world.bram, world.sanne)


def test_where_anna_may_not_decide_either_it_goes_to_the_fallback_when_the_loan_ends(
    company: Company, world: World
) -> None:
    _absence, invoice, _own = lent_and_own(company, 1)
    company.withdraw(world.anna, "approver", noon(3))
    see_to_now(world.zwaluw.id, noon(12))
    task = company.task(invoice)
    assert (task.holder, task.group_id, task.fallback) == (None, company.group("finance"), "right_missing")
