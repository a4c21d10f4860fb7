"""A plan is seen as far as the session's door leads (rules 1.9)."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from omloop.people.models import Person
from tests.provider import Provider, running
from tests.relocation.removal import Removal
from tests.visitor import add_provider, demand, link_person, sign_in_by_password, sign_in_by_provider


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setattr(settings, "OWN_NETWORKS", ("127.0.0.0/8",))
    cache.clear()
    with running() as provider:
        yield provider


@pytest.fixture
def page(removal: Removal) -> str:
    """The address of a plan that waits for Otto of Elders, who administers that environment."""
    removal.propose(to_name="", to_email=removal.world.otto.email)
    removal.ask()
    return f"/environments/{removal.world.noordgroep_id}/moves/{removal.plan_id}/"


def by_password(person: Person) -> Client:
    client = Client()
    sign_in_by_password(client, person)
    return client


def test_who_came_in_by_a_provider_sees_plans_of_that_environment_only(
    removal: Removal, page: str, provider: Provider
) -> None:
    world = removal.world
    assert by_password(world.otto).get(page).status_code == 200
    add_provider(world, provider, world.elsewhere_id)
    link_person(world.elsewhere_id, provider, world.otto)
    otto = Client()
    sign_in_by_provider(otto, world.elsewhere_id)
    assert otto.get("/").status_code == 200
    assert otto.get(page).status_code == 404, "the plan is Noordgroep's, and not yet one of Elders"


def test_who_came_in_by_the_own_provider_sees_the_plan(
    removal: Removal, page: str, provider: Provider
) -> None:
    world = removal.world
    add_provider(world, provider)
    link_person(world.noordgroep_id, provider, world.marit)
    marit = Client()
    sign_in_by_provider(marit, world.noordgroep_id)
    assert marit.get(page).status_code == 200


def test_an_environment_that_demands_its_provider_is_spoken_for_by_no_other_session(
    removal: Removal, page: str, provider: Provider
) -> None:
    world = removal.world
    marit = by_password(world.marit)
    assert marit.get(page).status_code == 200
    add_provider(world, provider)
    demand(world, provider, world.noordgroep_id)
    assert marit.get(page).status_code == 404
    assert marit.post(f"{page}withdraw/").status_code in (403, 404)
    assert removal.plan().state == "asked"
