"""Signing in by an environment's provider, and what such a session may do (rules 1.9)."""

from collections.abc import Callable

import psycopg
import pytest
from django.test import Client
from django.urls import reverse

from tests.provider import SECRET, Provider
from tests.visitor import (
    add_provider,
    begin,
    come_back,
    link_by_page,
    link_person,
    show_recently,
    sign_in_by_password,
    sign_in_by_provider,
)
from tests.world import World

Owner = Callable[[], psycopg.Connection]


def test_who_is_linked_comes_in_and_others_do_not(world: World, provider: Provider) -> None:
    place = add_provider(world, provider)
    client = Client()
    answer = sign_in_by_provider(client, place)
    assert answer.status_code == 403
    assert "nog aan niemand in Omloop gekoppeld" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    link_person(place, provider, world.anna)
    answer = sign_in_by_provider(client, place, "/invoices/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/invoices/")
    assert client.session["_auth_user_id"] == str(world.anna.id)


def test_tables_of_allauth_stay_empty_and_the_secret_is_encrypted(
    world: World, provider: Provider, owner: Owner
) -> None:
    place = add_provider(world, provider)
    link_person(place, provider, world.anna)
    assert sign_in_by_provider(Client(), place).status_code == 302
    with owner() as database:
        for table in ("socialapp", "socialaccount", "socialtoken"):
            assert database.execute(f"SELECT count(*) FROM socialaccount_{table}").fetchone() == (0,)
        rows = database.execute("SELECT p::text FROM environments_signinprovider p").fetchall()
    assert len(rows) == 1
    assert SECRET not in rows[0][0]


def test_only_who_somebody_is_is_asked(world: World, provider: Provider) -> None:
    place = add_provider(world, provider)
    link_person(place, provider, world.anna)
    client = Client()
    address = begin(client, place)
    assert "scope=openid&" in address
    assert "nonce=" in address
    come_back(client, address)
    assert "/userinfo" not in provider.asked
    assert set(provider.asked) == {"/.well-known/openid-configuration", "/authorize", "/token", "/keys"}


def test_one_links_oneself_while_signed_in_and_stays(world: World, provider: Provider) -> None:
    place = add_provider(world, provider)
    client = Client()
    sign_in_by_password(client, world.anna)
    page = client.get(reverse("my_sign_in")).content.decode()
    assert "Noordlogin" in page
    address = reverse("link_identity", args=[place])
    asked = client.get(address)
    assert asked.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert client.post(address).headers["Location"] == address
    show_recently(client)
    assert client.get(address).status_code == 200
    answer = link_by_page(client, place, stays="yes")
    assert answer.headers["Location"] == reverse("my_sign_in")
    assert "opened_by" not in client.session
    assert "gekoppeld" in client.get(reverse("my_sign_in")).content.decode()
    other = Client()
    assert sign_in_by_provider(other, place).status_code == 302
    assert other.session["_auth_user_id"] == str(world.anna.id)


def test_unlinking_ends_the_sessions_that_the_link_opened(world: World, provider: Provider) -> None:
    place = add_provider(world, provider)
    link_person(place, provider, world.anna)
    by_provider, own = Client(), Client()
    sign_in_by_provider(by_provider, place)
    assert by_provider.get("/").status_code == 200
    sign_in_by_password(own, world.anna)
    own.post(reverse("unlink_identity", args=[place]))
    answer = by_provider.get("/")
    assert answer.headers["Location"].startswith(reverse("entrance", args=[place]))
    assert "_auth_user_id" not in by_provider.session
    assert own.get("/").status_code == 200


def test_an_account_at_the_provider_is_of_one_person(world: World, provider: Provider) -> None:
    place = add_provider(world, provider)
    link_person(place, provider, world.bram)
    client = Client()
    sign_in_by_password(client, world.anna)
    show_recently(client)
    answer = link_by_page(client, place)
    assert answer.status_code == 403
    assert "aan iemand anders gekoppeld" in answer.content.decode()
    assert client.session["_auth_user_id"] == str(world.anna.id)


def test_nobody_links_himself_to_an_environment_where_he_has_no_place(
    world: World, provider: Provider
) -> None:
    place = add_provider(world, provider)
    client = Client()
    sign_in_by_password(client, world.otto)
    show_recently(client)
    address = reverse("link_identity", args=[place])
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "account_email", "account_change_password", "account_set_password", "account_reauthenticate",
        "mfa_index", "mfa_add_webauthn", "mfa_activate_totp", "mfa_view_recovery_codes", "my_sign_in",
    ],
)  # fmt: skip
def test_a_session_by_provider_does_not_reach_the_account_itself(
    world: World, provider: Provider, name: str
) -> None:
    """Else whoever can assert Anna at one environment adds a passkey and walks into all of them."""
    place = add_provider(world, provider)
    link_person(place, provider, world.anna)
    client = Client()
    sign_in_by_provider(client, place)
    for answer in (client.get(reverse(name)), client.post(reverse(name), {"email": "x@evil.example"})):
        assert answer.status_code == 403
        assert "Je eigen account is nu dicht" in answer.content.decode()


def test_signing_out_and_in_by_password_opens_the_account_again(world: World, provider: Provider) -> None:
    place = add_provider(world, provider)
    link_person(place, provider, world.anna)
    client = Client()
    sign_in_by_provider(client, place)
    client.post(reverse("account_logout"))
    sign_in_by_password(client, world.anna)
    assert client.get(reverse("mfa_index")).status_code == 200


def test_a_deactivated_person_does_not_come_in(world: World, provider: Provider) -> None:
    place = add_provider(world, provider)
    link_person(place, provider, world.anna)
    world.anna.__class__.objects.filter(id=world.anna.id).update(is_active=False)
    client = Client()
    answer = sign_in_by_provider(client, place)
    assert answer.headers["Location"] == reverse("account_inactive")
    assert "_auth_user_id" not in client.session


def test_guessing_an_entrance_tells_nothing(world: World, provider: Provider) -> None:
    """An environment without a provider answers as one that never was."""
    client = Client()
    without = client.get(reverse("entrance", args=[world.noordgroep_id]))
    never = client.get(reverse("entrance", args=[world.anna.id]))
    assert without.headers["Location"] == never.headers["Location"] == "/account/login/?next=%2F"


def test_the_sign_in_page_remembers_the_entrance(world: World, provider: Provider) -> None:
    place = add_provider(world, provider)
    client = Client()
    assert "Noordlogin" not in client.get(reverse("account_login")).content.decode()
    assert "Noordlogin" in client.get(reverse("entrance", args=[place])).content.decode()
    assert "Noordlogin" in client.get(reverse("account_login")).content.decode()


def test_whoever_tries_without_end_is_told_to_wait(world: World, provider: Provider) -> None:
    address = reverse("provider_start", args=[add_provider(world, provider)])
    client = Client()
    answers = [client.post(address) for _ in range(31)]
    assert {answer.status_code for answer in answers[:30]} == {200}
    assert answers[-1].status_code == 429
    assert "Wacht een minuut" in answers[-1].content.decode()
