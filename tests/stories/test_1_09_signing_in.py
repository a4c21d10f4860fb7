"""How people of a group sign in, told for a bookkeeper (rules 1.9).

Marit administers Noordgroep. Anna approves in Noordgroep, and for Vuurtoren, which is of another environment.
"""

import html
import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from omloop.__main__ import main
from omloop.audit.models import AuditEvent
from omloop.environments.identities import allow_by_invitation
from omloop.environments.providers import find_provider, secret_of
from omloop.organisations.rights import DefaultGroup
from omloop.people.models import Person
from omloop.people.services import add_person
from omloop.tenancy.scope import tenant_scope
from tests.provider import CLIENT_ID, SECRET, Provider, running
from tests.visitor import (
    link_by_page,
    link_person,
    show_recently,
    sign_in_by_password,
    sign_in_by_provider,
)
from tests.world import BEGINNING, World, place

PAGE, REDIRECT = "environment_sign_in", re.compile(r'id="redirect-address" readonly value="([^"]+)"')


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setattr(settings, "OWN_NETWORKS", ("127.0.0.0/8",))
    cache.clear()
    with running() as provider:
        yield provider


def visitor(person: Person) -> Client:
    client = Client()
    sign_in_by_password(client, person)
    return client


def save(client: Client, environment_id: UUID, provider: Provider, **changed: str) -> HttpResponse:
    form = {"name": "Noordlogin", "issuer": provider.issuer, "client_id": CLIENT_ID, "secret": SECRET}
    return client.post(reverse(PAGE, args=[environment_id]), form | changed)


def words(answer: HttpResponse) -> str:
    return re.sub(r"\s+", " ", html.unescape(answer.content.decode()))


def test_an_administrator_adds_a_provider_tries_it_and_makes_it_the_only_way_in(
    world: World, provider: Provider
) -> None:
    page, marit = reverse(PAGE, args=[world.noordgroep_id]), visitor(world.marit)
    shown = REDIRECT.search(marit.get(page).content.decode())
    assert shown
    assert shown[1] == f"http://testserver{reverse('provider_callback', args=[world.noordgroep_id])}"
    assert save(marit, world.noordgroep_id, provider).headers["Location"] == page
    # The page never gives the secret back.
    assert SECRET not in words(marit.get(page))
    # Not before she came in by it herself.
    marit.post(reverse("demand_provider", args=[world.noordgroep_id]), {"demanded": "yes"})
    assert "Log eerst zelf in met de provider" in words(marit.get(page))
    # She signs in with it once: that links her.
    provider.subject = "marit-at-work"
    show_recently(marit)
    answer = link_by_page(marit, world.noordgroep_id, next=page)
    assert answer.headers["Location"] == page
    told = words(marit.get(page))
    assert "Je kwam binnen met Noordlogin: het werkt, en je bent gekoppeld." in told
    assert "Marit Hoekstra" in told
    marit.post(reverse("demand_provider", args=[world.noordgroep_id]), {"demanded": "yes"})
    assert "Je komt alleen binnen met Noordlogin" in words(marit.get(page))


def test_anna_links_herself_and_comes_in_by_the_group_s_own_sign_in(world: World, provider: Provider) -> None:
    save(visitor(world.marit), world.noordgroep_id, provider)
    place(world.anna, world.vuurtoren, DefaultGroup.APPROVER)
    anna = visitor(world.anna)
    assert "Vuurtoren Horeca" in words(anna.get("/"))
    show_recently(anna)
    link_by_page(anna, world.noordgroep_id, stays="yes")
    assert "Vuurtoren Horeca" in words(anna.get("/")), "she goes on in her own session"
    anna.post(reverse("account_logout"))
    sign_in_by_provider(anna, world.noordgroep_id)
    seen = words(anna.get("/"))
    assert "Zwaluw Techniek" in seen
    assert "Vuurtoren Horeca" not in seen, "the group's sign-in opens the group only"


def test_where_the_provider_is_demanded_a_password_opens_nothing_of_it(
    world: World, provider: Provider
) -> None:
    test_an_administrator_adds_a_provider_tries_it_and_makes_it_the_only_way_in(world, provider)
    place(world.anna, world.vuurtoren, DefaultGroup.APPROVER)
    bram, anna = visitor(world.bram), visitor(world.anna)
    assert "Noordgroep vraagt je in te loggen met Noordlogin." in words(bram.get("/"))
    seen = words(anna.get("/"))
    assert "Vuurtoren Horeca" in seen
    assert "Zwaluw Techniek" not in seen
    # The way in is one click, also for who was never linked.
    provider.subject = "bram-at-work"
    show_recently(bram)
    assert link_by_page(bram, world.noordgroep_id, next="/").headers["Location"] == "/"
    assert "Zwaluw Techniek" in words(bram.get("/"))


def test_the_operator_opens_an_environment_whose_provider_is_gone(
    world: World, provider: Provider, capsys: pytest.CaptureFixture[str]
) -> None:
    test_an_administrator_adds_a_provider_tries_it_and_makes_it_the_only_way_in(world, provider)
    bram = visitor(world.bram)
    assert bram.get("/").status_code == 403
    for name, said in (("Zuidgroep", "no Zuidgroep here"), ("Elders", "Elders has no provider")):
        assert main(["environment", "open", name]) == 2
        assert f"Nothing changed: {said}" in capsys.readouterr().out
    assert main(["environment", "open", "Noordgroep"]) == 0
    assert "Noordgroep lets people in without its provider again." in capsys.readouterr().out
    assert bram.get("/").status_code == 200


def test_whoever_was_invited_is_linked_at_his_first_sign_in(world: World, provider: Provider) -> None:
    """What `join` calls once an invitation is accepted: good once, there, and for a quarter of an hour."""
    save(visitor(world.marit), world.noordgroep_id, provider)
    newcomer = add_person(email="nieuw@elders.example", name="Nina Nieuw")
    client = Client()
    session = client.session
    allow_by_invitation(
        session, environment_id=world.noordgroep_id, person_id=newcomer.id, now=timezone.now()
    )
    session.save()
    provider.subject = "nina-at-work"
    assert sign_in_by_provider(client, world.noordgroep_id).status_code == 302
    assert client.session["_auth_user_id"] == str(newcomer.id)
    again = Client()
    provider.subject = "somebody-else"
    session = again.session
    allow_by_invitation(session, environment_id=world.noordgroep_id, person_id=newcomer.id, now=BEGINNING)
    session.save()
    assert sign_in_by_provider(again, world.noordgroep_id).status_code == 403, "too late"
    session = again.session
    allow_by_invitation(session, environment_id=world.elsewhere_id, person_id=newcomer.id, now=timezone.now())
    session.save()
    assert sign_in_by_provider(again, world.noordgroep_id).status_code == 403, "for another environment"


def test_an_administrator_unlinks_somebody(world: World, provider: Provider) -> None:
    marit = visitor(world.marit)
    save(marit, world.noordgroep_id, provider)
    link_person(world.noordgroep_id, provider, world.anna)
    anna = Client()
    sign_in_by_provider(anna, world.noordgroep_id)
    assert anna.get("/").status_code == 200
    marit.post(reverse("unlink_person", args=[world.noordgroep_id, world.anna.id]))
    assert anna.get("/").headers["Location"].startswith(reverse("entrance", args=[world.noordgroep_id]))
    assert sign_in_by_provider(anna, world.noordgroep_id).status_code == 403


def test_the_page_is_for_the_environment_s_administrators(world: World, provider: Provider) -> None:
    page = reverse(PAGE, args=[world.noordgroep_id])
    assert visitor(world.anna).get(page).status_code == 403
    assert visitor(world.otto).get(page).status_code == 404
    for name in ("demand_provider", "remove_provider"):
        assert visitor(world.anna).post(reverse(name, args=[world.noordgroep_id])).status_code == 403
        assert visitor(world.otto).post(reverse(name, args=[world.noordgroep_id])).status_code == 404
    assert (
        visitor(world.marit).post(reverse("remove_provider", args=[world.noordgroep_id])).status_code == 404
    )


@pytest.mark.parametrize(
    "issuer",
    [
        "http://login.noordgroep.example", "https://10.0.0.5/", "https://localhost./", "ftp://x.example",
        "https://169.254.169.254", "https://[::1]/", "https://u:p@x.example/", "login", "https://x.example/?a=b",
    ],
)  # fmt: skip
def test_an_issuer_that_omloop_may_not_ask_is_refused_with_the_reason(
    world: World, provider: Provider, issuer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "OWN_NETWORKS", ())
    answer = save(visitor(world.marit), world.noordgroep_id, provider, issuer=issuer)
    assert answer.status_code == 422
    assert "Omloop kan dit adres niet bevragen" in words(answer) or "staat geen vraagteken" in words(answer)


def test_a_secret_stays_when_none_is_typed_and_the_trail_never_has_it(
    world: World, provider: Provider
) -> None:
    marit = visitor(world.marit)
    save(marit, world.noordgroep_id, provider)
    assert save(marit, world.noordgroep_id, provider, secret="", name="Anders").status_code == 302
    found = find_provider(world.noordgroep_id)
    assert found
    assert (found.name, secret_of(found)) == ("Anders", SECRET)
    with tenant_scope(None, [], [world.noordgroep_id]):
        events = AuditEvent.objects.filter(chain_id=world.noordgroep_id, name="provider.set")
        assert len(events) == 2
        assert not any(SECRET in str(event.detail) for event in events)
