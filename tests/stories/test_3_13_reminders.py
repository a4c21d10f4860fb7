"""One digest a working day, at a person's own hour, of what he can do; nobody is told twice (rules 3.13)."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from omloop.absences.models import LentRight
from omloop.circulation.deciding.consulting import answer, consult
from omloop.circulation.deciding.on_hold import put_on_hold
from omloop.circulation.models import Assignment
from omloop.circulation.models.consultations import Consultation
from omloop.disputes.services import Claim, dispute, end_dispute
from omloop.notifications.digest import Digest, digest_of
from omloop.notifications.tasks import defer_digests
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from omloop.organisations.rights import DefaultGroup, Right
from omloop.people.digests import take_due
from omloop.people.models import DigestMark, Person
from omloop.tenancy.history import since
from tests.circulation.company import BEFORE, Company, at
from tests.joining.people import at_desk_of, clear_mails, mail_to, mails
from tests.transfers.handing import Handing
from tests.world import World

RunJobs = Callable[[], None]
MONDAY = at("03-02", "08:00")
"""A Monday in March; invoices below fall due in its week."""
WEEK = [1, 2, 3, 4, 5]


@pytest.fixture
def company(world: World) -> Company:
    clear_mails()
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.anna))
    return company


def wants(person: Person, **fields: Any) -> None:
    Person.objects.filter(id=person.id).update(**{"digest_days": WEEK, **fields})
    person.refresh_from_db()


def due(now: datetime) -> set[UUID]:
    return {each.person_id for each in take_due(now)}


def titles(digest: Digest | None) -> dict[str, list[str]]:
    """The numbers of the invoices by heading, in English."""
    assert digest is not None
    with translation.override("en"):
        return {str(each.title): [line.number for line in each.lines] for each in digest.sections}


def send(run_jobs: RunJobs, *moments: datetime) -> None:
    """The timer runs at these moments, and not at the one of the machine; then the mails go."""
    for moment in moments:
        defer_digests(moment)
    Person.objects.update(digest_days=[])
    run_jobs()


def told(person: Person, now: datetime, before: datetime | None = None) -> Digest | None:
    wants(person, language="en")
    return digest_of(person, at=now, since=before, now=now)


def test_the_hour_is_the_persons_own_on_his_own_clock_and_days(world: World) -> None:
    wants(world.anna)
    wants(world.bram, digest_hour=17)
    wants(world.sanne, time_zone="America/New_York", digest_days=[1, 2, 3, 4, 5, 6])
    assert due(at("03-02", "07:59")) == set()
    assert due(MONDAY) == {world.anna.id}
    assert due(at("03-02", "08:15")) == set()
    assert due(at("03-02", "14:00")) == {world.sanne.id}
    assert due(at("03-02", "17:00")) == {world.bram.id}
    assert due(at("03-07", "23:00")) == {world.sanne.id}
    wants(world.anna, digest_days=[])
    Person.objects.filter(id=world.bram.id).update(is_active=False)
    assert due(at("03-09", "12:30")) == set()


def test_both_nights_of_clock_change_bring_one_digest_each(world: World) -> None:
    wants(world.anna, digest_hour=2, digest_days=[6, 7])
    assert due(datetime(2026, 3, 29, 0, 45, tzinfo=UTC)) == set()
    assert due(datetime(2026, 3, 29, 1, 0, tzinfo=UTC)) == {world.anna.id}
    assert due(datetime(2026, 10, 25, 0, 0, tzinfo=UTC)) == {world.anna.id}
    assert due(datetime(2026, 10, 25, 1, 0, tzinfo=UTC)) == set()


def test_what_is_due_is_found_in_as_many_queries_for_ten_people_as_for_one(world: World) -> None:
    wants(world.anna)
    with CaptureQueriesContext(connection) as few:
        take_due(MONDAY)
    Person.objects.update(digest_days=WEEK)
    with CaptureQueriesContext(connection) as many:
        assert len(take_due(MONDAY + timedelta(days=1))) == len(world.people)
    assert len(many) == len(few) == 2


def test_each_task_stands_once_and_later_ones_are_counted(company: Company, world: World) -> None:
    for number, due_on, opened in (
        ("late", date(2026, 2, 27), "02-20"),
        ("soon", date(2026, 3, 5), "02-20"),
        ("week", date(2026, 3, 8), "02-20"),
        ("new", date(2026, 4, 20), "03-01"),
        ("undated", None, "03-01"),
        ("later", date(2026, 4, 20), "02-20"),
    ):
        company.arrive(at(opened), number=number, due_on=due_on)
    digest = told(world.anna, MONDAY, before=at("02-27", "08:00"))
    assert titles(digest) == {
        "Late": ["late"],
        "Due within three working days": ["soon"],
        "This week": ["week"],
        "New since the last digest": ["new", "undated"],
    }
    assert digest is not None
    assert (digest.waiting, digest.later) == (6, 1)


def test_three_working_days_before_the_due_date_one_is_reminded_once(company: Company, world: World) -> None:
    company.arrive(at("02-20"), number="1", due_on=date(2026, 3, 10))
    friday = at("03-05", "08:00")
    assert titles(told(world.anna, at("03-06", "08:00"))) == {"Due within three working days": ["1"]}, (
        "his first"
    )
    assert titles(told(world.anna, friday, before=at("03-04", "08:00"))) == {
        "Due within three working days": ["1"]
    }
    assert titles(told(world.anna, at("03-06", "08:00"), before=friday)) == {}
    assert titles(told(world.anna, at("03-09", "08:00"), before=at("03-06", "08:00"))) == {"This week": ["1"]}


def test_what_comes_back_after_that_day_is_reminded_of_once_and_meanwhile_not_at_all(
    company: Company, world: World
) -> None:
    """All are due on the 9th, three can't be done on Wednesday, and on Friday Bram gets all of them."""
    stopped, noon = at("03-03"), at("03-05")
    plain, disputed, advised, held = numbers = ("plain", "disputed", "advised", "held")
    days = [at(f"03-0{day}", "08:00") for day in (3, 4, 5, 6, 9)]
    tasks = {each: company.arrive(at("02-20"), number=each, due_on=date(2026, 3, 9)) for each in numbers}
    with member_scope(world.anna, now=stopped) as anna:
        asks: dict[str, Any] = {"people": [world.bram.id], "kind": "advice", "remark": "Klopt dit?"}
        for number in (disputed, advised, held):
            task = Assignment.objects.get(invoice_id=tasks[number]).id
            consult(assignment_id=task, waits=number == advised, actor=anna, now=stopped, **asks)
        put_on_hold(assignment_id=task, remark="Wacht", until=date(2026, 3, 6), actor=anna, now=stopped)
    with member_scope(world.sanne, now=stopped) as sanne:
        begun = dispute(tasks[disputed], Claim(reason="Te veel"), actor=sanne, now=stopped)
    wednesday = told(world.anna, days[1], before=days[0])
    assert wednesday is not None and wednesday.waiting == 1
    assert titles(wednesday) == {"Due within three working days": ["plain"]}
    asked = told(world.bram, days[1], before=days[0])
    assert asked is not None and asked.questions == 1
    with member_scope(world.sanne, now=noon) as sanne:
        end_dispute(begun.id, outcome="payable", actor=sanne, now=noon)
    with member_scope(world.bram, now=noon) as bram:
        question = Consultation.objects.get(waits=True).id
        answer(consultation_id=question, remark="Ja", actor=bram, now=noon)
    friday = titles(told(world.anna, days[3], before=days[2]))
    assert {title: set(found) for title, found in friday.items()} == {
        "Due within three working days": {disputed, advised, held}
    }
    Handing(company).transfer(world.anna, world.bram, now=at("03-06"))
    monday = titles(told(world.bram, days[4], before=days[3]))
    assert {title: set(found) for title, found in monday.items()} == {
        "Due within three working days": {plain, disputed, advised, held}
    }


def test_at_the_due_date_finance_is_told_once_and_with_whom_it_waits(company: Company, world: World) -> None:
    company.absent(world.anna, "02-01", "03-31", world.bram)
    company.arrive(at("02-20"), number="1", due_on=date(2026, 3, 7))
    friday, tuesday = at("03-06", "08:00"), at("03-10", "08:00")
    monday = at("03-09", "08:00")
    digest = told(world.sanne, monday, before=friday)
    assert titles(digest) == {"Due and still open in the organisation": ["1"]}
    assert digest is not None
    assert digest.sections[0].lines[0].waits_for == "Bram Willems, on behalf of Anna de Vries"
    later = told(world.sanne, tuesday, before=monday)
    assert later is not None
    assert later.is_empty
    bram = told(world.bram, monday, before=friday)
    assert titles(bram) == {"Late": ["1"]}
    assert bram is not None
    assert bram.sections[0].lines[0].named == "Anna de Vries"


def test_what_is_on_hold_is_no_reminder_to_anybody(company: Company, world: World) -> None:
    """Of two that fell due on Saturday Anna put one on hold until the week after."""
    for number in ("1", "2"):
        invoice = company.arrive(at("02-20"), number=number, due_on=date(2026, 3, 7))
    task, friday = company.task(invoice).id, at("03-06", "08:00")
    with member_scope(world.anna, now=friday) as anna:
        until = date(2026, 3, 16)
        put_on_hold(assignment_id=task, remark="De monteur komt", until=until, actor=anna, now=friday)
    monday = at("03-09", "08:00")
    assert titles(told(world.anna, monday, before=friday)) == {"Late": ["1"]}
    assert titles(told(world.sanne, monday, before=friday)) == {
        "Due and still open in the organisation": ["1"]
    }


def test_nobody_is_reminded_of_what_he_cannot_do_or_see(company: Company, world: World) -> None:
    company.arrive(at("02-20"), number="1", due_on=date(2026, 3, 2))
    company.arrive(at("02-20"), number="2", due_on=date(2026, 3, 2), confidential=True)
    assert titles(told(world.anna, MONDAY)) == {"Due within three working days": ["1"]}
    assert titles(told(world.sanne, MONDAY)) == {"Due and still open in the organisation": ["1"]}
    company.withdraw(world.anna, DefaultGroup.APPROVER, at("02-28"))
    company.grant(world.anna, DefaultGroup.READER, at("02-28"))
    digest = told(world.anna, MONDAY)
    assert digest is not None
    assert digest.is_empty


def test_what_one_can_do_by_a_lent_right_alone_is_told_while_it_is_lent(
    company: Company, world: World
) -> None:
    company.absent(world.anna, "03-01", "03-10", world.sanne)
    with company.system():
        hold(world.zwaluw.id)
        lent = LentRight.objects.create(
            organisation=world.zwaluw,
            absence_id=uuid4(),
            lender=world.anna,
            borrower=world.sanne,
            right=Right.APPROVE,
            asked_at=BEFORE,
            answered_at=BEFORE,
            answered_by=world.marit.id,
            is_confirmed=True,
            valid=since(at("03-01", "00:00")),
        )
    invoice = company.arrive(at("03-01"), number="1")
    assert company.task(invoice).holder == world.sanne
    assert titles(told(world.sanne, MONDAY)) == {"New since the last digest": ["1"]}
    with company.system():
        hold(world.zwaluw.id)
        LentRight.objects.filter(id=lent.id).update(ended_at=BEFORE)
    digest = told(world.sanne, MONDAY)
    assert digest is not None
    assert digest.is_empty


def test_away_brings_no_mail_and_the_day_after_what_came_meanwhile(
    company: Company, world: World, run_jobs: RunJobs
) -> None:
    company.arrive(at("02-20"), number="1")
    company.absent(world.anna, "03-01", "03-03", world.bram)
    elsewhere = Company(world, world.beheer)
    assert titles(told(world.anna, MONDAY)) == {}
    elsewhere.absent(world.anna, "03-01", "03-03", world.bram)
    assert told(world.anna, MONDAY) is None
    send(run_jobs, MONDAY)
    assert mails() == []
    assert DigestMark.objects.get(person=world.anna).told_at is None
    assert titles(told(world.anna, at("03-04", "08:00"))) == {"New since the last digest": ["1"]}


def test_a_digest_goes_once_in_his_language_with_links_and_none_when_nothing_waits(
    company: Company, world: World, run_jobs: RunJobs
) -> None:
    first = company.arrive(at("02-20"), number="2026-1", due_on=date(2026, 2, 27))
    company.absent(world.bram, "02-21", "02-22", world.anna)
    wants(world.anna)
    wants(world.bram)
    send(run_jobs, MONDAY, MONDAY, at("03-02", "08:15"))
    (mail,) = mails()
    assert mail.startswith("To: anna@noordgroep.example\nSubject: 1 factuur wacht op jou\n")
    assert mail.count(f"/invoices/{first}/") == 1
    assert "Te laat\n\n27 februari 2026 · Kuipers Installatietechniek B.V. 2026-1" in mail
    assert "/settings/" not in mail
    assert DigestMark.objects.get(person=world.anna).told_at == MONDAY
    wants(world.anna, language="en")
    send(run_jobs, at("03-03", "08:00"))
    assert "Subject: 1 invoice waits for you\n" in mail_to("anna@noordgroep.example")
    assert len(mails()) == 2


def test_hour_and_days_are_set_under_my_settings(world: World) -> None:
    anna = at_desk_of(world.anna)
    sent = {"name": "Anna", "language": "nl", "time_zone": "Europe/Amsterdam"}
    answer = anna.post("/settings/", {**sent, "digest_hour": "6", "digest_days": ["2", "4"]})
    assert answer.status_code == 302
    world.anna.refresh_from_db()
    assert (world.anna.digest_hour, world.anna.digest_days) == (6, [2, 4])
    page = anna.get("/settings/").content.decode()
    assert "Uur van het overzicht" in page
    assert page.count('name="digest_days"') == 7
    assert anna.post("/settings/", {**sent, "digest_hour": "24", "digest_days": ["8"]}).status_code == 422
    anna.post("/settings/", {**sent, "digest_hour": "6"})
    world.anna.refresh_from_db()
    assert world.anna.digest_days == []
    assert due(timezone.now()) == set()
