"""Registering (rules 1.2): prove the address, then found an environment, or ask the one that is there."""

import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client, override_settings
from django.utils import timezone

from omloop.audit.actors import Actor
from omloop.environments.models import Environment, EnvironmentDomain, EnvironmentRole
from omloop.environments.services import add_domain, set_joining
from omloop.joining.models import JoinRequest
from omloop.joining.newcomers import make_own_environment
from omloop.organisations.members import Member, member_scope
from omloop.people.models import Person
from omloop.people.services import add_person
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope
from tests.joining.people import (
    RunJobs,
    ask_for_link,
    at_desk_of,
    clear_mails,
    forget_visits,
    link_in,
    mail_to,
    mails,
    register,
    said,
)
from tests.world import BEGINNING, PASSWORD, World


@pytest.fixture(autouse=True)
def fresh() -> None:
    forget_visits()
    clear_mails()


def administrator(person: Person, environment_id: Any) -> Member:
    return Member(
        kind="person",
        person_id=person.id,
        environments=frozenset({environment_id}),
        belongs_to=frozenset({environment_id}),
    )


def give_domain(world: World, domain: str = "noordgroep.example", *, at_once: bool = False) -> None:
    """Noordgroep holds a domain."""
    marit = administrator(world.marit, world.noordgroep_id)
    with tenant_scope(world.marit.id, [], [world.noordgroep_id]):
        add_domain(
            environment_id=world.noordgroep_id,
            domain=domain,
            proven=[domain],
            person_id=world.marit.id,
            actor=marit,
            now=BEGINNING,
        )
        set_joining(environment_id=world.noordgroep_id, joins_by_domain=at_once, actor=marit, now=BEGINNING)


def requests(world: World) -> list[tuple[str, str]]:
    with tenant_scope(None, [], [world.noordgroep_id]):
        return list(JoinRequest.objects.order_by("asked_at").values_list("person__name", "state"))


def test_before_the_address_is_proven_there_is_nothing(world: World, run_jobs: RunJobs) -> None:
    before = Person.objects.count()
    mail = ask_for_link("eva@nieuw.example", run_jobs)
    assert "Subject: Maak je registratie bij Omloop af" in mail
    Client().get(link_in(mail))
    assert Person.objects.count() == before
    assert not directory.environments_of("domain", "nieuw.example")


def test_a_new_domain_becomes_an_environment_of_which_he_is_administrator(
    world: World, run_jobs: RunJobs
) -> None:
    eva = register("eva@de-boer-groep.example", "Eva Smit", run_jobs)
    page = said(eva.get("/", follow=True))
    assert 'value="De Boer Groep"' in page
    made = eva.post(
        "/welcome/environment/", {"name": "De Boer", "domain": "de-boer-groep.example"}, follow=True
    )
    assert "De omgeving is er" in said(made)
    person = Person.objects.get(email="eva@de-boer-groep.example")
    with member_scope(person, now=timezone.now()) as member:
        (place,) = member.environments
        assert member.adds_to == {place}
        assert [each.domain for each in EnvironmentDomain.objects.all()] == ["de-boer-groep.example"]
        assert EnvironmentDomain.objects.get().environment.name == "De Boer"


def test_a_second_person_of_the_domain_asks_and_an_administrator_accepts(
    world: World, run_jobs: RunJobs
) -> None:
    give_domain(world)
    eva = register("eva@noordgroep.example", "Eva Smit", run_jobs)
    page = said(eva.get("/", follow=True))
    assert "Marit Hoekstra is gevraagd je toe te laten" in page
    assert requests(world) == [("Eva Smit", "open")]
    run_jobs()
    mail = mail_to("marit@noordgroep.example")
    assert "Subject: Eva Smit wil bij Noordgroep" in mail
    marit = at_desk_of(world.marit)
    assert "Eva Smit" in said(marit.get(link_in(mail)))
    with tenant_scope(None, [], [world.noordgroep_id]):
        request = JoinRequest.objects.get()
    address = f"/environments/{world.noordgroep_id}/requests/{request.id}/"
    assert "Toegelaten." in said(marit.post(address, {"answer": "accept"}, follow=True))
    run_jobs()
    assert "Marit Hoekstra heeft je toegelaten" in mail_to("eva@noordgroep.example")
    person = Person.objects.get(email="eva@noordgroep.example")
    with member_scope(person, now=timezone.now()) as member:
        assert member.belongs_to == {world.noordgroep_id}
        assert not member.environments
        assert not member.rights, "a place in an environment shows no organisation"
    assert eva.get("/").status_code == 200
    assert "al beantwoord" in said(marit.post(address, {"answer": "decline"}, follow=True))


def test_a_declined_request_says_so_and_leaves_no_place(world: World, run_jobs: RunJobs) -> None:
    give_domain(world)
    eva = register("eva@noordgroep.example", "Eva Smit", run_jobs)
    with tenant_scope(None, [], [world.noordgroep_id]):
        request = JoinRequest.objects.get()
    at_desk_of(world.marit).post(
        f"/environments/{world.noordgroep_id}/requests/{request.id}/", {"answer": "decline"}
    )
    run_jobs()
    assert "heeft je verzoek" in mail_to("eva@noordgroep.example")
    assert "Je verzoek is afgewezen" in said(eva.get("/", follow=True))
    assert requests(world) == [("Eva Smit", "declined")]


def test_who_withdraws_his_request_may_ask_again(world: World, run_jobs: RunJobs) -> None:
    give_domain(world)
    eva = register("eva@noordgroep.example", "Eva Smit", run_jobs)
    with tenant_scope(None, [], [world.noordgroep_id]):
        request = JoinRequest.objects.get()
    eva.post(f"/welcome/requests/{request.id}/")
    assert "Vraag om bij Noordgroep te horen" in said(eva.get("/welcome/"))
    eva.post("/welcome/ask/")
    eva.post("/welcome/ask/")
    assert requests(world) == [("Eva Smit", "withdrawn"), ("Eva Smit", "open")]


def test_with_the_setting_a_person_of_the_domain_joins_at_once(world: World, run_jobs: RunJobs) -> None:
    give_domain(world, at_once=True)
    eva = register("eva@noordgroep.example", "Eva Smit", run_jobs)
    assert eva.get("/").status_code == 200
    assert requests(world) == []


@pytest.mark.parametrize(
    "address", ["eva@gmail.com", "eva@ziggo.nl", "eva@klant.xs4all.nl", "eva@KPNMAIL.nl"]
)
def test_a_shared_domain_never_joins_by_domain(world: World, run_jobs: RunJobs, address: str) -> None:
    eva = register(address.lower(), "Eva Smit", run_jobs)
    domain = address.lower().rpartition("@")[2]
    eva.post("/welcome/environment/", {"name": "Eva's kantoor", "domain": domain})
    with member_scope(Person.objects.get(name="Eva Smit"), now=timezone.now()) as member:
        assert len(member.environments) == 1
        assert not EnvironmentDomain.objects.exists()
    assert not directory.environments_of("domain", domain)
    tom = register(f"tom@{domain}", "Tom Visser", run_jobs)
    assert "Je wordt de beheerder" in said(tom.get("/welcome/"))
    assert "Eva" not in said(tom.get("/welcome/"))


def test_a_domain_that_he_did_not_prove_is_not_taken_along(world: World, run_jobs: RunJobs) -> None:
    eva = register("eva@nieuw.example", "Eva Smit", run_jobs)
    eva.post("/welcome/environment/", {"name": "Nieuw", "domain": "vanbuiten.example"})
    assert not directory.environments_of("domain", "vanbuiten.example")


def same(page: str) -> str:
    """The page without what differs at every visit."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)


def test_nobody_learns_who_has_an_account(world: World, run_jobs: RunJobs) -> None:
    known = Client().post("/account/signup/", {"email": "anna@noordgroep.example"}, follow=True)
    unknown = Client().post("/account/signup/", {"email": "eva@nieuw.example"}, follow=True)
    assert known.status_code == unknown.status_code == 200
    assert same(said(known)) == same(said(unknown))
    run_jobs()
    assert "Je hebt een Omloop-account" in mail_to("anna@noordgroep.example")
    assert len(mails()) == 2


def test_a_link_makes_one_account_and_takes_over_none(world: World, run_jobs: RunJobs) -> None:
    link = link_in(ask_for_link("eva@nieuw.example", run_jobs))
    Client().post(link, {"name": "Eva Smit", "password": PASSWORD})
    again = Client().post(link, {"name": "Mallory", "password": "another long password"}, follow=True)
    assert "Je hebt al een account" in said(again)
    eva = Person.objects.get(email="eva@nieuw.example")
    assert (eva.name, eva.check_password(PASSWORD)) == ("Eva Smit", True)


def test_a_forged_or_old_link_makes_nothing(world: World, run_jobs: RunJobs) -> None:
    link = link_in(ask_for_link("eva@nieuw.example", run_jobs))
    forged = Client().post(link[:-3] + "xx/", {"name": "Eva", "password": PASSWORD})
    assert forged.status_code == 410
    assert "werkt niet meer" in said(forged)
    assert not Person.objects.filter(name="Eva").exists()


def test_a_weak_password_is_refused_with_the_reason(world: World, run_jobs: RunJobs) -> None:
    link = link_in(ask_for_link("eva@nieuw.example", run_jobs))
    answer = Client().post(link, {"name": "Eva Smit", "password": "kort"})
    assert answer.status_code == 422
    assert "wachtwoord is te kort" in said(answer)


def test_the_operator_can_shut_registering(world: World) -> None:
    with override_settings(REGISTRATION_IS_OPEN=False):
        assert Client().get("/account/signup/").status_code == 403
        shut = Client().post("/account/signup/", {"email": "eva@nieuw.example"})
    assert shut.status_code == 403
    assert "alleen op uitnodiging" in said(shut)


def test_one_address_gets_one_mail_however_often_it_is_asked(world: World, run_jobs: RunJobs) -> None:
    for _ in range(4):
        Client().post("/account/signup/", {"email": "eva@nieuw.example"})
    run_jobs()
    assert len(mails()) == 1


def test_no_link_of_a_mail_is_in_the_queue_or_the_trail(
    world: World, run_jobs: RunJobs, owner: Callable[[], Any]
) -> None:
    token = link_in(ask_for_link("eva@nieuw.example", run_jobs)).split("/")[-2]
    with owner() as above:
        queue = above.execute("SELECT args::text FROM procrastinate_jobs").fetchall()
        trail = above.execute("SELECT audit_event::text FROM audit_event").fetchall()
    assert queue
    assert token not in f"{queue}{trail}"


def test_two_who_register_a_new_domain_at_the_same_instant_make_one_environment(world: World) -> None:
    people = [
        add_person(email=f"{name}@nieuw.example", name=name.title(), password=PASSWORD)
        for name in ("eva", "tom")
    ]
    start, made = threading.Barrier(2), []

    def found(person: Person) -> None:
        start.wait()
        try:
            made.append(
                make_own_environment(
                    person,
                    name=person.name,
                    domain="nieuw.example",
                    actor=Actor(kind="person", person_id=person.id),
                    now=timezone.now(),
                )
            )
        finally:
            connections.close_all()

    threads = [threading.Thread(target=found, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (environment,) = [each for each in made if each]
    assert len(made) == 2
    assert directory.environments_of("domain", "nieuw.example") == [environment.id]
    with tenant_scope(None, [], [environment.id]):
        assert Environment.objects.count() == 1
        (founder,) = EnvironmentRole.objects.values_list("person_id", flat=True)
        assert list(JoinRequest.objects.values_list("person_id", "state")) == [
            (next(p.id for p in people if p.id != founder), "open")
        ]


def test_the_welcome_page_is_no_dead_end_and_only_for_who_has_no_place(world: World) -> None:
    nora = add_person(email="nora@gmail.com", name="Nora Nergens")
    client = at_desk_of(nora)
    assert client.get("/").headers["Location"] == "/welcome/"
    page = said(client.get("/welcome/"))
    for way in ("Een eigen omgeving", "Ben je uitgenodigd?", "Uitloggen"):
        assert way in page
    assert at_desk_of(world.anna).get("/welcome/").headers["Location"] == "/"
    assert Client().get("/welcome/").headers["Location"].startswith("/account/login/")


def test_links_in_mails_begin_with_the_public_address(world: World, run_jobs: RunJobs) -> None:
    assert settings.PUBLIC_URL in ask_for_link("eva@nieuw.example", run_jobs)
