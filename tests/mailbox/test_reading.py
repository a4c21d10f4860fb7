"""Mail is stored, committed, and only then marked: nothing lost, nothing twice (rules 2.1, 2.12)."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core import mail as outbox
from django.utils import timezone

from omloop.config.mailbox import InstallationMailbox
from omloop.intake.models import Container, Document
from omloop.mailbox.changing import change_mailbox, renew_address
from omloop.mailbox.letting_in import answer_mail
from omloop.mailbox.models import Mailbox
from omloop.mailbox.reading import read_installation_mailbox, read_mailbox, try_server
from omloop.mailbox.refusals import AlreadyAnswered
from omloop.mailbox.secrets import address_with, unseal
from omloop.mailbox.tasks import due_mailboxes
from omloop.organisations.members import member_scope, system_scope
from omloop.organisations.models import Organisation
from omloop.outgoing.imap import Security
from tests.mailbox.imap_server import PASSWORD, USER, Post, behind_tls, post_office
from tests.paper_mail import PDF, mail
from tests.world import World

TRUSTED = ["@leverancier.example"]


def switch_on(organisation: Organisation, post: Post, **settings_: Any) -> None:
    given = {"is_on": True, "host": "localhost", "port": post.port, "security": "starttls"}
    given |= {"username": USER, "folder": "INBOX", "trusted": TRUSTED}
    with system_scope("test", organisation.id) as actor:
        change_mailbox(
            organisation_id=organisation.id,
            settings=given | settings_,
            password=PASSWORD,
            actor=actor,
            now=timezone.now(),
        )


def read(organisation: Organisation, run_jobs: Callable[[], None]) -> None:
    read_mailbox(organisation.id, now=timezone.now())
    run_jobs()


def documents(organisation: Organisation) -> list[str]:
    with system_scope("test", organisation.id):
        return sorted(Document.objects.values_list("filename", flat=True))


def states(organisation: Organisation) -> list[str]:
    with system_scope("test", organisation.id):
        return list(Container.objects.order_by("id").values_list("state", flat=True))


def pdf(n: int) -> bytes:
    return PDF + b"%% %d\n" % n


def letter(n: int, **more: Any) -> bytes:
    return mail((f"{n}.pdf", pdf(n)), message_id=f"<{n}@leverancier.example>", **more)


def test_mail_of_a_trusted_sender_becomes_documents_and_is_marked_as_read(
    world: World, post: Post, run_jobs: Callable[[], None]
) -> None:
    post.deliver(mail(("a.pdf", pdf(1)), ("b.pdf", pdf(2))), letter(3))
    switch_on(world.zwaluw, post)
    read(world.zwaluw, run_jobs)
    assert documents(world.zwaluw) == ["3.pdf", "a.pdf", "b.pdf"]
    assert post.unread() == 0
    post.deliver(letter(4))
    read(world.zwaluw, run_jobs)
    read(world.zwaluw, run_jobs)
    assert documents(world.zwaluw) == ["3.pdf", "4.pdf", "a.pdf", "b.pdf"]
    assert states(world.zwaluw) == ["taken_in"] * 3
    with system_scope("test", world.zwaluw.id):
        found = Mailbox.objects.get()
        assert (found.trouble, unseal(found.password)) == ("", PASSWORD)
        assert PASSWORD not in found.password


def test_the_same_mailbox_under_new_numbers_brings_nothing_twice(
    world: World, post: Post, tmp_path: Path, run_jobs: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = letter(1), letter(2)
    post.deliver(first, second)
    switch_on(world.zwaluw, post)
    read(world.zwaluw, run_jobs)
    with post_office(tmp_path) as again:
        monkeypatch.setattr(settings, "MAILBOX_CERTIFICATES", str(again.certificate))
        again.deliver(first, letter(3), second)
        with system_scope("test", world.zwaluw.id):
            before = Mailbox.objects.get().uidvalidity
        with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
            owner.execute("UPDATE mailbox_mailbox SET port = %s", [again.port])
        read(world.zwaluw, run_jobs)
        with system_scope("test", world.zwaluw.id):
            assert Mailbox.objects.get().uidvalidity != before
    assert documents(world.zwaluw) == ["1.pdf", "2.pdf", "3.pdf"]
    assert len(states(world.zwaluw)) == 3


def test_a_reader_killed_at_any_moment_loses_nothing_and_brings_nothing_twice(
    world: World, post: Post, run_jobs: Callable[[], None]
) -> None:
    post.deliver(*map(letter, range(12)))
    switch_on(world.zwaluw, post)
    kills = 0
    for pause in (0.0, 0.05, 0.1, 0.15, 0.2, 0.3):
        kills += kill_a_reader(world.zwaluw, post, pause)
    read(world.zwaluw, run_jobs)
    assert documents(world.zwaluw) == sorted(f"{n}.pdf" for n in range(12))
    assert states(world.zwaluw) == ["taken_in"] * 12
    assert post.unread() == 0
    assert kills >= 3


def kill_a_reader(organisation: Organisation, post: Post, pause: float) -> bool:
    """Start a process that reads the mailbox, and kill it so long after it began; whether it still ran."""
    program = (
        "import django; django.setup(); from django.conf import settings; from django.utils import timezone\n"
        "from uuid import UUID; from omloop.mailbox.reading import read_mailbox\n"
        f"settings.OWN_NETWORKS, settings.MAILBOX_CERTIFICATES = ('127.0.0.0/8', '::1/128'), "
        f"{str(post.certificate)!r}\n"
        f"print('begun', flush=True); read_mailbox(UUID({str(organisation.id)!r}), now=timezone.now())"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        assert process.stdout and process.stdout.readline() == b"begun\n"
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        return process.wait() == -signal.SIGKILL


def test_mail_of_an_unknown_sender_waits_and_is_let_in_or_refused_by_hand(
    world: World, post: Post, run_jobs: Callable[[], None]
) -> None:
    post.deliver(*(letter(n, sender=f"vreemd{n}@elders.example") for n in (1, 2)), letter(3, sender="geen"))
    switch_on(world.zwaluw, post)
    read(world.zwaluw, run_jobs)
    assert (states(world.zwaluw), documents(world.zwaluw)) == (["waiting"] * 3, [])
    assert post.unread() == 0
    with member_scope(world.sanne, now=timezone.now()) as sanne:
        first, second, _ = Container.objects.order_by("id")
        answer_mail(first.id, lets_in=True, trusts=True, actor=sanne, now=timezone.now())
        answer_mail(second.id, lets_in=False, actor=sanne, now=timezone.now())
    run_jobs()
    assert states(world.zwaluw) == ["taken_in", "refused", "waiting"]
    assert documents(world.zwaluw) == ["1.pdf"]
    with pytest.raises(AlreadyAnswered), member_scope(world.sanne, now=timezone.now()) as sanne:
        answer_mail(second.id, lets_in=True, actor=sanne, now=timezone.now())
    post.deliver(letter(4, sender="vreemd1@elders.example"))
    read(world.zwaluw, run_jobs)
    assert documents(world.zwaluw) == ["1.pdf", "4.pdf"]


def test_what_a_confidential_mailbox_brings_is_hidden_before_anyone_sees_it(
    world: World, post: Post, run_jobs: Callable[[], None]
) -> None:
    post.deliver(letter(1), letter(2, sender="vreemd@elders.example"))
    switch_on(world.zwaluw, post, is_confidential=True)
    read(world.zwaluw, run_jobs)
    assert len(states(world.zwaluw)) == 2
    with member_scope(world.sanne, now=timezone.now()):
        assert not Container.objects.exists()
        assert not Document.objects.exists()


def test_the_sender_of_a_mail_without_an_invoice_is_told_once_an_hour_and_no_machine_is(
    world: World, post: Post, run_jobs: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")
    outbox.outbox = []
    post.deliver(
        mail(subject="Zonder bijlage", message_id="<a@x>"),
        mail(("brief.docx", b"brief"), subject="Nog een keer", message_id="<b@x>"),
        mail(sender="robot@leverancier.example", message_id="<c@x>", Auto_Submitted="auto-generated"),
        mail(sender="lijst@leverancier.example", message_id="<d@x>", List_Id="<nieuws.example>"),
        mail(sender="vreemd@elders.example", message_id="<e@x>"),
    )
    switch_on(world.zwaluw, post)
    read(world.zwaluw, run_jobs)
    assert [(sent.to, "Zonder bijlage" in sent.subject) for sent in outbox.outbox] == [
        (["facturen@leverancier.example"], True)
    ]
    assert "Er is geen bijlage" in outbox.outbox[0].body
    assert "There is no attachment" in outbox.outbox[0].body
    assert outbox.outbox[0].extra_headers["Auto-Submitted"].startswith("auto-")
    with system_scope("test", world.zwaluw.id):
        assert Container.objects.filter(answered_at__isnull=False).count() == 1
        assert Container.objects.filter(state="nothing_in_it").count() == 4


def test_a_mail_that_is_too_large_stays_in_the_mailbox_and_stands_on_the_list(
    world: World, post: Post, run_jobs: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("omloop.mailbox.reading.MAX_BYTES", 2_000)
    post.deliver(mail(("groot.pdf", PDF * 100)), letter(1))
    switch_on(world.zwaluw, post)
    read(world.zwaluw, run_jobs)
    assert (states(world.zwaluw), documents(world.zwaluw)) == (["too_large", "taken_in"], ["1.pdf"])
    assert post.unread() == 1


def test_one_secret_address_leads_to_one_organisation_and_can_be_renewed(
    world: World, post: Post, run_jobs: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = InstallationMailbox(post.server, "facturen@omloop.example")
    monkeypatch.setattr(settings, "MAILBOX", ours)
    addresses = [make_address(place) for place in (world.zwaluw, world.vuurtoren)]
    assert addresses[0].startswith("facturen+")
    post.deliver(
        letter(1, to=addresses[0]),
        letter(2, to="iemand@elders.example", Delivered_To=addresses[1].upper()),
        letter(3, to="facturen+gokje@omloop.example"),
        letter(4, to=", ".join(addresses)),
    )
    for _ in range(2):
        read_installation_mailbox(now=timezone.now())
        run_jobs()
    assert documents(world.zwaluw) == ["1.pdf", "4.pdf"]
    assert documents(world.vuurtoren) == ["2.pdf", "4.pdf"]
    assert [("Flagged" in flags, "Seen" in flags) for flags in post.flags()] == [
        (False, True),
        (False, True),
        (True, True),
        (False, True),
    ]
    make_address(world.zwaluw)
    post.deliver(letter(5, to=addresses[0]))
    read_installation_mailbox(now=timezone.now())
    assert "Flagged" in post.flags()[-1]


def make_address(organisation: Organisation) -> str:
    with system_scope("test", organisation.id) as actor:
        renew_address(organisation_id=organisation.id, actor=actor, now=timezone.now())
        Mailbox.objects.filter(organisation=organisation).update(trusted=TRUSTED)
        return address_with(unseal(Mailbox.objects.get(organisation=organisation).address_secret))


def test_a_server_is_reached_only_where_it_may_be_and_only_in_private(
    post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert try_server(post.server) == ""
    assert try_server(replace(post.server, password="fout")) == "sign_in"
    assert try_server(replace(post.server, folder='Geen "map"')) == "folder"
    assert try_server(replace(post.server, host="127.0.0.1")) == "certificate"
    assert try_server(replace(post.server, port=1)) == "connection"
    with behind_tls(post, tmp_path) as port:
        private = replace(post.server, port=port, security=Security.TLS)
        assert try_server(private) == ""
        assert try_server(replace(private, host="127.0.0.1")) == "certificate"
    monkeypatch.setattr(settings, "MAILBOX_CERTIFICATES", None)
    assert try_server(post.server) == "certificate"
    monkeypatch.setattr(settings, "OWN_NETWORKS", ())
    assert try_server(post.server) == "address"


def test_a_mailbox_is_read_as_often_as_it_says_and_its_trouble_is_shown(world: World, post: Post) -> None:
    switch_on(world.zwaluw, post, port=1)
    now = datetime(2026, 11, 26, 9, tzinfo=UTC)
    assert due_mailboxes(now) == [world.zwaluw.id]
    read_mailbox(world.zwaluw.id, now=now)
    assert due_mailboxes(now + timedelta(minutes=4)) == []
    assert due_mailboxes(now + timedelta(minutes=5)) == [world.zwaluw.id]
    with system_scope("test", world.zwaluw.id):
        assert Mailbox.objects.get().trouble == "connection"
    switch_on(world.zwaluw, post, is_on=False)
    assert due_mailboxes(now + timedelta(hours=1)) == []
