"""Ill since last week, told, taken back, deactivated, and a new membership meanwhile (rules 4.7-4.9)."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.utils import timezone

from omloop.absences.models import AbsenceCover
from omloop.absences.refusals import AbsenceIsOver, BeginsInThePast, EndMissing
from omloop.absences.services import set_absence
from omloop.audit.actors import OPERATOR
from omloop.circulation.deciding.taking_back import take_back
from omloop.circulation.refusals import AlreadyDecided, CannotTakeBack, NotEntitled, NotTheHolder
from omloop.organisations.deactivation import deactivate
from omloop.organisations.members import member_scope
from omloop.organisations.services import create_organisation, grant
from omloop.people.models import Person
from omloop.standins.tasks import see_to_now
from omloop.tenancy.scope import tenant_scope
from tests.circulation.company import Company
from tests.joining.people import clear_mails, mail_to, mails, mails_to
from tests.standins.test_pages import at_desk_of, wish
from tests.world import BEGINNING, World

NOW = timezone.now()
TODAY = timezone.localdate()
RunJobs = Callable[[], None]


@pytest.fixture
def company(world: World) -> Company:
    clear_mails()
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.anna))
    return company


def days_ago(count: int) -> datetime:
    return NOW - timedelta(days=count)


def noon(later: timedelta) -> datetime:
    return datetime.combine(TODAY + later, time(12), timezone.get_current_timezone())


def set_by(actor: Person, world: World, **fields: Any) -> UUID:
    wished = {"first_on": TODAY, "last_on": TODAY + timedelta(days=9), "substitute_id": world.bram.id}
    with member_scope(actor, now=timezone.now()) as member:
        return set_absence(person_id=world.anna.id, **wished | fields, actor=member, now=timezone.now())


def test_an_administrator_reports_anna_ill_since_last_week_and_ticks_what_bram_takes_over(
    company: Company, world: World, run_jobs: RunJobs
) -> None:
    before = company.arrive(days_ago(20), number="1")
    first, second = (company.arrive(days_ago(5), number=number) for number in "23")
    sanne = at_desk_of(world.sanne)
    for person, fields, refusal in (
        (world.anna, {"first_on": TODAY - timedelta(days=7)}, BeginsInThePast),
        (world.anna, {"last_on": None}, EndMissing),
        (world.sanne, {"first_on": TODAY - timedelta(9), "last_on": TODAY - timedelta(2)}, AbsenceIsOver),
    ):
        with pytest.raises(refusal):
            set_by(person, world, **fields)
    ill = {**wish(world.bram, TODAY - timedelta(days=7)), "last_on": ""}
    answer = sanne.post(f"/absences/others/new/{world.anna.id}/", ill)
    run_jobs()
    assert {company.task(each).holder for each in (before, first, second)} == {world.anna}
    page = sanne.get(answer.headers["Location"]).content.decode()
    assert page.count('" checked><b>') == 2
    assert "Wat openstaat bij Anna de Vries" in page
    sanne.post(answer.headers["Location"], {"task": [str(company.task(first).id)]})
    task = company.task(first)
    assert (task.holder, task.for_person) == (world.bram, world.anna)
    assert company.task(second).holder == world.anna
    assert company.task(company.arrive(NOW)).holder == world.bram

    told = len(mails())
    for place in (world.zwaluw, world.beheer, world.beheer):
        see_to_now(place.id, noon(timedelta(weeks=4)))
    run_jobs()
    assert len(mails()) == told + 1
    assert "Is Anna de Vries nog afwezig?" in mails_to("sanne@noordgroep.example")
    absence_id = answer.headers["Location"].split("/")[2]
    assert sanne.post(f"/absences/{absence_id}/still-away/").status_code == 302
    with company.system():
        (cover,) = AbsenceCover.objects.filter(organisation=world.zwaluw, cancelled_at=None)
    assert cover.review_on == TODAY + timedelta(weeks=4)
    today = sanne.post(f"/absences/others/{absence_id}/", {**ill, "last_on": TODAY.isoformat()})
    assert today.status_code == 302


def test_both_are_told_at_the_start_and_the_end_once_and_anna_gets_a_list_before(
    company: Company, world: World, run_jobs: RunJobs
) -> None:
    company.arrive(days_ago(3))
    monday = TODAY + timedelta(days=14 - TODAY.weekday())
    set_by(world.anna, world, first_on=monday, last_on=monday + timedelta(days=4))
    run_jobs()
    for place in (world.zwaluw, world.beheer):
        for day in (monday - timedelta(days=6), monday - timedelta(days=5), monday - timedelta(days=4)):
            see_to_now(place.id, datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=12))
    run_jobs()
    assert [mail.split("\n")[0] for mail in mails()] == ["To: anna@noordgroep.example"]
    assert "/absences/" in mail_to("anna@noordgroep.example")
    for day in (monday, monday + timedelta(days=5)):
        for place in (world.zwaluw, world.beheer):
            see_to_now(place.id, datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=12))
        run_jobs()
    told = [(mail.split("\n")[0], mail.split("\nSubject: ")[1].split("\n")[0]) for mail in mails()[1:]]
    assert sorted(told[:2]) + sorted(told[2:]) == [
        ("To: anna@noordgroep.example", "Je afwezigheid is begonnen: Bram Willems vervangt je"),
        ("To: bram@noordgroep.example", "Je vervangt Anna de Vries"),
        ("To: anna@noordgroep.example", "Je afwezigheid is voorbij"),
        ("To: bram@noordgroep.example", "Je vervangt Anna de Vries niet meer"),
    ]


def test_anna_takes_back_what_bram_has_for_her_and_bram_is_told(
    company: Company, world: World, run_jobs: RunJobs
) -> None:
    set_by(world.anna, world)
    invoice, other = company.arrive(NOW, number="1"), company.arrive(NOW, number="2")
    anna, his = at_desk_of(world.anna), company.task(invoice)
    assert his.holder == world.bram
    assert "Neem terug" in anna.get(f"/invoices/{invoice}/").content.decode()
    with member_scope(world.sanne, now=timezone.now()) as sanne, pytest.raises(CannotTakeBack):
        take_back(assignment_id=his.id, actor=sanne, now=timezone.now())
    page = anna.get("/absences/").content.decode()
    assert page.count("take-back") == 2
    anna.post(f"/invoices/{invoice}/take-back/", {"assignment": str(his.id), "next": "/absences/"})
    mine = company.task(invoice)
    assert (mine.holder, mine.for_person) == (world.anna, None)
    run_jobs()
    assert "Anna de Vries heeft een factuur teruggenomen" in mails_to("bram@noordgroep.example")
    with pytest.raises(AlreadyDecided):
        company.decide(world.bram, his, "approve", timezone.now())
    with pytest.raises(NotTheHolder):
        company.decide(world.bram, invoice, "approve", timezone.now())
    assert company.decide(world.anna, invoice, "approve", timezone.now()).opened is None
    history = anna.get(f"/invoices/{invoice}/?part=history").content.decode()
    assert "Teruggenomen door Anna de Vries van Bram Willems" in history
    late = anna.post(f"/invoices/{other}/take-back/", {"assignment": str(his.id)})
    assert late.status_code == 404


def test_nothing_goes_to_a_deactivated_anna_and_bram_keeps_what_he_has(
    company: Company, world: World
) -> None:
    set_by(world.anna, world, takes_what_is_open=True, returns_what_is_left=True)
    see_to_now(world.zwaluw.id, timezone.now())
    invoice, stays = company.arrive(NOW, number="1"), company.arrive(days_ago(30), number="2")
    anna, task = at_desk_of(world.anna), company.task(invoice)
    with member_scope(world.anna, now=timezone.now()) as before:
        pass
    with member_scope(world.marit, now=timezone.now()) as marit:
        where = {"environment_id": world.noordgroep_id, "person_id": world.anna.id}
        deactivate(**where, actor=marit, now=timezone.now())
    with tenant_scope(world.anna.id, [world.zwaluw.id]), pytest.raises(NotEntitled):
        take_back(assignment_id=task.id, actor=before, now=timezone.now())
    assert anna.post(f"/invoices/{invoice}/take-back/", {"assignment": str(task.id)}).status_code != 302
    assert company.task(company.arrive(NOW, number="3")).fallback == "inactive"
    see_to_now(world.zwaluw.id, timezone.now() + timedelta(days=11))
    assert company.task(invoice).holder == world.bram
    assert company.task(stays).holder == world.anna
    assert company.decide(world.bram, invoice, "approve", timezone.now()).opened is None


def test_who_comes_into_an_organisation_while_away_is_away_there_too_and_is_asked(
    company: Company, world: World, run_jobs: RunJobs, owner: Callable[[], psycopg.Connection]
) -> None:
    set_by(world.anna, world)
    third = create_organisation(
        environment_id=world.noordgroep_id,
        name="Kade B.V.",
        kvk="90001003",
        administrator_id=world.marit.id,
        actor=OPERATOR,
        now=BEGINNING,
    )
    with tenant_scope(None, [third.id], [world.noordgroep_id]):
        wanted = {"organisation_id": third.id, "person_id": world.anna.id, "group": "approver"}
        grant(**wanted, actor=OPERATOR, now=timezone.now())
    run_jobs()
    run_jobs()
    with tenant_scope(None, [third.id]):
        (cover,) = AbsenceCover.objects.filter(organisation_id=third.id)
    assert (cover.person_id, cover.substitute_id) == (world.anna.id, world.bram.id)
    assert "Wie vervangt je bij Kade B.V.?" in mails_to("anna@noordgroep.example")


def test_who_founds_an_organisation_while_away_is_away_there_too_and_is_asked(
    company: Company, world: World, run_jobs: RunJobs
) -> None:
    set_by(world.anna, world)
    founded = create_organisation(
        environment_id=world.noordgroep_id,
        name="Kade B.V.",
        kvk="90001003",
        administrator_id=world.anna.id,
        actor=OPERATOR,
        now=timezone.now(),
    )
    run_jobs()
    run_jobs()
    with tenant_scope(None, [founded.id]):
        assert AbsenceCover.objects.get(organisation_id=founded.id).person_id == world.anna.id
