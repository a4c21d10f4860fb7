"""What a session sees by the door that it came through (rules 1.9)."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from omloop.audit.actors import OPERATOR, Actor
from omloop.environments.models import Environment
from omloop.environments.providers import remove_provider, set_provider, stop_demanding
from omloop.environments.services import give_role
from omloop.organisations.doors import Door, SessionOver
from omloop.organisations.members import Member, member_scope
from omloop.organisations.models import Organisation
from omloop.organisations.rights import DefaultGroup, Right
from omloop.organisations.services import grant, withdraw
from omloop.people.models import Person
from omloop.tenancy.scope import tenant_scope
from tests.provider import CLIENT_ID, Provider
from tests.strangers.victim import key_for
from tests.visitor import add_provider, demand, link_person, sign_in_by_password, sign_in_by_provider
from tests.world import BEGINNING, World, make_document, place

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
def both(world: World, provider: Provider) -> Person:
    """Anna, who approves in Noordgroep and in Vuurtoren elsewhere, linked at Noordgroep's provider."""
    add_provider(world, provider)
    place(world.anna, world.vuurtoren, DefaultGroup.APPROVER)
    return world.anna


def seen(person: Person, door: Door | None) -> tuple[Member, set[str], set[str]]:
    """The member, and the organisations and environments that the database itself shows."""
    with member_scope(person, now=NOW, door=door) as member:
        organisations = set(Organisation.objects.values_list("name", flat=True))
        environments = set(Environment.objects.values_list("name", flat=True))
    return member, organisations, environments


NORTH = {"Zwaluw Techniek B.V.", "Noord Beheer B.V."}


def test_a_session_of_a_provider_sees_its_environment_only(
    world: World, provider: Provider, both: Person
) -> None:
    identity = link_person(world.noordgroep_id, provider, both)
    member, organisations, environments = seen(both, Door(world.noordgroep_id, identity))
    assert (organisations, environments) == (NORTH, {"Noordgroep"})
    assert set(member.rights) == {world.zwaluw.id, world.beheer.id}
    assert member.identity_id == identity
    assert not member.can(Right.APPROVE, world.vuurtoren.id)


def test_any_other_session_sees_all_while_nothing_is_demanded(world: World, both: Person) -> None:
    member, organisations, environments = seen(both, Door())
    assert organisations == NORTH | {"Vuurtoren Horeca B.V."}
    assert environments == {"Noordgroep", "Elders"}
    assert member.shut == frozenset()


def test_what_is_demanded_is_shut_to_any_other_session(
    world: World, provider: Provider, both: Person
) -> None:
    demand(world, provider, world.noordgroep_id)
    member, organisations, environments = seen(both, Door())
    assert (organisations, environments) == ({"Vuurtoren Horeca B.V."}, {"Elders"})
    assert set(member.rights) == {world.vuurtoren.id}
    assert member.shut == {world.noordgroep_id}


def test_what_is_demanded_is_shut_to_a_member_without_a_place_in_the_environment_too(
    world: World, provider: Provider
) -> None:
    """A partner: he is member of one organisation and has no role beside it."""
    add_provider(world, provider)
    with tenant_scope(None, [world.zwaluw.id]):
        grant(
            organisation_id=world.zwaluw.id,
            person_id=world.otto.id,
            group=DefaultGroup.READER,
            actor=OPERATOR,
            now=BEGINNING,
        )
    assert "Zwaluw Techniek B.V." in seen(world.otto, Door())[1]
    demand(world, provider, world.noordgroep_id)
    member, organisations, _ = seen(world.otto, Door())
    assert organisations == {"Vuurtoren Horeca B.V."}
    assert member.shut == {world.noordgroep_id}
    identity = link_person(world.noordgroep_id, provider, world.otto, "otto")
    _, organisations, environments = seen(world.otto, Door(world.noordgroep_id, identity))
    assert (organisations, environments) == ({"Zwaluw Techniek B.V."}, set())


def test_a_provider_elsewhere_does_not_open_what_demands_another(
    world: World, provider: Provider, both: Person
) -> None:
    demand(world, provider, world.noordgroep_id)
    add_provider(world, provider, world.elsewhere_id)
    identity = link_person(world.elsewhere_id, provider, both, "anna-elsewhere")
    assert seen(both, Door(world.elsewhere_id, identity))[1] == {"Vuurtoren Horeca B.V."}
    with pytest.raises(SessionOver):
        seen(both, Door(world.noordgroep_id, identity))


def test_a_command_or_key_comes_by_no_door(world: World, provider: Provider, both: Person) -> None:
    demand(world, provider, world.noordgroep_id)
    assert seen(both, None)[1] >= NORTH


def test_a_connection_key_goes_on_working(world: World, provider: Provider) -> None:
    add_provider(world, provider)
    key = key_for(world.sanne, world.zwaluw.id)
    with tenant_scope(None, [world.zwaluw.id]):
        document = make_document(world.zwaluw)
    demand(world, provider, world.noordgroep_id)
    answer = Client().get(
        reverse("api:show_document", args=[document.id]), headers={"Authorization": f"Bearer {key}"}
    )
    assert answer.status_code == 200


def change(world: World, **changed: str) -> None:
    actor = Actor(kind="person", person_id=world.marit.id)
    known = {"name": "Noordlogin", "issuer": "https://x.example", "client_id": CLIENT_ID, "secret": ""}
    with tenant_scope(world.marit.id, [], [world.noordgroep_id]):
        set_provider(environment_id=world.noordgroep_id, **(known | changed), actor=actor, now=NOW)


def drop(world: World) -> None:
    actor = Actor(kind="person", person_id=world.marit.id)
    with tenant_scope(world.marit.id, [], [world.noordgroep_id]):
        remove_provider(environment_id=world.noordgroep_id, actor=actor, now=NOW)


@pytest.mark.parametrize("happens", [change, drop], ids=["another issuer", "removed"])
def test_a_provider_changed_or_removed_ends_its_sessions_at_the_next_request(
    world: World, provider: Provider, happens: object
) -> None:
    place_id = add_provider(world, provider)
    link_person(place_id, provider, world.anna)
    client = Client()
    sign_in_by_provider(client, place_id)
    assert client.get("/").status_code == 200
    happens(world)  # type: ignore[operator]
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("entrance", args=[place_id]))
    assert "_auth_user_id" not in client.session


def test_another_name_or_secret_ends_nothing(world: World, provider: Provider) -> None:
    place_id = add_provider(world, provider)
    link_person(place_id, provider, world.anna)
    client = Client()
    sign_in_by_provider(client, place_id)
    change(world, issuer=provider.issuer, name="Onze aanmelding", secret="a new one")
    assert client.get("/").status_code == 200


def test_withdrawn_rights_are_gone_in_a_session_of_a_provider(world: World, provider: Provider) -> None:
    identity = link_person(add_provider(world, provider), provider, world.anna)
    door = Door(world.noordgroep_id, identity)
    assert world.zwaluw.id in seen(world.anna, door)[0].rights
    with tenant_scope(None, [world.zwaluw.id]):
        withdraw(
            organisation_id=world.zwaluw.id,
            person_id=world.anna.id,
            group=DefaultGroup.APPROVER,
            actor=Actor(kind="person", person_id=world.marit.id),
            now=NOW,
        )
    member, _, _ = seen(world.anna, door)
    assert set(member.rights) == {world.beheer.id}


def test_demanding_shuts_running_sessions_and_shows_the_way_in(
    world: World, provider: Provider, both: Person
) -> None:
    place_id = world.noordgroep_id
    client = Client()
    sign_in_by_password(client, world.bram)
    assert client.get("/").status_code == 200
    demand(world, provider, place_id)
    answer = client.get("/invoices/")
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Noordgroep vraagt je in te loggen met Noordlogin." in page
    assert f"{reverse('link_identity', args=[place_id])}?next=/invoices/" in page
    link_person(place_id, provider, world.bram)
    page = client.get("/invoices/").content.decode()
    assert f'action="{reverse("provider_start", args=[place_id])}"' in page
    answer = sign_in_by_provider(client, place_id, "/invoices/")
    assert answer.headers["Location"] == "/invoices/"
    assert client.get("/").status_code == 200


def test_where_something_is_open_only_what_is_behind_the_door_is_not_there(
    world: World, provider: Provider, both: Person
) -> None:
    demand(world, provider, world.noordgroep_id)
    client = Client()
    sign_in_by_password(client, both)
    assert client.get("/").status_code == 200
    answer = client.get(reverse("invoice", args=[UUID(int=1)]))
    assert answer.status_code == 404
    assert "Niet hier, of achter een deur" in answer.content.decode()
    assert "Noordgroep vraagt je" in client.get(reverse("doors")).content.decode()
    assert client.get(reverse("mfa_index")).status_code == 200


def test_whoever_is_shut_out_can_still_sign_out_and_choose_his_language(
    world: World, provider: Provider
) -> None:
    demand(world, provider, add_provider(world, provider))
    client = Client()
    sign_in_by_password(client, world.bram)
    assert client.get(reverse("my_sign_in")).status_code == 200
    assert client.post(reverse("choose_language"), {"language": "en"}).status_code == 302
    assert "asks you to sign in with" in client.get("/").content.decode()
    assert client.post(reverse("account_logout")).status_code == 302


def test_what_is_no_longer_demanded_is_open_again(world: World, provider: Provider) -> None:
    demand(world, provider, add_provider(world, provider))
    with tenant_scope(world.marit.id, [], [world.noordgroep_id]):
        stop_demanding(
            environment_id=world.noordgroep_id,
            actor=Actor(kind="person", person_id=world.marit.id),
            now=NOW,
        )
    assert seen(world.anna, Door())[1] == NORTH


def test_a_door_costs_one_query_at_most_however_many_environments(
    world: World, provider: Provider, both: Person
) -> None:
    def count(door: Door | None) -> int:
        with CaptureQueriesContext(connection) as queries, member_scope(both, now=NOW, door=door):
            pass
        return len(queries)

    without = count(None)
    assert count(Door()) == without + 1
    identity = link_person(world.noordgroep_id, provider, both)
    by_provider = Door(world.noordgroep_id, identity)
    assert count(by_provider) == without + 2, "the question, and telling the database"
    demand(world, provider, world.noordgroep_id)
    assert count(Door()) == without + 2
    with tenant_scope(None, [], [world.elsewhere_id]):
        give_role(
            environment_id=world.elsewhere_id,
            person_id=both.id,
            actor=Actor(kind="operator"),
            now=NOW,
        )
    assert count(Door()) == without + 2
