"""Somebody with a browser without script, on his way by a provider."""

import html
import re
from uuid import UUID

import requests
from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from omloop.audit.actors import OPERATOR, Actor
from omloop.environments.identities import link
from omloop.environments.models import EnvironmentRole
from omloop.environments.providers import demand_provider, set_provider
from omloop.environments.services import give_role
from omloop.people.models import Person
from omloop.tenancy.scope import tenant_scope
from tests.provider import CLIENT_ID, SECRET, Provider
from tests.world import BEGINNING, PASSWORD, World

ONWARD = re.compile(r'http-equiv="refresh" content="0; url=([^"]+)"')


def add_provider(world: World, provider: Provider, environment_id: UUID | None = None) -> UUID:
    """Make it the provider of Noordgroep, or of another environment, as its administrator does."""
    place = environment_id or world.noordgroep_id
    administrator = administrator_of(world, place)
    with tenant_scope(administrator.id, [], [place]):
        set_provider(
            environment_id=place,
            name="Noordlogin",
            issuer=provider.issuer,
            client_id=CLIENT_ID,
            secret=SECRET,
            actor=Actor(kind="person", person_id=administrator.id),
            now=BEGINNING,
        )
    return place


def administrator_of(world: World, place: UUID) -> Person:
    """Marit; elsewhere Otto, who is made one again."""
    if place != world.elsewhere_id:
        return world.marit
    with tenant_scope(None, [], [place]):
        give_role(
            environment_id=place,
            person_id=world.otto.id,
            role=EnvironmentRole.Role.ADMINISTRATOR,
            actor=OPERATOR,
            now=timezone.now(),
        )
    return world.otto


def link_person(place: UUID, provider: Provider, person: Person, subject: str = "") -> UUID:
    """Link a person as he does himself; the identity."""
    with tenant_scope(person.id, [], [place]):
        return link(
            environment_id=place,
            issuer=provider.issuer,
            subject=subject or provider.subject,
            actor=Actor(kind="person", person_id=person.id),
            now=BEGINNING,
        ).id


def demand(world: World, provider: Provider, place: UUID) -> None:
    """Make the provider the only way in, as an administrator who came in by it."""
    administrator = administrator_of(world, place)
    identity = link_person(place, provider, administrator, f"{administrator.id}")
    with tenant_scope(administrator.id, [], [place]):
        demand_provider(
            environment_id=place,
            identity_id=identity,
            actor=Actor(kind="person", person_id=administrator.id),
            now=BEGINNING,
        )


def sign_in_by_password(client: Client, person: Person) -> None:
    """By the sign-in page."""
    answer = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    assert client.session["_auth_user_id"] == str(person.id)


def begin(client: Client, place: UUID, next_address: str = "/") -> str:
    """Press the button at the entrance; the provider's address to which one is sent."""
    answer = client.post(reverse("provider_start", args=[place]), {"next": next_address})
    return onward(answer.content.decode())


def onward(page: str) -> str:
    found = ONWARD.search(page)
    assert found, page
    return html.unescape(found[1])


def come_back(client: Client, address: str):  # type: ignore[no-untyped-def]
    """Let the provider ask who one is; the answer of the page to which it sends back."""
    back = requests.get(address, allow_redirects=False, timeout=5).headers["Location"]
    return client.get(back.removeprefix("http://testserver"))


def sign_in_by_provider(client: Client, place: UUID, next_address: str = "/"):  # type: ignore[no-untyped-def]
    """All the way; the last answer."""
    return come_back(client, begin(client, place, next_address))


def link_by_page(client: Client, place: UUID, **form: str):  # type: ignore[no-untyped-def]
    """By the page that links, having shown recently who one is; the last answer."""
    answer = client.post(reverse("link_identity", args=[place]), form)
    return come_back(client, onward(answer.content.decode()))


def show_recently(client: Client) -> None:
    """As if one had just given one's password once more."""
    session = client.session
    request = HttpRequest()
    request.session = session
    record_authentication(
        request, Person.objects.get(pk=session["_auth_user_id"]), method="password", reauthenticated=True
    )
    session.save()
