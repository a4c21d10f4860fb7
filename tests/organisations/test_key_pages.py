"""Connection keys on an organisation's page: made for oneself, shown once, taken back (rules 1.5, 1.11)."""

import re

from django.test import Client
from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.organisations.keys import holder_of
from omloop.organisations.models import ConnectionKey
from omloop.organisations.services import make_connection_key
from omloop.people.models import Person
from omloop.tenancy.scope import tenant_scope
from tests.world import World


def at_desk_of(person: Person) -> Client:
    client = Client(headers={"accept-language": "nl"})
    client.force_login(person)
    return client


def page_of(world: World) -> str:
    return f"/organisations/{world.zwaluw.id}/"


def make(world: World, person: Person, name: str = "boekhouding") -> tuple[int, str]:
    response = at_desk_of(person).post(f"{page_of(world)}keys/", {"name": name})
    return response.status_code, response.content.decode()


def test_who_manages_makes_a_key_for_himself_and_sees_its_text_once(world: World) -> None:
    status, page = make(world, world.marit)
    assert status == 200
    text = re.search(r'value="(oml_[\w-]+)"', page)
    assert text is not None
    found = holder_of(text[1])
    assert found is not None
    assert found[1] == world.marit
    shown = at_desk_of(world.marit).get(page_of(world)).content.decode()
    assert "boekhouding" in shown
    assert text[1] not in shown


def test_who_manages_nothing_makes_no_key(world: World) -> None:
    assert make(world, world.anna)[0] == 403
    assert make(world, world.otto)[0] == 404
    with tenant_scope(None, [world.zwaluw.id]):
        assert not ConnectionKey.objects.exists()


def test_a_key_without_a_name_is_asked_again(world: World) -> None:
    status, page = make(world, world.marit, name=" ")
    assert status == 422
    assert "Waarvoor is de sleutel?" in page


def test_a_key_is_revoked_by_its_holder_and_by_who_manages_members(world: World) -> None:
    for who in (world.anna, world.marit):
        with tenant_scope(None, [world.zwaluw.id]):
            key, text = key_of_anna(world)
        assert at_desk_of(world.sanne).post(f"{page_of(world)}keys/{key.id}/revoke/").status_code == 403
        assert holder_of(text) is not None
        assert at_desk_of(who).post(f"{page_of(world)}keys/{key.id}/revoke/").status_code == 302
        assert holder_of(text) is None


def test_a_member_sees_his_own_keys_only(world: World) -> None:
    with tenant_scope(None, [world.zwaluw.id]):
        key_of_anna(world)
    assert "scanner van Anna" in at_desk_of(world.anna).get(page_of(world)).content.decode()
    assert "scanner van Anna" not in at_desk_of(world.sanne).get(page_of(world)).content.decode()


def key_of_anna(world: World) -> tuple[ConnectionKey, str]:
    return make_connection_key(
        organisation_id=world.zwaluw.id,
        holder=world.anna,
        name="scanner van Anna",
        actor=OPERATOR,
        now=timezone.now(),
    )
