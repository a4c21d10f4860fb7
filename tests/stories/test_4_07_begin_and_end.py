"""Who is told that an absence begins, ends or goes on, and who is asked about its end (rules 4.7, 4.8)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from omloop.absences.models import AbsenceCover
from omloop.absences.services import cancel_absence, change_absence, confirm_open_end, set_absence
from omloop.audit.models import AuditEvent
from omloop.organisations.members import member_scope
from omloop.people.models import Person
from omloop.standins.tasks import see_to_now
from omloop.tenancy.scope import tenant_scope
from tests.circulation.company import Company, at
from tests.joining.people import clear_mails, mails, mails_to
from tests.notifications.told import told
from tests.world import World, make_person, place

RunJobs = Callable[[], None]
BEGUN = "Je afwezigheid is begonnen: Bram Willems vervangt je"
STANDS_IN, NO_MORE = "Je vervangt Anna de Vries", "Je vervangt Anna de Vries niet meer"
TODAY = timezone.localdate()


@pytest.fixture
def finn(world: World) -> Person:
    """He keeps the books of Beheer alone."""
    clear_mails()
    finn = make_person("Finn de Boer")
    place(finn, world.beheer, "finance")
    return finn


def set_for_anna(world: World, actor: Person | None = None, **wish: Any) -> UUID:
    known = {"first_on": TODAY, "last_on": TODAY + timedelta(days=9), "substitute_id": world.bram.id}
    with member_scope(actor or world.anna, now=timezone.now()) as member:
        return set_absence(person_id=world.anna.id, **known | wish, actor=member, now=timezone.now())


def change(world: World, actor: Person, absence: UUID, **wish: Any) -> None:
    known = {"first_on": TODAY, "last_on": TODAY + timedelta(days=9), "substitute_id": world.bram.id}
    with member_scope(actor, now=timezone.now()) as member:
        change_absence(absence_id=absence, **known | wish, actor=member, now=timezone.now())


def cancel(actor: Person, absence: UUID) -> None:
    with member_scope(actor, now=timezone.now()) as member:
        cancel_absence(absence_id=absence, actor=member, now=timezone.now())


def look(world: World, run_jobs: RunJobs, days: int = 0) -> None:
    """What was set is seen to, and the timer looks so many days later."""
    run_jobs()
    for each in (world.beheer, world.zwaluw):
        see_to_now(each.id, timezone.now() + timedelta(days=days))
    run_jobs()


def heard(*people: Person) -> list[list[str]]:
    return [sorted(text for text, _ in told(person)) for person in people]


def test_another_substitute_midway_is_no_end_and_no_beginning_for_anna(
    world: World, finn: Person, run_jobs: RunJobs
) -> None:
    absence = set_for_anna(world)
    look(world, run_jobs)
    assert heard(world.anna, world.bram) == [[BEGUN], [STANDS_IN]]
    change(world, finn, absence, substitute_id=world.sanne.id)
    look(world, run_jobs)
    assert heard(world.anna, world.bram, world.sanne) == [[BEGUN], [STANDS_IN], [STANDS_IN]], (
        "at Zwaluw still"
    )
    change(world, world.anna, absence, takes_what_is_open=True, substitute_id=world.sanne.id)
    look(world, run_jobs)
    assert heard(world.anna, world.bram, world.sanne) == [[BEGUN], [STANDS_IN, NO_MORE], [STANDS_IN]]
    assert "Vanaf nu vervangt iemand anders Anna de Vries" in mails_to("bram@noordgroep.example")
    cancel(world.anna, absence)
    look(world, run_jobs)
    over = "Je afwezigheid is voorbij"
    assert heard(world.anna, world.sanne) == [[BEGUN, over], [STANDS_IN, NO_MORE]]
    assert len(mails()) == 6


def test_each_beginning_and_end_is_told_once_also_when_organisations_drop_out_or_have_other_days(
    world: World, finn: Person, run_jobs: RunJobs
) -> None:
    """Anna is told nothing by an organisation that goes on longer elsewhere."""
    tomorrow = TODAY + timedelta(days=1)
    dropped = set_for_anna(world, first_on=tomorrow, last_on=tomorrow)
    look(world, run_jobs)
    cancel(finn, dropped)
    look(world, run_jobs, days=1)
    begun = sorted(["Wat openstaat voordat je afwezig bent", BEGUN])
    assert heard(world.bram) == [[STANDS_IN]]
    assert [text for text in heard(world.anna)[0] if "begonnen" in text] == begun[:1]
    look(world, run_jobs, days=2)
    assert heard(world.bram) == [[STANDS_IN, NO_MORE]]

    clear_mails()
    apart = set_for_anna(world, first_on=TODAY + timedelta(days=20), last_on=TODAY + timedelta(days=25))
    change(world, finn, apart, first_on=TODAY + timedelta(days=22), last_on=TODAY + timedelta(days=27))
    for days in (20, 22, 26, 28):
        look(world, run_jobs, days=days)
    ours = [mail for mail in mails() if "openstaat" not in mail.split("\nSubject: ")[1].split("\n")[0]]
    assert len(ours) == 4, "a beginning and an end, to two people"


def test_other_days_or_options_midway_are_no_second_beginning(
    world: World, finn: Person, run_jobs: RunJobs
) -> None:
    absence = set_for_anna(world, actor=world.sanne, first_on=TODAY - timedelta(days=3))
    look(world, run_jobs)
    change(world, world.sanne, absence, first_on=TODAY - timedelta(days=5), takes_what_is_open=True)
    look(world, run_jobs)
    assert heard(world.anna, world.bram) == [[BEGUN], [STANDS_IN]]


def test_an_open_end_is_asked_about_every_four_weeks_until_somebody_sets_it(
    world: World, finn: Person, run_jobs: RunJobs
) -> None:
    """At midnight there and not in London, once a time; of who left whoever manages absences is asked."""
    company = Company(world, world.zwaluw)
    midnight = at("04-01", "00:30")
    with member_scope(world.sanne, now=midnight) as sanne:
        wish = {"first_on": date(2026, 3, 20), "last_on": None, "substitute_id": world.bram.id}
        absence = set_absence(person_id=world.anna.id, **wish, actor=sanne, now=midnight)

    def asked_on() -> tuple[date, date | None]:
        with company.system():
            cover = AbsenceCover.objects.get(organisation=world.zwaluw, cancelled_at=None)
            return cover.review_on, cover.asked_on

    assert asked_on() == (date(2026, 4, 29), None)
    for moment in (at("04-28", "23:59"), at("04-29", "00:01"), at("04-29", "00:16"), at("04-29", "02:30")):
        for each in (world.zwaluw, world.beheer):
            see_to_now(each.id, moment)
    assert asked_on() == (date(2026, 5, 27), date(2026, 4, 29))
    for day in ("05-27", "06-24", "08-01", "08-02"):
        see_to_now(world.zwaluw.id, at(day))
        see_to_now(world.beheer.id, at(day))
    with tenant_scope(None, [world.zwaluw.id, world.beheer.id]):
        told_so = [each.detail["tells"] for each in AuditEvent.objects.filter(name="absence.asked_about")]
    assert (len(told_so), told_so.count(["setter"])) == (8, 4), "by one of both organisations, four times"
    with member_scope(world.sanne, now=at("08-02")) as sanne:
        confirm_open_end(absence_id=absence, actor=sanne, now=at("08-02"))
    assert asked_on() == (date(2026, 8, 30), None)
    company.deactivate(world.sanne)
    for each in (world.zwaluw, world.beheer):
        see_to_now(each.id, at("08-30"))
    run_jobs()
    assert "Is Anna de Vries nog afwezig?" in mails_to("finn@noordgroep.example")
    assert "Is Anna de Vries nog afwezig?" in mails_to("marit@noordgroep.example")
