"""The page of a mailbox and the list of incoming mail, as who uses them (rules 2.1, 2.12)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from omloop.audit.models import AuditEvent
from omloop.intake.models import Container
from omloop.mailbox.letting_in import keep_mail
from omloop.mailbox.models import Mailbox
from omloop.organisations.members import system_scope
from omloop.people.models import Person
from tests.mailbox.imap_server import PASSWORD, USER, Post
from tests.paper_mail import PDF, mail
from tests.world import World


def as_(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def filled(post: Post, **other: Any) -> dict[str, Any]:
    given = {
        "is_on": "on",
        "host": "localhost",
        "port": post.port,
        "security": "starttls",
        "username": USER,
        "password": PASSWORD,
        "folder": "INBOX",
        "every_minutes": "15",
        "trusted": "@leverancier.example\nA@B.example",
    }
    return given | other


def receive(world: World, *mails: bytes) -> None:
    for number, each in enumerate(mails):
        with system_scope("test", world.zwaluw.id) as actor:
            at = timezone.now() + timedelta(seconds=number)
            keep_mail(organisation_id=world.zwaluw.id, data=each, actor=actor, now=at)


def test_who_manages_settings_switches_a_mailbox_on_and_tries_it(world: World, post: Post) -> None:
    client, address = as_(world.marit), f"/organisations/{world.zwaluw.id}/mailbox/"
    assert "imap.example.nl" in client.get(address).content.decode()
    answered = client.post(address, filled(post, **{"try": "1"}), follow=True).content.decode()
    assert "De verbinding werkt" in answered
    assert PASSWORD.split()[0] not in answered
    with system_scope("test", world.zwaluw.id):
        found = Mailbox.objects.get()
        assert (found.is_on, found.every_minutes) == (True, 15)
        assert found.trusted == ["@leverancier.example", "a@b.example"]
        assert AuditEvent.objects.filter(name="mailbox.changed").exists()
    kept = client.post(address, filled(post, password="", folder="Elders", **{"try": "1"}), follow=True)
    assert "geen map met deze naam" in kept.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": ""},
        {"password": ""},
        {"username": "a\nb"},
        {"folder": "Facturén"},
        {"trusted": "niet een adres"},
        {"port": "0"},
    ],
)
def test_what_can_not_be_is_said_beside_its_field(world: World, post: Post, wrong: dict[str, str]) -> None:
    answer = as_(world.marit).post(f"/organisations/{world.zwaluw.id}/mailbox/", filled(post, **wrong))
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode() or "aria-invalid" in answer.content.decode()


def test_the_secret_address_is_shown_to_who_manages_settings(
    world: World, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    from omloop.config.mailbox import InstallationMailbox

    client, address = as_(world.marit), f"/organisations/{world.zwaluw.id}/mailbox/"
    assert "Hier niet beschikbaar" in client.get(address).content.decode()
    monkeypatch.setattr(settings, "MAILBOX", InstallationMailbox(post.server, "facturen@omloop.example"))
    shown = client.post(f"{address}address/", follow=True).content.decode()
    assert "facturen+" in shown
    assert as_(world.sanne).get(address).status_code == 403


def test_the_list_says_what_came_of_each_part_and_lets_one_answer(
    world: World, run_jobs: Callable[[], None]
) -> None:
    receive(world, mail(("factuur.pdf", PDF), sender="vreemd@elders.example", subject="Eerste factuur"))
    client = as_(world.sanne)
    page = client.get("/documents/incoming/").content.decode()
    assert "vreemd@elders.example" in page
    assert "Eerste factuur" in page
    with system_scope("test", world.zwaluw.id):
        waiting = Container.objects.get()
    answer = {"answer": "let_in", "trust": "on"}
    assert client.post(f"/documents/incoming/{waiting.id}/answer/", answer).status_code == 302
    assert client.post(f"/documents/incoming/{waiting.id}/answer/", answer).status_code == 409
    run_jobs()
    page = client.get("/documents/incoming/").content.decode()
    assert "factuur.pdf" in page
    assert "aangenomen" in page
    original = client.get(f"/documents/incoming/{waiting.id}/original")
    assert original["Content-Disposition"].startswith("attachment")
    assert b"factuur.pdf" in original.content
    assert as_(world.anna).get("/documents/incoming/").status_code == 403
    assert as_(world.otto).get(f"/documents/incoming/{waiting.id}/original").status_code == 404


def test_an_empty_list_teaches_how_to_switch_it_on(world: World) -> None:
    assert (
        "Zet de postbus van Vuurtoren Horeca B.V. aan"
        in as_(world.otto).get("/documents/incoming/").content.decode()
    )


def test_the_number_of_queries_does_not_grow_with_the_mails(world: World) -> None:
    client = as_(world.sanne)
    counts = []
    for size in (1, 9):
        receive(world, *(mail((f"{n}.pdf", PDF), message_id=f"<{size}-{n}@x>") for n in range(size)))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/documents/incoming/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
