"""A second step after the password; its secrets are kept encrypted (rules 1.9)."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.test import Client
from django.urls import reverse

from omloop.people.ciphers import cipher_for
from tests.provider import Provider
from tests.visitor import add_provider, link_person, show_recently, sign_in_by_password, sign_in_by_provider
from tests.world import PASSWORD, World


def code_of(secret: str) -> str:
    """What the authenticator app shows now."""
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


@pytest.fixture
def secret(world: World) -> str:
    """Anna has an authenticator app; what it holds."""
    client = Client()
    sign_in_by_password(client, world.anna)
    show_recently(client)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    found = re.search(r'value="([A-Z2-7]{32})"', page)
    assert found
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(found[1])})
    assert answer.status_code == 302
    return found[1]


def by_password(client: Client, world: World) -> str:
    answer = client.post(reverse("account_login"), {"login": world.anna.email, "password": PASSWORD})
    return str(answer.headers["Location"])


def test_secrets_of_second_factors_are_encrypted(
    world: World, secret: str, owner: Callable[[], psycopg.Connection]
) -> None:
    with owner() as database:
        rows = dict(database.execute("SELECT type, data FROM mfa_authenticator").fetchall())
        kept = database.execute("SELECT m::text FROM mfa_authenticator m").fetchall()
    written = " ".join(row for (row,) in kept)
    assert set(rows) == {"totp", "recovery_codes"}
    assert secret not in written
    assert get_adapter().decrypt(rows["totp"]["secret"]) == secret
    seed = get_adapter().decrypt(rows["recovery_codes"]["seed"])
    assert len(seed) > 20
    assert seed not in written


def test_a_secret_of_one_purpose_is_no_secret_of_another() -> None:
    kept = cipher_for("sign-in provider of one").encrypt(b"secret")
    with pytest.raises(InvalidToken):
        cipher_for("sign-in provider of two").decrypt(kept)
    assert cipher_for("sign-in provider of one").decrypt(kept) == b"secret"


def test_after_the_password_the_code_is_asked(world: World, secret: str) -> None:
    client = Client()
    assert by_password(client, world) == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session
    assert client.get("/").headers["Location"].startswith(reverse("account_login"))
    wrong = "000000" if code_of(secret) != "000000" else "111111"
    assert client.post(reverse("mfa_authenticate"), {"code": wrong}).status_code == 200
    assert "_auth_user_id" not in client.session
    # The code that activated the app is used up; one of the recovery codes is as good.
    with_recovery = Client()
    by_password(with_recovery, world)
    answer = with_recovery.post(reverse("mfa_authenticate"), {"code": recovery_code(world)})
    assert answer.status_code == 302
    assert with_recovery.session["_auth_user_id"] == str(world.anna.id)


def recovery_code(world: World) -> str:
    from allauth.mfa.models import Authenticator

    kept = Authenticator.objects.get(user=world.anna, type=Authenticator.Type.RECOVERY_CODES)
    return str(kept.wrap().get_unused_codes()[0])


def test_after_a_code_by_mail_the_second_step_is_asked_too(world: World, secret: str) -> None:
    client = Client()
    client.post(reverse("account_request_login_code"), {"email": world.anna.email})
    mails = sorted(Path(settings.EMAIL_FILE_PATH).glob("*.log"), key=lambda path: path.stat().st_mtime)
    code = re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", mails[-1].read_text(), re.MULTILINE)
    assert code
    answer = client.post(reverse("account_confirm_login_code"), {"code": code[0]})
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


def test_whoever_comes_by_a_provider_is_asked_there_and_not_by_us(
    world: World, secret: str, provider: Provider
) -> None:
    place = add_provider(world, provider)
    link_person(place, provider, world.anna)
    client = Client()
    assert sign_in_by_provider(client, place).headers["Location"] == "/"
    assert json.dumps(client.session["opened_by"]).count(str(place)) == 1
