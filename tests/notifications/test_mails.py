"""Mails: one job a recipient, by a real mail server, tried again until it takes them."""

import ssl
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
from django.utils import timezone
from procrastinate.jobs import Job

from omloop.audit.actors import Actor
from omloop.config.mail import from_url
from omloop.environments.models import EnvironmentRole
from omloop.environments.services import change_role, end_role
from omloop.flow.story import STORY
from omloop.joining.models import JoinRequest
from omloop.notifications.letters import LETTERS
from omloop.organisations.members import member_scope
from omloop.people import mail
from omloop.people.mailing import Delivery
from omloop.people.models import Person
from omloop.tenancy.scope import tenant_scope
from tests.joining.people import RunJobs, at_desk_of, clear_mails, legible, mail_to, mails
from tests.notifications.mailbox import Mailbox, ask, knows
from tests.running import free_port
from tests.world import World

Owner = Callable[[], psycopg.Connection]
DELIVERY = Delivery(Job(id=1, queue="", lock=None, queueing_lock=None, task_name="a job"))


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate that signed itself for 127.0.0.1, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now, there = datetime.now(UTC), x509.IPAddress(ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([there]), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return certificate, secret


def test_starttls_is_used_and_a_server_that_is_not_trusted_gets_no_mail(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, secret = make_certificate(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, secret)
    box, port = Mailbox(), free_port()
    controller = Controller(
        box, hostname="127.0.0.1", port=port, tls_context=tls, require_starttls=True, authenticator=knows
    )
    controller.start()
    letter: dict[str, Any] = {"to": "anna@noordgroep.example", "language": "nl", "words": {"link": "x"}}
    letter["template"] = "people/mails/registration.txt"
    letter["delivery"] = DELIVERY
    try:
        url = f"smtp://omloop:p%40ss%3Aw%2Frd@127.0.0.1:{port}"
        with override_settings(**from_url(url, host="omloop.example")):
            with pytest.raises(ssl.SSLCertVerificationError):
                mail.send(**letter)
            assert box.letters == []
            monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
            mail.send(**letter)
    finally:
        controller.stop()
    assert [to for _, to, _ in box.letters] == ["anna@noordgroep.example"]


def sending(owner: Owner) -> list[tuple[str, int]]:
    """What became of the jobs that send."""
    with owner() as above:
        return above.execute(
            "SELECT status::text, attempts FROM procrastinate_jobs WHERE task_name = 'notifications.send' "
            "ORDER BY id"
        ).fetchall()


def test_a_mail_reaches_a_real_server_with_sender_subject_and_text(
    world: World, run_jobs: RunJobs, mailbox: Mailbox
) -> None:
    ask(world, world.otto)
    run_jobs()
    assert sorted(to for _, to, _ in mailbox.letters) == [world.marit.email, world.sanne.email]
    sender, to, content = next(each for each in mailbox.letters if each[1] == world.marit.email)
    assert sender == "post@omloop.example"
    assert b"From: Omloop <post@omloop.example>" in content
    assert b"Auto-Submitted: auto-generated" in content
    text = read(content)
    assert text.startswith(f"To: {to}\nSubject: Otto Vermeer wil bij Noordgroep\n")
    assert "Hallo Marit Hoekstra," in text


def test_a_server_that_is_away_is_asked_again_and_nobody_gets_a_mail_twice(
    world: World, run_jobs: RunJobs, mailbox: Mailbox, owner: Owner
) -> None:
    mailbox.away = {world.sanne.email}
    ask(world, world.otto)
    run_jobs()
    assert [to for _, to, _ in mailbox.letters] == [world.marit.email]
    assert sorted(sending(owner)) == [("succeeded", 1), ("todo", 1)]
    mailbox.away = set()
    with owner() as above:
        above.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
    run_jobs()
    assert [to for _, to, _ in mailbox.letters] == [world.marit.email, world.sanne.email]
    assert sorted(sending(owner)) == [("succeeded", 1), ("succeeded", 2)]


def test_who_is_no_administrator_any_more_when_it_is_sent_gets_nothing(
    world: World, run_jobs: RunJobs, mailbox: Mailbox, owner: Owner
) -> None:
    mailbox.away = {world.sanne.email}
    ask(world, world.otto)
    run_jobs()
    mailbox.away = set()
    with tenant_scope(world.marit.id, [], [world.noordgroep_id]):
        end_role(
            environment_id=world.noordgroep_id,
            person_id=world.sanne.id,
            actor=Actor(kind="person", person_id=world.marit.id),
            now=timezone.now(),
        )
    with owner() as above:
        above.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
    run_jobs()
    subjects = [
        read(content).splitlines()[1] for _, to, content in mailbox.letters if to == world.sanne.email
    ]
    assert subjects == ["Subject: Je hoort niet meer bij Noordgroep"]


def test_the_queue_holds_ids_and_no_addresses(world: World, run_jobs: RunJobs, owner: Owner) -> None:
    ask(world, world.otto)
    run_jobs()
    with owner() as above:
        rows = above.execute(
            "SELECT args::text FROM procrastinate_jobs WHERE task_name = 'notifications.send'"
        ).fetchall()
    assert len(rows) == 2
    assert "@" not in str(rows)


def test_a_role_given_and_ended_is_told_in_the_persons_language(world: World, run_jobs: RunJobs) -> None:
    clear_mails()
    Person.objects.filter(id=world.anna.id).update(language="en")
    marit = Actor(kind="person", person_id=world.marit.id)
    with tenant_scope(world.marit.id, [], [world.noordgroep_id]):
        change_role(
            environment_id=world.noordgroep_id,
            person_id=world.anna.id,
            role=EnvironmentRole.Role.ADMINISTRATOR,
            adds_organisations=True,
            actor=marit,
            now=timezone.now(),
        )
    run_jobs()
    text = mail_to(world.anna.email)
    assert "Subject: Your role in Noordgroep has changed" in text
    assert "Marit Hoekstra has made you an administrator of Noordgroep." in text
    assert "You may add organisations." in text


def test_names_are_written_as_they_are_and_cannot_add_a_header(world: World) -> None:
    clear_mails()
    words = {
        "environment": "Bakker & Zn <b>\nBcc: all@example.com",
        "by": "Marit",
        "link": "x",
        "name": "Anna",
    }
    mail.send(
        delivery=DELIVERY,
        to="anna@noordgroep.example",
        language="nl",
        template="notifications/role_ended.txt",
        words=words,
    )
    (text,) = mails()
    assert "Subject: Je hoort niet meer bij Bakker & Zn <b> Bcc: all@example.com" in text


@pytest.mark.parametrize("name", sorted(LETTERS))
def test_every_mail_stands_in_the_story(name: str) -> None:
    assert name in STORY


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", ("mail.example", 587, True, False)),
        ("smtp://mail.example:25?tls=none", ("mail.example", 25, False, False)),
        ("smtps://u:p@mail.example", ("mail.example", 465, False, True)),
    ],
)
def test_a_mail_url_says_where_and_how_safely(url: str, expected: tuple[Any, ...]) -> None:
    found = from_url(url, host="omloop.example")
    names = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS", "EMAIL_USE_SSL")
    assert tuple(found[name] for name in names) == expected
    assert found["DEFAULT_FROM_EMAIL"] == "Omloop <omloop@omloop.example>"


@pytest.mark.parametrize(
    "url", ["http://mail.example", "smtp://", "smtp://u:secret@m.example?tls=maybe", "smtp://m.example?x=1"]
)
def test_a_mail_url_that_makes_no_sense_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        from_url(url, host="omloop.example")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("OMLOOP_URL", "omloop.example", "OMLOOP_URL must look like https://omloop.example.nl"),
        ("OMLOOP_URL", "https://omloop.example/path", "OMLOOP_URL must look like"),
        ("OMLOOP_REGISTRATION", "shut", "OMLOOP_REGISTRATION must be open or closed"),
    ],
)
def test_an_environment_that_makes_no_sense_ends_with_a_sentence(
    name: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    words = [sys.executable, "-c", "import omloop.config.settings"]
    ended = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert sentence in ended.stderr


def test_the_public_address_is_answered_to_and_may_send_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMLOOP_URL", "https://omloop.example/")
    monkeypatch.setenv("OMLOOP_REGISTRATION", "closed")
    question = (
        "from omloop.config import settings as s; "
        "print(s.PUBLIC_URL, 'omloop.example' in s.ALLOWED_HOSTS, s.CSRF_TRUSTED_ORIGINS, "
        "s.REGISTRATION_IS_OPEN)"
    )
    said = subprocess.run([sys.executable, "-c", question], capture_output=True, text=True, timeout=60)
    assert said.stdout.split() == [
        "https://omloop.example",
        "True",
        "['https://omloop.example']",
        "False",
    ]


def test_a_person_who_joins_is_known_to_the_trail_of_the_environment(world: World, run_jobs: RunJobs) -> None:
    ask(world, world.otto)
    run_jobs()
    with tenant_scope(None, [], [world.noordgroep_id]):
        request = JoinRequest.objects.get()
    at_desk_of(world.marit).post(
        f"/environments/{world.noordgroep_id}/requests/{request.id}/", {"answer": "accept"}
    )
    with member_scope(world.otto, now=timezone.now()) as otto:
        assert world.noordgroep_id in otto.belongs_to


def read(content: bytes) -> str:
    """A mail as somebody reads it."""
    return legible(message_from_bytes(content, policy=default))
