"""How somebody is told is his to choose, and no mail per invoice goes unless he wishes it (rules 3.13)."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from omloop.circulation.deciding.forwarding import forward
from omloop.circulation.deciding.taking import give_back, take_task
from omloop.circulation.deciding.taking_back import take_back
from omloop.notifications.choices import Ways, choose
from omloop.notifications.kinds import KINDS
from omloop.notifications.sayings import SAYINGS
from omloop.notifications.topics import MAIL_ALONE, TOPIC_OF
from omloop.organisations.members import member_scope
from omloop.people.models import Person
from tests.circulation.company import Company, at
from tests.joining.people import at_desk_of, mails
from tests.notifications.told import NUMBER, quiet, show_confidential_to, told
from tests.stories.test_3_05_four_eyes import wants
from tests.world import World, make_person

RunJobs = Callable[[], None]


@pytest.fixture
def company(world: World) -> Company:
    return quiet(world)


def test_by_mail_if_wished_and_of_a_confidential_invoice_without_a_word(
    company: Company, world: World, run_jobs: RunJobs
) -> None:
    choose(world.anna.id, {"task": Ways(by_mail=True, in_app=False)})
    show_confidential_to(company, world.anna)
    company.arrive()
    company.arrive(number="geheim-7", supplier_name="Geheim B.V.", confidential=True)
    run_jobs()
    assert told(world.anna) == []
    opened, hidden = sorted(mails(), key=lambda mail: "vertrouwelijke" in mail)
    assert opened.startswith(f"To: {world.anna.email}\nSubject: Nieuwe taak: {NUMBER}\n")
    assert "€ 1.210,00" in opened.replace("\xa0", " ")
    assert "Subject: Nieuwe taak: een vertrouwelijke factuur\n" in hidden
    assert "geheim" not in hidden.lower()
    assert "1.210" not in hidden


def test_no_mail_on_a_day_off_nor_while_away_but_a_notice(
    company: Company, world: World, run_jobs: RunJobs
) -> None:
    today = timezone.localdate()
    wished = {"task": Ways(by_mail=True, in_app=True)}
    choose(world.anna.id, wished)
    choose(world.bram.id, wished)
    company.rule(("approve", world.bram), supplier="De Raaf", priority=2)
    other_days = [day for day in range(1, 8) if day != today.isoweekday()]
    Person.objects.filter(id=world.anna.id).update(digest_days=other_days)
    company.absent(world.bram, today.isoformat(), None, world.anna)
    company.arrive()
    company.arrive(supplier_name="De Raaf")
    run_jobs()
    assert mails() == []
    assert [len(told(person)) for person in (world.anna, world.bram)] == [1, 1]


def test_of_a_group_each_who_can_do_it_and_wishes_a_mail_gets_one_once(
    company: Company, world: World, run_jobs: RunJobs
) -> None:
    """Not who is barred, away or without the right; nobody anew when it is taken and given back."""
    today, carla, dion = timezone.localdate(), make_person("Carla Prins"), make_person("Dion Smit")
    company.rule(
        ("check", world.bram), ("approve", company.group("approver")), supplier="De Raaf", priority=2
    )
    for person in (carla, dion):
        company.grant(person, "approver")
    company.absent(dion, today.isoformat(), None, world.anna)
    for person in (world.anna, world.bram, dion, world.sanne):
        choose(person.id, {"task": Ways(by_mail=True, in_app=True)})
    wants(company, "all")
    invoice = company.arrive(supplier_name="De Raaf")
    company.decide(world.bram, invoice, "check")
    run_jobs()
    (mail,) = mails()
    assert mail.startswith(f"To: {world.anna.email}\n")
    assert "Voor je groep: wie van jullie het eerst is, beslist." in mail
    assert told(world.anna) == [], "it stands on the worklist"
    for act in (take_task, give_back):
        task = company.task(invoice).id
        with member_scope(world.anna, now=at("03-04")) as anna:
            act(assignment_id=task, actor=anna, now=at("03-04"))
    run_jobs()
    assert mails() == [mail]


def test_neither_where_that_may_be_and_by_default_as_before(
    company: Company, world: World, run_jobs: RunJobs
) -> None:
    company.rule(("approve", world.bram), supplier="De Raaf", priority=2)
    choose(world.bram.id, {"task": Ways(by_mail=False, in_app=False)})
    company.arrive(supplier_name="De Raaf")
    task = company.task(company.arrive())
    with member_scope(world.anna, now=at("03-03")) as anna:
        forward(assignment_id=task.id, people=[world.bram.id], actor=anna, now=at("03-03"))
    forwarded = company.task(task.invoice_id)
    with member_scope(world.anna, now=at("03-04")) as anna:
        take_back(assignment_id=forwarded.id, actor=anna, now=at("03-04"))
    run_jobs()
    assert told(world.bram) == [("Anna de Vries heeft een factuur teruggenomen", True)]
    assert ["teruggenomen" in mail for mail in mails()] == [True]


def test_each_chooses_under_my_settings_and_what_waits_for_an_answer_is_never_off(world: World) -> None:
    anna = at_desk_of(world.anna)
    assert "/settings/notices/" in anna.get("/settings/").content.decode()
    page = anna.get("/settings/notices/").content.decode()
    assert page.count('" checked aria') == 15, "eight in the app, seven by mail"
    ticked = {"task_mail": "on", "lending_app": "on", "last_day_mail": "on", "joining_app": "on"}
    assert anna.post("/settings/notices/", ticked).status_code == 302
    page = anna.get("/settings/notices/").content.decode()
    assert page.count('" checked aria') == 4
    del ticked["lending_app"]
    answer = anna.post("/settings/notices/", ticked)
    assert answer.status_code == 422
    assert "hier wachten mensen op je" in answer.content.decode()
    assert anna.get("/settings/notices/").content.decode().count('" checked aria') == 4


def test_every_mail_to_a_person_has_its_notice_but_those_that_are_mails_alone() -> None:
    without_account = {"has_account", "invitation", "mail_without_invoice", "registration", "sales_invoice"}
    without_account |= {"sent_back"}
    asked_by_himself = {"digest", "test"}
    assert set(SAYINGS) == set(KINDS) - MAIL_ALONE - without_account - asked_by_himself
    assert set(TOPIC_OF) <= set(SAYINGS)
