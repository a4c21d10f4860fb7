"""A mail that can't be taken apart now blocks no other, and is not forgotten (rules 2.1, 2.2, 6.4)."""

from collections.abc import Callable

import psycopg
from django.utils import timezone

from omloop.intake.models import Container, LateArrival
from omloop.mailbox.letting_in import give_up, keep_mail, take_in_kept
from omloop.organisations.members import system_scope
from tests.paper_mail import PDF, mail
from tests.world import World


def letter(n: int) -> bytes:
    return mail((f"{n}.pdf", PDF + b"%d" % n), message_id=f"<{n}@leverancier.example>")


def test_a_mail_that_breaks_the_program_blocks_no_other_and_ends_on_the_list(world: World) -> None:
    with system_scope("test", world.zwaluw.id) as actor:
        keep_mail(organisation_id=world.zwaluw.id, data=letter(1), actor=actor, now=timezone.now())
        Container.objects.update(state=Container.State.RECEIVED)
        container = Container.objects.get()
        give_up(container.id, actor=actor, now=timezone.now())
        give_up(container.id, actor=actor, now=timezone.now())
        container.refresh_from_db()
        assert container.state == "nothing_in_it"
        assert [part.fault for part in container.parts.all()] == ["broken"]


def test_mail_for_an_organisation_that_stands_still_is_looked_at_later_or_kept_aside(
    world: World, owner: Callable[[], psycopg.Connection]
) -> None:
    with system_scope("test", world.zwaluw.id) as actor:
        keep_mail(organisation_id=world.zwaluw.id, data=letter(1), actor=actor, now=timezone.now())
        Container.objects.update(state=Container.State.RECEIVED)
    with owner() as above:
        above.execute("INSERT INTO tenancy_standstill VALUES (%s, 'leaving')", [world.zwaluw.id])
    with system_scope("test", world.zwaluw.id) as actor:
        container = Container.objects.get()
        take_in_kept(container.id, actor=actor, at=timezone.now(), now=timezone.now())
        keep_mail(organisation_id=world.zwaluw.id, data=letter(2), actor=actor, now=timezone.now())
        assert list(Container.objects.values_list("state", flat=True)) == ["received"]
        assert LateArrival.objects.get().filename == "2.pdf"
    with owner() as above:
        waiting = above.execute(
            "SELECT scheduled_at > now() FROM procrastinate_jobs WHERE task_name = 'mailbox.take_in'"
        ).fetchall()
    assert waiting == [(True,)]
