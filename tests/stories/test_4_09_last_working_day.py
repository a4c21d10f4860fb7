"""Rule 4.9: a planned last working day shows beforehand what stays behind, and does it the day after."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from omloop.absences.models import AbsenceCover
from omloop.audit.models import AuditEvent
from omloop.environments.models import LastDay
from omloop.organisations.activity import deactivated_in
from omloop.organisations.deactivation import deactivate
from omloop.organisations.last_days import plan_last_day, withdraw_last_day
from omloop.organisations.members import NotAdministrator, member_scope
from omloop.organisations.refusals import LastDayIsPast, OwnRights
from omloop.organisations.rights import DefaultGroup
from omloop.people.models import Person
from omloop.tenancy.scope import tenant_scope
from omloop.transfers.tasks import see_to_environment_now
from tests.circulation.company import Company, at
from tests.joining.people import RunJobs, clear_mails, mail_to, mails
from tests.notifications.mailbox import make_administrator
from tests.strangers.victim import key_for
from tests.world import World, place

FRIDAY = date(2026, 3, 6)
PLANNED = at("02-20", "10:00")


@pytest.fixture
def company(world: World) -> Company:
    """Anna approves everything, has an invoice open, and stands in for Sanne."""
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.anna), name="Alles")
    company.absent(world.sanne, "03-02", "03-20", world.anna)
    company.arrive(at("02-19"), number="1")
    key_for(world.anna, world.zwaluw.id)
    return company


def plan(world: World, person: Person, last_on: date = FRIDAY, *, by: Person | None = None) -> None:
    with member_scope(by or world.marit, now=PLANNED) as actor:
        plan_last_day(
            environment_id=world.noordgroep_id,
            person_id=person.id,
            last_on=last_on,
            actor=actor,
            now=PLANNED,
        )


def is_off(world: World, person: Person) -> bool:
    with tenant_scope(None, [world.zwaluw.id], [world.noordgroep_id]):
        return (world.zwaluw.id, person.id) in deactivated_in([world.zwaluw.id])


def names(world: World) -> list[str]:
    with tenant_scope(None, [], [world.noordgroep_id]):
        rows = AuditEvent.objects.filter(chain_id=world.noordgroep_id, name__startswith="last_day.")
        return list(rows.order_by("at", "id").values_list("name", flat=True))


def address(world: World, person: Person) -> str:
    return reverse("last_day", args=[person.id, world.noordgroep_id])


def at_desk_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_he_acts_through_that_day_and_is_deactivated_when_it_is_over_in_the_zone_of_the_organisations(
    world: World, company: Company
) -> None:
    plan(world, world.anna)
    see_to_environment_now(world.noordgroep_id, datetime(2026, 3, 6, 22, 59, tzinfo=UTC))
    assert not is_off(world, world.anna)
    see_to_environment_now(world.noordgroep_id, datetime(2026, 3, 6, 23, 1, tzinfo=UTC))  # 7 March there
    assert is_off(world, world.anna)
    see_to_environment_now(world.noordgroep_id, at("03-09"))
    with tenant_scope(None, [], [world.noordgroep_id]):
        assert LastDay.objects.get().ended_at is not None
        (done,) = AuditEvent.objects.filter(chain_id=world.noordgroep_id, name="person.deactivated")
        assert (done.actor, done.person_id) == ("system: last days", None)


def test_the_page_shows_what_stays_behind_and_plans_changes_and_withdraws(
    world: World, company: Company
) -> None:
    company.grant(world.marit, DefaultGroup.FINANCE)
    marit = at_desk_of(world.marit)
    page = marit.get(address(world, world.anna)).content.decode()
    for said in ("1 open taak", "Alles", "1 sleutel werkt niet meer", "Noord Beheer B.V."):
        assert said in page
    make_administrator(world.bram, world.noordgroep_id)
    little = at_desk_of(world.bram).get(address(world, world.anna)).content.decode()
    assert "Wat hier wacht mag je niet weten" in little  # he manages no absences and transfers nothing
    assert "1 open taak" not in little
    tomorrow = timezone.localdate().isoformat()
    assert marit.post(address(world, world.anna), {"last_on": tomorrow}).status_code == 302
    assert "laatste werkdag" in marit.get(reverse("people")).content.decode()
    assert marit.post(address(world, world.anna), {"last_on": "2099-01-01"}).status_code == 302
    gone = marit.post(address(world, world.anna), {"last_on": "2020-01-01"})
    assert (gone.status_code, "Deze dag is voorbij" in gone.content.decode()) == (422, True)
    withdraw = reverse("withdraw_last_day", args=[world.anna.id, world.noordgroep_id])
    assert "Ingetrokken" in marit.post(withdraw, follow=True).content.decode()
    assert names(world) == ["last_day.planned", "last_day.changed", "last_day.withdrawn"]
    see_to_environment_now(world.noordgroep_id, datetime(2099, 6, 1, tzinfo=UTC))
    assert not is_off(world, world.anna)


def test_absences_in_which_he_stands_in_are_shown_with_a_way_to_another_substitute(
    world: World, company: Company
) -> None:
    company.grant(world.marit, DefaultGroup.FINANCE)
    company.absent(world.bram, "12-01", None, world.anna)
    page = at_desk_of(world.marit).get(address(world, world.anna)).content.decode()
    with tenant_scope(None, [world.zwaluw.id]):
        cover = AbsenceCover.objects.get(person=world.bram)
    assert "Vervangt Bram Willems" in page
    assert reverse("absence_of_other", args=[cover.absence_id]) in page


def test_only_another_administrator_of_the_environment_plans_it_and_not_in_the_past(
    world: World, company: Company
) -> None:
    with pytest.raises(NotAdministrator):
        plan(world, world.bram, by=world.anna)
    with pytest.raises(OwnRights):
        plan(world, world.marit)
    with pytest.raises(LastDayIsPast):
        plan(world, world.anna, date(2026, 2, 19))
    with member_scope(world.anna, now=PLANNED) as anna, pytest.raises(NotAdministrator):
        withdraw_last_day(
            environment_id=world.noordgroep_id, person_id=world.bram.id, actor=anna, now=PLANNED
        )
    assert names(world) == []


def test_three_working_days_before_the_administrators_are_reminded_once_if_tasks_are_open(
    world: World, company: Company, run_jobs: RunJobs
) -> None:
    plan(world, world.anna)
    plan(world, world.bram)
    see_to_environment_now(world.noordgroep_id, at("03-02"))
    assert names(world) == ["last_day.planned", "last_day.planned"]
    see_to_environment_now(world.noordgroep_id, at("03-03"))
    see_to_environment_now(world.noordgroep_id, at("03-04"))
    assert names(world) == ["last_day.planned", "last_day.planned", "last_day.comes"]  # Bram has nothing
    clear_mails()
    run_jobs()
    mail = mail_to(world.marit.email)
    assert "Subject: Anna de Vries vertrekt na 6 maart 2026 bij Noordgroep" in mail
    assert "Er wacht nog 1 taak op Anna de Vries" in mail
    assert address(world, world.anna) in mail


def test_the_only_administrator_stays_and_the_others_are_told_once_until_there_is_a_second(
    world: World, company: Company, run_jobs: RunJobs
) -> None:
    make_administrator(world.sanne, world.noordgroep_id)
    plan(world, world.marit, by=world.sanne)  # Marit alone administers Zwaluw and Noord Beheer
    for day in ("03-07", "03-08"):
        see_to_environment_now(world.noordgroep_id, at(day))
    assert names(world) == ["last_day.planned", "last_day.refused"]
    assert not is_off(world, world.marit)
    clear_mails()
    run_jobs()
    assert "Marit Hoekstra is ergens de enige beheerder" in mail_to(world.sanne.email)
    assert len(mails()) == 1
    needs = at_desk_of(world.sanne).get(reverse("attention")).content.decode()
    assert "Marit Hoekstra kan na de laatste werkdag nog werken in Noordgroep" in needs
    for each in (world.zwaluw, world.beheer):
        place(world.sanne, each, DefaultGroup.ADMINISTRATOR)
    make_administrator(world.sanne, world.noordgroep_id)
    see_to_environment_now(world.noordgroep_id, at("03-09"))
    assert is_off(world, world.marit)


def test_who_was_deactivated_by_hand_before_has_nothing_to_come(world: World, company: Company) -> None:
    plan(world, world.anna)
    with member_scope(world.marit, now=at("03-01")) as marit:
        deactivate(environment_id=world.noordgroep_id, person_id=world.anna.id, actor=marit, now=at("03-01"))
    see_to_environment_now(world.noordgroep_id, at("03-07"))
    with tenant_scope(None, [], [world.noordgroep_id]):
        assert LastDay.objects.get().ended_at is not None
