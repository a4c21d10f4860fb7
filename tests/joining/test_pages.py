"""The pages *Omgeving*, *Gebruikers* and *Mijn instellingen*: who gets in, what they show and change."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.audit.models import AuditEvent
from omloop.environments.models import Environment, EnvironmentDomain, EnvironmentRole
from omloop.environments.services import give_role
from omloop.joining.invitations import Offer, invite
from omloop.joining.models import JoinRequest
from omloop.organisations.members import member_scope
from omloop.organisations.rights import DefaultGroup
from omloop.organisations.services import grant
from omloop.people.models import Person
from omloop.people.services import add_person
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope
from tests.joining.people import at_desk_of, said
from tests.world import BEGINNING, World, make_person, place


def make_administrator(person: Person, environment_id: Any) -> None:
    with tenant_scope(None, [], [environment_id]):
        give_role(
            environment_id=environment_id,
            person_id=person.id,
            role=EnvironmentRole.Role.ADMINISTRATOR,
            actor=OPERATOR,
            now=BEGINNING,
        )


def names_on(page: str) -> list[str]:
    """The people of the table."""
    return re.findall(r"<th scope=\"row\">.*?<a [^>]*>([^<]+)</a>", page)


def test_the_menu_leads_to_the_one_environment_or_to_a_list(world: World) -> None:
    marit = at_desk_of(world.marit)
    answer = marit.get("/environments/")
    assert answer.headers["Location"] == f"/environments/{world.noordgroep_id}/"
    page = said(marit.get(answer.headers["Location"]))
    assert re.search(r'href="/environments/" aria-current="page"', page)
    make_administrator(world.marit, world.elsewhere_id)
    page = said(marit.get("/environments/"))
    assert "Elders" in page
    assert "Noordgroep" in page


@pytest.mark.parametrize(
    ("who", "status"),
    [("marit", 200), ("anna", 403), ("otto", 404)],
    ids=["administrator", "basic", "stranger"],
)
def test_the_page_of_an_environment_is_its_administrators(world: World, who: str, status: int) -> None:
    client = at_desk_of(world.people[who])
    assert client.get(f"/environments/{world.noordgroep_id}/").status_code == status
    for path, body in (
        ("name/", {"name": "Gekaapt"}),
        ("joining/", {"joins_by_domain": "on"}),
        ("domains/", {"domain": "noordgroep.example"}),
    ):
        changed = client.post(f"/environments/{world.noordgroep_id}/{path}", body)
        assert changed.status_code == {200: 302}.get(status, status)


def test_name_domain_and_joining_are_set_and_stand_in_the_trail(world: World) -> None:
    marit, address = at_desk_of(world.marit), f"/environments/{world.noordgroep_id}/"
    marit.post(f"{address}name/", {"name": "  Noord \n groep  "})
    marit.post(f"{address}joining/", {"joins_by_domain": "on"})
    marit.post(f"{address}domains/", {"domain": "noordgroep.example"})
    page = said(marit.get(address))
    assert "<h1>Noord groep</h1>" in page
    assert "<b>noordgroep.example</b>" in page
    with tenant_scope(None, [], [world.noordgroep_id]):
        assert Environment.objects.get(id=world.noordgroep_id).joins_by_domain
        found = EnvironmentDomain.objects.get()
        events = set(AuditEvent.objects.filter(person_id=world.marit.id).values_list("name", flat=True))
    assert {"environment.renamed", "environment.joining_set", "environment.domain_added"} <= events
    marit.post(f"{address}domains/{found.id}/")
    assert not directory.environments_of("domain", "noordgroep.example")
    assert "Nog geen domein" in said(marit.get(address))


def test_an_empty_name_and_a_domain_of_others_are_refused_at_their_field(world: World) -> None:
    marit, address = at_desk_of(world.marit), f"/environments/{world.noordgroep_id}/"
    answer = marit.post(f"{address}name/", {"name": "   "})
    assert (answer.status_code, "Geef de omgeving een naam" in said(answer)) == (422, True)
    answer = marit.post(f"{address}domains/", {"domain": "vreemd.example"})
    assert (answer.status_code, "geen bevestigd adres in dit domein" in said(answer)) == (422, True)
    make_administrator(world.otto, world.elsewhere_id)
    at_desk_of(world.otto).post(
        f"/environments/{world.elsewhere_id}/domains/", {"domain": "noordgroep.example"}
    )
    answer = marit.post(f"{address}domains/", {"domain": "noordgroep.example"})
    assert (answer.status_code, "Een andere omgeving heeft dit domein" in said(answer)) == (422, True)
    assert "Elders" not in said(answer)


def test_a_domain_of_a_second_verified_address_can_be_added(world: World) -> None:
    marit, address = at_desk_of(world.marit), f"/environments/{world.noordgroep_id}/domains/"
    EmailAddress.objects.create(user=world.marit, email="m@tweede.example", verified=False)
    assert marit.post(address, {"domain": "tweede.example"}).status_code == 422
    EmailAddress.objects.filter(email="m@tweede.example").update(verified=True)
    assert marit.post(address, {"domain": "tweede.example"}).status_code == 302
    assert marit.post(address, {"domain": "noordgroep.example"}).status_code == 302
    with tenant_scope(None, [], [world.noordgroep_id]):
        assert EnvironmentDomain.objects.count() == 2


def test_the_list_of_people_shows_those_of_my_environment_and_nobody_else(world: World) -> None:
    page = at_desk_of(world.marit).get("/people/").content.decode()
    assert names_on(page) == ["Anna de Vries", "Bram Willems", "Marit Hoekstra", "Sanne Bakker"]
    assert "Otto" not in page
    assert at_desk_of(world.anna).get("/people/").status_code == 403
    assert at_desk_of(add_person(email="nora@gmail.com", name="Nora")).get("/people/").status_code == 404


def test_who_manages_members_of_one_organisation_sees_its_people_without_roles(world: World) -> None:
    with tenant_scope(None, [world.zwaluw.id]):
        grant(
            organisation_id=world.zwaluw.id,
            person_id=world.sanne.id,
            group=DefaultGroup.ADMINISTRATOR,
            actor=OPERATOR,
            now=BEGINNING,
        )
    place(make_person("Willemijn Elders"), world.beheer, DefaultGroup.READER)
    page = at_desk_of(world.sanne).get("/people/").content.decode()
    assert names_on(page) == ["Anna de Vries", "Bram Willems", "Marit Hoekstra", "Sanne Bakker"]
    assert "/role" not in page
    assert f"/environments/{world.noordgroep_id}/people/" not in page


def test_a_role_is_changed_by_the_page_and_ones_own_is_not(world: World) -> None:
    marit, address = at_desk_of(world.marit), f"/environments/{world.noordgroep_id}/people/"
    assert "Niemand wijzigt zijn eigen rol" in said(marit.get(f"{address}{world.marit.id}/"))
    own = marit.post(f"{address}{world.marit.id}/", {"role": "basic"})
    assert (own.status_code, "Vraag het een andere beheerder" in said(own)) == (422, True)
    marit.post(f"{address}{world.anna.id}/", {"role": "administrator", "adds_organisations": "on"})
    with member_scope(world.anna, now=timezone.now()) as anna:
        assert (anna.environments, anna.adds_to) == ({world.noordgroep_id},) * 2
    marit.post(f"{address}{world.anna.id}/end/")
    with member_scope(world.anna, now=timezone.now()) as anna:
        assert not anna.belongs_to
        assert anna.rights, "rights in organisations are other places"


@pytest.mark.parametrize(("who", "status"), [("bram", 403), ("otto", 404)])
def test_others_change_no_role(world: World, who: str, status: int) -> None:
    client = at_desk_of(world.people[who])
    address = f"/environments/{world.noordgroep_id}/people/{world.anna.id}/"
    assert client.get(address).status_code == status
    assert client.post(address, {"role": "administrator"}).status_code == status
    assert client.post(f"{address}end/").status_code == status
    with member_scope(world.anna, now=timezone.now()) as anna:
        assert anna.belongs_to == {world.noordgroep_id}


def test_the_last_administrator_is_told_why_he_cannot_leave(world: World) -> None:
    marit = at_desk_of(world.marit)
    page = said(marit.post(f"/environments/{world.noordgroep_id}/people/{world.marit.id}/end/", follow=True))
    assert "dit is de laatste beheerder" in page
    anna = at_desk_of(world.anna)
    page = said(anna.post(f"/environments/{world.noordgroep_id}/people/{world.anna.id}/end/", follow=True))
    assert "Je hebt de omgeving verlaten" in page


@pytest.mark.parametrize(("who", "status"), [("bram", 403), ("otto", 404)])
def test_others_answer_no_request_and_touch_no_invitation(world: World, who: str, status: int) -> None:
    with member_scope(world.marit, now=timezone.now()) as marit:
        made = invite(
            environment_id=world.noordgroep_id,
            email="eva@vanbuiten.example",
            offer=Offer(),
            language="nl",
            actor=marit,
            now=timezone.now(),
        )
        request = JoinRequest.objects.create(
            environment_id=world.noordgroep_id, person=world.otto, asked_at=BEGINNING
        )
    client = at_desk_of(world.people[who])
    for address in (
        f"/people/invitations/{made.id}/withdraw/",
        f"/people/invitations/{made.id}/again/",
        f"/environments/{world.noordgroep_id}/requests/{request.id}/",
    ):
        assert client.post(address, {"answer": "accept"}).status_code == status
    with tenant_scope(None, [], [world.noordgroep_id]):
        assert JoinRequest.objects.get().state == "open"


def test_my_settings_change_language_and_clock_at_once(world: World) -> None:
    anna = at_desk_of(world.anna)
    assert "anna@noordgroep.example" in said(anna.get("/settings/"))
    sent = {"name": "Anna de Vries-Bos", "language": "en", "time_zone": "Europe/Lisbon", "digest_hour": "7"}
    page = said(anna.post("/settings/", sent, follow=True))
    assert "Your settings are saved." in page
    assert "Anna de Vries-Bos" in page
    wrong = anna.post("/settings/", {**sent, "name": "", "time_zone": "Mars/Base"})
    assert wrong.status_code == 422
    world.anna.refresh_from_db()
    assert (world.anna.name, world.anna.time_zone) == ("Anna de Vries-Bos", "Europe/Lisbon")
    assert Client().get("/settings/").status_code == 302


def test_settings_change_nothing_but_what_is_on_the_page(world: World) -> None:
    sent = {"name": "Anna", "language": "nl", "time_zone": "Europe/Amsterdam", "digest_hour": "8"}
    at_desk_of(world.anna).post("/settings/", {**sent, "email": "x@y.example", "is_active": ""})
    world.anna.refresh_from_db()
    assert (world.anna.email, world.anna.is_active) == ("anna@noordgroep.example", True)


def test_the_number_of_queries_does_not_grow_with_people_requests_and_invitations(world: World) -> None:
    marit = at_desk_of(world.marit)
    addresses = ["/people/", f"/environments/{world.noordgroep_id}/"]

    def queries() -> list[int]:
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as captured:
                assert marit.get(address).status_code == 200
            counts.append(len(captured))
        return counts

    add_things(world, range(1))
    few = queries()
    add_things(world, range(1, 9))
    assert queries() == few


def add_things(world: World, numbers: range) -> None:
    for number in numbers:
        person = add_person(email=f"p{number}@noordgroep.example", name=f"Persoon {number}")
        place(person, world.zwaluw, DefaultGroup.READER)
        asker = add_person(email=f"a{number}@noordgroep.example", name=f"Vrager {number}")
        with member_scope(world.marit, now=timezone.now()) as marit:
            JoinRequest.objects.create(
                environment_id=world.noordgroep_id, person=asker, asked_at=timezone.now()
            )
            invite(
                environment_id=world.noordgroep_id,
                email=f"i{number}@vanbuiten.example",
                offer=Offer(organisation_id=world.zwaluw.id, groups=("reader",)),
                language="nl",
                actor=marit,
                now=timezone.now(),
            )
