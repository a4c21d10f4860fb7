"""What concerns somebody stands in the app once, and vanishes where it is not his to see (rules 4.7)."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from omloop.absences.services import set_absence
from omloop.audit.models import AuditEvent
from omloop.flow.services import go_on
from omloop.notifications import notices as stored
from omloop.notifications.choices import Ways, choose
from omloop.notifications.frame import bell_of
from omloop.notifications.models import Notice
from omloop.notifications.notices import KEPT, KEPT_UNREAD, notices, unread
from omloop.notifications.tasks import forget_old_notices
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from tests.circulation.company import Company, at
from tests.joining.people import at_desk_of, clear_mails, mails
from tests.notifications.mailbox import ask
from tests.notifications.told import NUMBER, newest, quiet, show_confidential_to, told, waiting
from tests.relocation.removal import Choice, Removal
from tests.world import World

RunJobs = Callable[[], None]


@pytest.fixture
def company(world: World) -> Company:
    return quiet(world)


def test_a_task_that_reaches_somebody_stands_among_his_notices_once_also_when_the_job_runs_again(
    company: Company, world: World, run_jobs: RunJobs
) -> None:
    company.arrive()
    run_jobs()
    with company.system():
        event = AuditEvent.objects.get(name="step.opened")
        go_on(event, now=timezone.now())
        go_on(event, now=timezone.now())
    assert told(world.anna) == [(f"Nieuwe taak: {NUMBER}", True)]
    assert waiting(world.anna) == 1
    assert told(world.bram) == told(world.sanne) == []
    assert mails() == [], "no mail per invoice unless wished"


def test_who_stands_in_reads_for_whom_and_both_are_told_of_the_beginning(
    company: Company, world: World, run_jobs: RunJobs
) -> None:
    now = timezone.now()
    with member_scope(world.anna, now=now) as anna:
        days = {"first_on": timezone.localdate(), "last_on": timezone.localdate() + timedelta(days=5)}
        set_absence(person_id=world.anna.id, substitute_id=world.bram.id, actor=anna, now=now, **days)
    company.arrive(now)
    run_jobs()
    assert sorted(text for text, _ in told(world.bram)) == [
        "Je vervangt Anna de Vries",
        f"Nieuwe taak namens Anna de Vries: {NUMBER}",
    ]
    assert [text for text, _ in told(world.anna)] == ["Je afwezigheid is begonnen: Bram Willems vervangt je"]
    assert len(mails()) == 2


def test_who_loses_the_right_sees_neither_notice_nor_number(
    company: Company, world: World, run_jobs: RunJobs
) -> None:
    show_confidential_to(company, world.anna)
    company.arrive(number="geheim-7", confidential=True)
    run_jobs()
    assert "geheim-7" in at_desk_of(world.anna).get("/notices/").content.decode()
    assert waiting(world.anna) == 1
    company.withdraw(world.anna, "sees all")
    notice = first_id(company)
    page = at_desk_of(world.anna).get("/notices/").content.decode()
    assert "geheim-7" not in page
    assert "Nog geen berichten" in page
    assert waiting(world.anna) == 0
    assert at_desk_of(world.anna).post(f"/notices/{notice}/open/").status_code == 404


def test_what_was_decided_asks_no_more_and_who_was_deactivated_is_not_told(
    company: Company, world: World, run_jobs: RunJobs
) -> None:
    company.rule(("approve", world.bram), supplier="De Raaf", priority=2)
    invoice = company.arrive()
    company.arrive(supplier_name="De Raaf")
    company.deactivate(world.bram)
    run_jobs()
    company.decide(world.anna, invoice, "approve")
    assert told(world.anna) == [(f"Nieuwe taak: {NUMBER}", False)]
    assert waiting(world.anna) == 0
    with company.system():
        assert set(Notice.objects.values_list("person_id", flat=True)) == {world.anna.id}
    forget_old_notices(at("03-05"))
    assert newest(world.anna).read_at is not None, "marked at night, so that the bell counts few"


def test_opening_one_marks_it_and_leads_there_and_all_can_be_marked_at_once(
    company: Company, world: World, run_jobs: RunJobs
) -> None:
    invoices = {company.arrive(number=f"2026-{n}") for n in range(3)}
    run_jobs()
    anna, bram = at_desk_of(world.anna), at_desk_of(world.bram)
    address = f"/notices/{newest(world.anna).id}/open/"
    assert anna.get(address).status_code == 405
    assert bram.post(address).status_code == 404
    assert anna.post(address)["Location"] in {f"/invoices/{invoice}/" for invoice in invoices}
    assert waiting(world.anna) == 2
    page = anna.get("/notices/").content.decode()
    assert page.count("data-unread") == 2
    assert "2 ongelezen berichten" in page
    assert bram.post("/notices/read/").status_code == 302
    assert waiting(world.anna) == 2
    anna.post("/notices/read/")
    assert waiting(world.anna) == 0
    assert "Je hebt alles gelezen" in anna.get("/notices/").content.decode()


def test_pages_of_notices_follow_each_other_and_cost_the_same_however_many(
    company: Company, world: World, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "PAGE", 3)
    anna = at_desk_of(world.anna)
    spent = []
    for many in (2, 2):
        for _ in range(many):
            company.arrive()
        run_jobs()
        with CaptureQueriesContext(connection) as queries:
            page = anna.get("/notices/").content.decode()
        spent.append(len(queries))
    assert spent[0] == spent[1]
    with member_scope(world.anna, now=timezone.now()) as member:
        rows, following = notices(member)
        rest, end = notices(member, after=following)
        assert [len(rows), len(rest), end] == [3, 1, None]
        assert [row.told_at for row in rows + rest] == sorted(
            (row.told_at for row in rows + rest), reverse=True
        )
        with CaptureQueriesContext(connection) as counted:
            assert unread(member) == 4
        assert len(counted) == 1
    (onward,) = re.findall(r'href="(/notices/\?after=[^"]+)"', page)
    older = anna.get(onward).content.decode()
    assert older.count('class="row"') == 1
    end_of_all = {"after": f"{rest[0].told_at.isoformat()}_{rest[0].id}"}
    assert "Er is niets ouders" in anna.get("/notices/", end_of_all).content.decode()
    assert anna.get("/notices/", {"after": "yesterday_1"}).content.decode().count('class="row"') == 3


def test_the_bell_says_how_many_up_to_a_bound_and_is_silent_outside_a_scope(
    company: Company, world: World, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.arrive()
    run_jobs()
    page = at_desk_of(world.anna).get("/").content.decode()
    assert '1<span class="said"> ongelezen</span>' in page
    monkeypatch.setattr("omloop.notifications.frame.MOST", 1)
    assert ">99+<" in at_desk_of(world.anna).get("/").content.decode()
    assert bell_of(HttpRequest()).text == ""


def test_what_was_read_long_ago_is_destroyed_and_the_rest_stays(
    company: Company, world: World, run_jobs: RunJobs
) -> None:
    now = timezone.now()
    for _ in range(4):
        company.arrive()
    run_jobs()
    with company.system():
        hold(world.zwaluw.id)
        old, recent, ancient, new = Notice.objects.order_by("id").values_list("id", flat=True)
        Notice.objects.filter(id=old).update(read_at=now - KEPT - timedelta(hours=1))
        Notice.objects.filter(id=recent).update(read_at=now - KEPT + timedelta(hours=1), told_at=now - KEPT)
        Notice.objects.filter(id=ancient).update(told_at=now - KEPT_UNREAD - timedelta(hours=1))
        Notice.objects.filter(id=new).update(told_at=now)
    forget_old_notices(now)
    with company.system():
        assert list(Notice.objects.order_by("id").values_list("id", flat=True)) == [recent, new]


def test_what_concerns_an_environment_is_told_to_its_administrators_while_they_are(
    world: World, run_jobs: RunJobs
) -> None:
    choose(world.sanne.id, {"joining": Ways(by_mail=True, in_app=False)})
    clear_mails()
    ask(world, world.otto)
    run_jobs()
    assert len(mails()) == 2
    assert told(world.marit) == [("Otto Vermeer wil bij Noordgroep", True)]
    assert told(world.sanne) == told(world.otto) == []
    marit = at_desk_of(world.marit)
    answer = marit.post(f"/notices/{newest(world.marit).id}/open/")
    assert answer["Location"] == f"/environments/{world.noordgroep_id}/"
    assert waiting(world.marit) == 0


def test_notices_go_along_with_a_move_and_who_stays_sees_none_of_them(
    world: World, run_jobs: RunJobs
) -> None:
    company = Company(world, world.zwaluw)
    removal = Removal(world, run_jobs)
    company.rule(("approve", world.anna))
    removal.arrive(1)
    company.rule(("approve", removal.yusuf), priority=2)
    removal.arrive(2)
    assert [waiting(person) for person in (world.anna, removal.yusuf)] == [1, 1]
    removal.propose()
    removal.choose(sanne=Choice.LEAVES, successors={world.anna: removal.yusuf, world.bram: removal.yusuf})
    assert removal.move().state == "done", removal.plan().stopped_because
    assert waiting(world.anna) == 0
    assert told(world.anna) == []
    assert "Nieuwe taak: MOVE supplier MOVE-2" in [text for text, _ in told(removal.yusuf)]
    assert "Zwaluw Techniek B.V. is verhuisd, met alles" in [text for text, _ in told(world.marit)]
    assert (
        str(removal.plan_id)
        in at_desk_of(world.marit).post(f"/notices/{newest(world.marit).id}/open/")["Location"]
    )


def first_id(company: Company) -> Any:
    with company.system():
        return Notice.objects.get().id
