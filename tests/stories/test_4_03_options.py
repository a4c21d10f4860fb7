"""What is open when an absence begins, and what is left when it ends (rules 4.3, 4.4)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from omloop.absences.models import AbsenceCover
from omloop.absences.plan import Options
from omloop.absences.services import cancel_absence, change_absence, set_absence, set_defaults
from omloop.audit.models import AuditEvent
from omloop.circulation.deciding.forwarding import forward
from omloop.circulation.deciding.taking import take_task
from omloop.circulation.deciding.taking_back import takers_of
from omloop.circulation.models import Assignment
from omloop.circulation.routing.route import replay_route, stored_route
from omloop.circulation.routing.why import explain, read_names
from omloop.flow.story import STORY
from omloop.organisations.members import RightMissing, member_scope
from omloop.people.models import Person
from omloop.standins.saving import hand_over_ticked
from omloop.standins.tasks import see_to_now
from tests.circulation.company import Company, at
from tests.world import World

SET = at("03-20")


@pytest.fixture
def company(world: World) -> Company:
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.anna))
    company.rule(("check", world.sanne), ("approve", world.anna), name="R-12", supplier="De Raaf", priority=2)
    return company


def set_april(world: World, actor: Person | None = None, **options: Any) -> UUID:
    wish = {"first_on": date(2026, 4, 1), "last_on": date(2026, 5, 1), "substitute_id": world.bram.id}
    with member_scope(actor or world.anna, now=SET) as member:
        return set_absence(person_id=world.anna.id, **wish | options, actor=member, now=SET)


def tick(company: Company, day: str, clock: str = "00:01") -> None:
    """The timer looks."""
    see_to_now(company.organisation.id, at(day, clock))


def holder(company: Company, invoice: UUID) -> tuple[Any, Any]:
    task = company.task(invoice)
    assert replay_route(task.why) == stored_route(task.why)
    return task.holder, task.for_person


def why(company: Company, invoice: UUID) -> list[str]:
    task = company.task(invoice)
    with company.system(), translation.override("en"):
        return explain(task.why, read_names([task.why]))


def names_of_events(company: Company, *names: str) -> list[str]:
    with company.system():
        rows = AuditEvent.objects.filter(chain_id=company.organisation.id, name__in=names)
        return list(rows.order_by("id").values_list("name", flat=True))


def test_off_as_delivered_what_is_open_stays_and_bram_finishes_what_he_got(
    company: Company, world: World
) -> None:
    set_april(world)
    before, during = company.arrive(at("03-29")), company.arrive(at("04-03"))
    tick(company, "04-01")
    tick(company, "05-02")
    assert holder(company, before) == (world.anna, None)
    assert holder(company, during) == (world.bram, world.anna)


def test_what_is_open_goes_to_bram_at_midnight_and_what_is_left_comes_back(
    company: Company, world: World
) -> None:
    set_april(world, takes_what_is_open=True, returns_what_is_left=True)
    early, late = company.arrive(at("03-29")), company.arrive(at("03-29"))
    tick(company, "03-31", "23:59")
    assert holder(company, early) == (world.anna, None)
    tick(company, "04-01")
    assert holder(company, early) == holder(company, late) == (world.bram, world.anna)
    assert why(company, early)[-1] == (
        "Anna de Vries is away from 1 April through 1 May. What was open goes along: Bram Willems stands in."
    )
    taken = company.task(early).id
    tick(company, "04-01", "00:16")
    assert company.task(early).id == taken
    company.decide(world.bram, late, "approve", at("04-07"))
    during = company.arrive(at("04-03"))
    reached = company.arrive(at("03-30"), supplier_name="De Raaf")
    company.decide(world.sanne, reached, "check", at("04-10"))
    tick(company, "05-01", "23:59")
    assert holder(company, early) == holder(company, during) == (world.bram, world.anna)
    tick(company, "05-02")
    assert holder(company, early) == holder(company, during) == (world.anna, None)
    assert holder(company, reached) == (world.anna, None)
    assert company.invoice(late).state == "approved"
    assert why(company, during)[0] == "Bram Willems stood in until the absence ended."
    tick(company, "05-02", "00:16")
    told = ["absence.began", "absence.ended", "step.stood_in", "step.came_back"]
    assert names_of_events(company, *told) == [
        "step.stood_in",
        "step.stood_in",
        "absence.began",
        "step.came_back",
        "step.came_back",
        "absence.ended",
    ]


def test_saved_later_it_acts_at_saving_and_a_withdrawn_absence_gives_back(
    company: Company, world: World, run_jobs: Callable[[], None]
) -> None:
    invoice = company.arrive(at("03-29"))
    today = timezone.localdate()
    with member_scope(world.anna, now=at("11-01")) as anna:
        absence_id = set_absence(
            person_id=world.anna.id,
            first_on=today,
            last_on=today,
            substitute_id=world.bram.id,
            returns_what_is_left=True,
            actor=anna,
            now=at("11-01"),
        )
    run_jobs()
    assert holder(company, invoice) == (world.anna, None)
    with member_scope(world.anna, now=at("11-02")) as anna:
        days = {"first_on": today, "last_on": today, "substitute_id": world.bram.id}
        change_absence(absence_id=absence_id, **days, takes_what_is_open=True, actor=anna, now=at("11-02"))
    run_jobs()
    assert holder(company, invoice) == (world.bram, world.anna)
    with company.system() as system:
        cancel_absence(absence_id=absence_id, actor=system, now=at("11-03"))
    run_jobs()
    assert holder(company, invoice) == (world.anna, None)


def test_the_default_of_an_organisation_holds_where_nobody_says_otherwise(
    company: Company, world: World
) -> None:
    with member_scope(world.sanne, now=SET) as sanne, pytest.raises(RightMissing):
        set_defaults(organisation_id=world.zwaluw.id, options=Options(), actor=sanne, now=SET)
    with member_scope(world.marit, now=SET) as marit:
        wished = Options(takes_what_is_open=True)
        set_defaults(organisation_id=world.zwaluw.id, options=wished, actor=marit, now=SET)
    set_april(world, returns_what_is_left=True)
    with member_scope(world.anna, now=SET):
        covers = {cover.organisation_id: cover for cover in AbsenceCover.objects.all()}
    assert covers[world.zwaluw.id].takes_what_is_open
    assert not covers[world.beheer.id].takes_what_is_open
    assert all(cover.returns_what_is_left for cover in covers.values())


def test_bram_who_is_away_himself_passes_it_on_and_a_circle_ends_at_the_fallback(
    company: Company, world: World
) -> None:
    company.grant(world.sanne, "approver")
    set_april(world, takes_what_is_open=True)
    company.absent(world.bram, "04-01", "04-01", world.sanne, takes_what_reaches=True)
    chained = company.arrive(at("03-29"))
    tick(company, "04-01")
    assert holder(company, chained) == (world.sanne, world.anna)
    company.absent(
        world.sanne, "04-02", "04-02", world.bram, takes_what_reaches=True, takes_what_is_open=True
    )
    company.absent(world.bram, "04-02", "04-02", world.sanne, takes_what_reaches=True)
    tick(company, "04-02")
    task = company.task(chained)
    assert (task.holder, task.fallback) == (None, "cycle")


def test_the_number_of_queries_does_not_grow_with_the_tasks(company: Company, world: World) -> None:
    def queries(count: int, day: str) -> int:
        invoices = [company.arrive(at("03-01")) for _ in range(count)]
        first = date.fromisoformat(f"2026-{day}")
        set_april(world, first_on=first, last_on=first, takes_what_is_open=True, returns_what_is_left=True)
        with CaptureQueriesContext(connection) as captured:
            tick(company, day)
            see_to_now(company.organisation.id, at(day) + timedelta(days=1))
        assert {holder(company, invoice)[0] for invoice in invoices} == {world.anna}
        return len(captured)

    few = queries(1, "04-01")
    assert queries(12, "04-03") == few
    with company.system():
        assert Assignment.objects.filter(ended_at=None).count() == 13


def test_what_was_held_or_typed_opens_when_it_goes_on_and_what_is_taken_in_when_it_was_received(
    company: Company, world: World
) -> None:
    set_april(world)
    waited = ("invoice.typed", "invoice.let_pass", "invoice.marked_as_original", "invoice.rate_found")
    for name, person in (("invoice.read", world.bram), *((name, world.anna) for name in waited)):
        invoice = company.store(at("04-20"))
        with company.system() as system:
            event = AuditEvent(name=name, chain_id=world.zwaluw.id, subject_id=invoice, detail={})
            STORY[name](event, actor=system, now=at("05-10"))
        assert holder(company, invoice)[0] == person, name


def hand_over(company: Company, absence: UUID, invoice: UUID, day: str) -> None:
    ticked = [company.task(invoice).id]
    with member_scope(company.world.anna, now=at(day)) as anna:
        assert hand_over_ticked(absence, ticked, actor=anna, now=at(day)) == (1, 0)
    assert company.task(invoice).holder == company.world.bram


def cancel(company: Company, absence: UUID, day: str) -> None:
    with member_scope(company.world.anna, now=at(day)) as anna:
        cancel_absence(absence_id=absence, actor=anna, now=at(day))
    tick(company, day, "12:01")


def test_what_went_by_an_absence_that_nobody_saw_begin_comes_back_too(company: Company, world: World) -> None:
    wish: dict[str, Any] = {"returns_what_is_left": True}
    planned = set_april(world, first_on=date(2026, 4, 10), last_on=date(2026, 4, 20), **wish)
    handed_over = company.arrive(at("04-06"))
    hand_over(company, planned, handed_over, "04-07")
    cancel(company, planned, "04-08")
    assert holder(company, handed_over) == (world.anna, None)

    moved = set_april(world, first_on=date(2026, 5, 1), last_on=date(2026, 5, 20), **wish)
    tick(company, "05-01")
    during = company.arrive(at("05-02"))
    with member_scope(world.anna, now=at("05-03")) as anna:
        days = {"first_on": date(2026, 5, 10), "last_on": date(2026, 5, 20)}
        change_absence(absence_id=moved, substitute_id=world.bram.id, **days, actor=anna, now=at("05-03"))
    tick(company, "05-03", "12:01")
    assert holder(company, during) == (world.bram, world.anna), "it goes on"
    cancel(company, moved, "05-05")
    assert holder(company, during) == (world.anna, None)

    set_april(world, first_on=date(2026, 6, 10), last_on=date(2026, 6, 10), **wish)
    slept_through = company.arrive(at("06-10"))
    assert holder(company, slept_through) == (world.bram, world.anna)
    tick(company, "06-11")
    assert holder(company, slept_through) == (world.anna, None)
    assert names_of_events(company, "absence.began", "absence.ended") == ["absence.began"]


def test_what_was_handed_over_or_forwarded_goes_along_the_chain_and_stays_what_it_was(
    company: Company, world: World
) -> None:
    """Before the first day, and by who can still take it back."""
    company.grant(world.sanne, "approver")
    april = set_april(world, first_on=date(2026, 4, 10))
    handed_over, forwarded = company.arrive(at("04-06")), company.arrive(at("04-06"))
    hand_over(company, april, handed_over, "04-07")
    task = company.task(forwarded)
    with member_scope(world.anna, now=at("04-07")) as anna:
        forward(assignment_id=task.id, people=[world.bram.id], actor=anna, now=at("04-07"))
    company.absent(world.bram, "04-08", "04-09", world.sanne, takes_what_is_open=True)
    tick(company, "04-08")
    assert holder(company, handed_over) == (world.sanne, world.anna)
    assert holder(company, forwarded) == (world.sanne, world.bram)
    assert takers_of(company.task(forwarded)) >= {world.anna.id, world.bram.id}
    assert why(company, forwarded)[0] == "Anna de Vries forwarded the invoice to Bram Willems."


def test_a_question_that_somebody_took_stays_a_question(world: World) -> None:
    company = Company(world, world.zwaluw)
    company.grant(world.bram, "finance")
    invoice = company.arrive(at("04-06"))
    task = company.task(invoice)
    with member_scope(world.sanne, now=at("04-07")) as sanne:
        take_task(assignment_id=task.id, actor=sanne, now=at("04-07"))
    company.absent(world.sanne, "04-08", "04-09", world.bram, takes_what_is_open=True)
    tick(company, "04-08")
    task = company.task(invoice)
    assert (task.holder, task.group_id, task.fallback) == (None, company.group("finance"), "no_rule")
