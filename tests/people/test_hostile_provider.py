"""A provider that means harm gets nowhere, and whoever stands before it is told what happened (rules 1.9)."""

import base64
import hmac
import json
import re
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from django.test import Client
from django.urls import reverse

from omloop.outgoing import session as outgoing
from tests.provider import CLIENT_ID, Answer, Provider, make_key, running, signed
from tests.visitor import (
    add_provider,
    begin,
    come_back,
    link_person,
    onward,
    show_recently,
    sign_in_by_password,
    sign_in_by_provider,
)
from tests.world import World

NOBODY = {
    "issuer": "zegt dat hij een andere is",
    "signature": "niet door de provider ondertekend",
    "audience": "voor een andere applicatie gemaakt",
    "expired": "te oud, of de klokken",
    "nonce": "hoort bij een andere aanmelding",
    "malformed": "niet te lezen",
    "no_token": "gaf geen bewijs",
    "unreachable": "antwoordt niet op tijd",
}
LONG_AGO, SOON = int(time.time()) - 3600, int(time.time()) + 3600


def assert_refused(client: Client, answer: Any, why: str) -> None:
    """A clear page, and nobody signed in."""
    page = re.sub(r"\s+", " ", answer.content.decode())
    assert answer.status_code in (403, 502), page
    assert NOBODY[why] in page
    assert "Daarom vertrouwt Omloop niets van dit antwoord, en is niemand ingelogd." in page
    assert "Opnieuw beginnen" in page
    assert "_auth_user_id" not in client.session


@pytest.fixture
def linked(world: World, provider: Provider) -> Any:
    """Anna is linked at the provider of Noordgroep; the environment's id."""
    place = add_provider(world, provider)
    link_person(place, provider, world.anna)
    return place


def test_somebody_elses_verified_address_gets_nowhere(world: World, linked: Any, provider: Provider) -> None:
    provider.subject = "mallory"
    provider.claims = {
        "email": world.anna.email, "email_verified": True, "preferred_username": world.anna.email,
        "name": world.anna.name,
    }  # fmt: skip
    client = Client()
    answer = sign_in_by_provider(client, linked)
    assert answer.status_code == 403
    assert "aan niemand in Omloop gekoppeld" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_the_same_subject_of_another_issuer_is_somebody_else(
    world: World, linked: Any, provider: Provider
) -> None:
    with running(subject=provider.subject, key=provider.key) as hostile:
        elsewhere = add_provider(world, hostile, world.elsewhere_id)
        client = Client()
        answer = sign_in_by_provider(client, elsewhere)
        assert answer.status_code == 403
        assert "_auth_user_id" not in client.session
        # Nor after the administrator puts it in the place of the one by which Anna is linked.
        add_provider(world, hostile)
        assert sign_in_by_provider(client, linked).status_code == 403
    add_provider(world, provider)
    assert sign_in_by_provider(client, linked).status_code == 403, "a link does not come back either"


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "malformed"),
        ({"nonce": 12}, "nonce"),
        ({"aud": "another client"}, "audience"),
        ({"aud": None}, "malformed"),
        ({"aud": [CLIENT_ID, "another client"]}, "audience"),
        ({"azp": "another client"}, "audience"),
        ({"iss": "https://accounts.example"}, "issuer"),
        ({"iss": None}, "malformed"),
        ({"exp": LONG_AGO}, "expired"),
        ({"exp": None}, "malformed"),
        ({"iat": SOON}, "expired"),
        ({"nbf": SOON}, "expired"),
        ({"sub": None}, "malformed"),
        ({"sub": ""}, "malformed"),
        ({"sub": 7}, "malformed"),
        ({"sub": "x" * 256}, "malformed"),
    ],
)
def test_a_token_with_a_wrong_claim_is_refused(
    world: World, linked: Any, provider: Provider, claims: dict[str, Any], why: str
) -> None:
    provider.claims = claims
    client = Client()
    assert_refused(client, sign_in_by_provider(client, linked), why)


def unsigned(claims: dict[str, Any]) -> str:
    return f"{told({'alg': 'none', 'kid': 'one'}, claims)}."


def told(*parts: dict[str, Any]) -> str:
    """What a token says, before its signature."""
    return ".".join(in_letters(json.dumps(part).encode()) for part in parts)


def in_letters(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def by_another_key(claims: dict[str, Any]) -> str:
    return signed(claims, make_key())


def by_a_key_that_is_not_offered(claims: dict[str, Any]) -> str:
    return signed(claims, make_key(), kid="two")


@pytest.mark.parametrize(
    ("sign", "why"),
    [
        (unsigned, "signature"),
        (by_another_key, "signature"),
        (by_a_key_that_is_not_offered, "signature"),
        (lambda claims: unsigned(claims).replace(".", "", 1), "malformed"),
        (lambda claims: "rubbish", "malformed"),
        (lambda claims: 7, "no_token"),
    ],
)
def test_a_token_that_the_provider_did_not_sign_is_refused(
    world: World, linked: Any, provider: Provider, sign: Any, why: str
) -> None:
    provider.sign = sign
    client = Client()
    assert_refused(client, sign_in_by_provider(client, linked), why)


def test_the_public_key_as_a_shared_secret_is_refused(world: World, linked: Any, provider: Provider) -> None:
    """HS256 with the public key: everybody has that."""
    pem = provider.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )

    def by_public_key(claims: dict[str, Any]) -> str:
        said = told({"alg": "HS256", "kid": "one"}, claims)
        return f"{said}.{in_letters(hmac.digest(pem, said.encode(), 'sha256'))}"

    provider.sign = by_public_key
    client = Client()
    assert_refused(client, sign_in_by_provider(client, linked), "signature")


def test_a_shared_secret_among_the_keys_is_no_key(world: World, linked: Any, provider: Provider) -> None:
    secret = b"0123456789abcdef0123456789abcdef"
    provider.sign = lambda claims: signed(claims, secret, "HS256")
    offered = {"kty": "oct", "kid": "one", "k": in_letters(secret)}
    provider.answers["/keys"] = says({"keys": [offered]})
    client = Client()
    assert_refused(client, sign_in_by_provider(client, linked), "signature")


def says(answer: object, status: int = 200) -> Callable[[BaseHTTPRequestHandler], Answer]:
    return lambda handler: (status, "application/json", json.dumps(answer).encode())


def says_text(text: bytes) -> Callable[[BaseHTTPRequestHandler], Answer]:
    return lambda handler: (200, "application/json", text)


def without_end(handler: BaseHTTPRequestHandler) -> Answer:
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b" " * 65_536)
    except OSError:
        return 200, "text/plain", b""


def in_drops(handler: BaseHTTPRequestHandler) -> Answer:
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b" ")
            time.sleep(0.05)
    except OSError:
        return 200, "text/plain", b""


def elsewhere(handler: BaseHTTPRequestHandler) -> Answer:
    handler.send_response(302)
    handler.send_header("Location", "http://169.254.169.254/latest/")
    handler.end_headers()
    return 200, "text/plain", b""


DEAF = {
    "no JSON": (says_text(b"<html>"), "malformed"),
    "no object": (says(["issuer"]), "malformed"),
    "too deep": (says_text(b"[" * 200_000), "malformed"),
    "without addresses": (says({"issuer": "SELF"}), "malformed"),
    "failing": (says({}, 500), "unreachable"),
    "endless": (without_end, "unreachable"),
    "in drops": (in_drops, "unreachable"),
    "elsewhere": (elsewhere, "unreachable"),
}


@pytest.mark.parametrize("how", sorted(DEAF))
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys"])
def test_an_answer_that_is_no_answer_is_refused(
    world: World, linked: Any, provider: Provider, path: str, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "SECONDS", 0.5)
    answer, why = DEAF[how]
    if how == "without addresses":
        answer = says({"issuer": provider.issuer})
        why = {"/token": "no_token", "/keys": "signature"}.get(path, why)
    client = Client()
    if path.startswith("/.well-known"):
        provider.answers[path] = answer
        assert_refused(client, client.post(reverse("provider_start", args=[linked])), why)
        return
    address = begin(client, linked)
    provider.answers[path] = answer
    assert_refused(client, come_back(client, address), why)


def test_a_discovery_that_names_another_issuer_is_refused(
    world: World, linked: Any, provider: Provider
) -> None:
    provider.named_issuer = "https://login.noordgroep.example"
    client = Client()
    assert_refused(client, client.post(reverse("provider_start", args=[linked])), "issuer")


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://x.example/", 7, None])
def test_an_address_to_go_to_that_is_none_is_refused(
    world: World, linked: Any, provider: Provider, address: object
) -> None:
    named = provider.discovery() | {"authorization_endpoint": address}
    provider.answers["/.well-known/openid-configuration"] = says(named)
    client = Client()
    assert_refused(client, client.post(reverse("provider_start", args=[linked])), "malformed")


def test_a_token_endpoint_inside_is_not_asked(world: World, linked: Any, provider: Provider) -> None:
    named = provider.discovery() | {"token_endpoint": "https://169.254.169.254/latest/"}
    provider.answers["/.well-known/openid-configuration"] = says(named)
    client = Client()
    assert_refused(client, sign_in_by_provider(client, linked), "unreachable")


def test_a_state_of_another_session_is_refused(world: World, linked: Any, provider: Provider) -> None:
    """Somebody sends his own way back to Anna, or takes hers."""
    mallory, anna = Client(), Client()
    address = begin(mallory, linked)
    begin(anna, linked)
    answer = come_back(anna, address)
    assert answer.status_code == 403
    assert "niet in deze browser begonnen" in answer.content.decode()
    assert "_auth_user_id" not in anna.session


def test_a_way_back_is_good_once(world: World, linked: Any, provider: Provider) -> None:
    client = Client()
    address = begin(client, linked)
    assert come_back(client, address).status_code == 302
    client.post(reverse("account_logout"))
    assert come_back(client, address).status_code == 403
    assert "_auth_user_id" not in client.session


def test_a_state_of_another_environment_is_refused(world: World, linked: Any, provider: Provider) -> None:
    """Two providers mixed up: what began at one does not end at the other."""
    with running() as hostile:
        add_provider(world, hostile, world.elsewhere_id)
        client = Client()
        state = re.search(r"state=([^&]+)", begin(client, linked))
        assert state
        back = reverse("provider_callback", args=[world.elsewhere_id])
        answer = client.get(back, {"state": state[1], "code": "stolen"})
        assert answer.status_code == 403
        assert "/token" not in hostile.asked
        begun = re.search(r"state=([^&]+)", begin(client, linked))
        assert begun
        back_again = {"state": begun[1], "code": "x", "iss": hostile.issuer}
        assert_refused(client, client.get(reverse("provider_callback", args=[linked]), back_again), "issuer")


def test_whoever_stops_at_the_provider_is_told_so(world: World, linked: Any, provider: Provider) -> None:
    client = Client()
    for error, said in (("access_denied", "bij de provider gestopt"), ("server_error", "laat je niet door")):
        state = re.search(r"state=([^&]+)", begin(client, linked))
        assert state
        answer = client.get(reverse("provider_callback", args=[linked]), {"state": state[1], "error": error})
        assert answer.status_code == 403
        assert said in answer.content.decode()


def test_linking_begun_by_anna_does_not_end_at_bram(world: World, provider: Provider) -> None:
    place = add_provider(world, provider)
    client = Client()
    sign_in_by_password(client, world.anna)
    show_recently(client)
    begun = client.post(reverse("link_identity", args=[place]), {"stays": "yes"})
    session = client.session
    states = session["socialaccount_states"]
    client.logout()
    sign_in_by_password(client, world.bram)
    session = client.session
    session["socialaccount_states"] = states
    session.save()
    answer = come_back(client, onward(begun.content.decode()))
    assert answer.status_code == 403
    assert "niet in deze browser begonnen" in answer.content.decode()


def test_another_site_is_no_page_to_go_on_to(world: World, linked: Any, provider: Provider) -> None:
    client = Client()
    answer = sign_in_by_provider(client, linked, "https://evil.example/")
    assert answer.headers["Location"] == "/"
