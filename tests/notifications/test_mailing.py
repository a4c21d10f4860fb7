"""The health of mailing: what was sent, what waits and why, what failed, what is refused (rules 3.13)."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from omloop.cli import mail as command
from omloop.notifications.kinds import KINDS
from omloop.notifications.queries import health_of_all
from omloop.notifications.tasks import send, send_test
from omloop.people.mailing import forget, refused_since
from omloop.people.models import Mail
from omloop.people.tasks import send_registration_link
from tests.joining.people import RunJobs, at_desk_of
from tests.notifications.mailbox import Mailbox, ask, make_administrator
from tests.world import PASSWORD, World

MAILS = Path(__file__).parents[2] / "src" / "omloop"


def page_of(world: World, client: Client) -> str:
    answer = client.get(reverse("mailing", args=[world.noordgroep_id]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_mail_has_a_name_for_the_list() -> None:
    found = [*MAILS.rglob("templates/notifications/*.txt"), *MAILS.rglob("templates/people/mails/*.txt")]
    assert {path.stem for path in found} - {"mail"} == KINDS.keys()


def test_a_mail_that_waits_stands_there_with_the_servers_words_and_the_moment_of_the_next_try(
    world: World, run_jobs: RunJobs, mailbox: Mailbox
) -> None:
    mailbox.away.add(world.marit.email)
    ask(world, world.otto)
    run_jobs()
    waits, sent = Mail.objects.get(to=world.marit.email), Mail.objects.get(to=world.sanne.email)
    assert (waits.state, waits.tries, waits.answer) == ("waiting", 1, "451 try again later")
    assert waits.next_at and timedelta() < waits.next_at - waits.tried_at < timedelta(seconds=10)
    assert (sent.state, sent.next_at, sent.answer) == ("sent", None, "")
    page = page_of(world, at_desk_of(world.marit))
    assert "451 try again later" in page
    assert "Iemand wil erbij" in page
    assert "Otto Vermeer" not in page  # no text of a mail, and so not who asks


def test_refused_for_good_is_not_tried_again_and_is_sent_again_on_request(
    world: World, run_jobs: RunJobs, mailbox: Mailbox
) -> None:
    mailbox.gone.add(world.marit.email)
    ask(world, world.otto)
    run_jobs()
    mail = Mail.objects.get(to=world.marit.email)
    assert (mail.state, mail.tries, mail.answer) == ("failed", 1, "550 5.1.1 no such mailbox")
    mailbox.gone.clear()
    again = reverse("mail_again", args=[world.noordgroep_id, mail.id])
    assert at_desk_of(world.marit).post(again).status_code == 302
    run_jobs()
    mail.refresh_from_db()
    assert (mail.state, mail.tries) == ("sent", 2)
    assert [to for _, to, _ in mailbox.letters].count(world.marit.email) == 1
    answer = at_desk_of(world.marit).post(again, follow=True).content.decode()
    assert "Er is niets veranderd" in answer
    run_jobs()
    assert [to for _, to, _ in mailbox.letters].count(world.marit.email) == 1


def test_two_refusals_in_a_row_mark_the_address_and_one_taken_mail_ends_that(
    world: World, run_jobs: RunJobs, mailbox: Mailbox
) -> None:
    mailbox.gone.add(world.anna.email)
    marit = at_desk_of(world.marit)
    signs_in = {"login": world.anna.email, "password": PASSWORD}
    anna = at_desk_of(world.anna)
    mail_anna(world, run_jobs)
    assert refused_since([world.anna.email]) == {}
    mail_anna(world, run_jobs)
    assert list(refused_since([world.anna.email])) == [world.anna.email]
    assert "mail wordt geweigerd sinds" in marit.get(reverse("people")).content.decode()
    assert "anna@noordgroep.example" in page_of(world, marit)
    assert "Je eerste adres weigert mail" in anna.get(reverse("my_settings")).content.decode()
    welcome = Client().post(reverse("account_login"), signs_in, follow=True).content.decode()
    assert "Mail aan anna@noordgroep.example wordt geweigerd sinds" in welcome
    mailbox.gone.clear()
    mail_anna(world, run_jobs)
    assert refused_since([world.anna.email]) == {}


def mail_anna(world: World, run_jobs: RunJobs) -> None:
    """A mail like any other."""
    send_test.defer(person_id=str(world.anna.id))
    run_jobs()


def test_a_test_mail_comes_to_who_asks_and_is_counted(
    world: World, run_jobs: RunJobs, mailbox: Mailbox
) -> None:
    marit = at_desk_of(world.marit)
    assert marit.post(reverse("test_mail", args=[world.noordgroep_id])).status_code == 302
    assert "wacht op de eerste poging" in page_of(world, marit)
    run_jobs()
    assert [to for _, to, _ in mailbox.letters] == [world.marit.email]
    page = page_of(world, marit)
    assert "Testmail" in page
    assert "wacht op de eerste poging" not in page
    assert "Elke mail is verstuurd" in page


def test_a_mail_that_could_not_even_be_written_is_counted(world: World, run_jobs: RunJobs) -> None:
    """Its event can't be read, so that it fails before there is a mail."""
    assert health_of_all(now=timezone.now()).unwritten == 0
    send.defer(event_id=str(uuid4()), chain_id=str(world.noordgroep_id), recipient="")
    run_jobs()
    assert not Mail.objects.exists()
    assert "1 mail kon niet worden geschreven" in page_of(world, at_desk_of(world.marit))
    later = timezone.now() + timedelta(days=8)
    assert (health_of_all(now=timezone.now()).unwritten, health_of_all(now=later).unwritten) == (1, 0)


def test_mails_of_elsewhere_and_of_who_registers_are_not_shown(
    world: World, run_jobs: RunJobs, mailbox: Mailbox
) -> None:
    mailbox.gone.update({world.marit.email, "new@noordgroep.example"})
    send_registration_link.defer(email="new@noordgroep.example", language="nl")
    ask(world, world.otto)
    make_administrator(world.otto, world.elsewhere_id)
    run_jobs()
    otto, marit = at_desk_of(world.otto), at_desk_of(world.marit)
    assert "new@noordgroep.example" not in page_of(world, marit)
    elsewhere = otto.get(reverse("mailing", args=[world.elsewhere_id])).content.decode()
    assert world.marit.email not in elsewhere
    mail = Mail.objects.get(to=world.marit.email)
    assert otto.post(reverse("mail_again", args=[world.elsewhere_id, mail.id])).status_code == 404
    assert otto.get(reverse("mailing", args=[world.noordgroep_id])).status_code == 404
    assert at_desk_of(world.anna).get(reverse("mailing", args=[world.noordgroep_id])).status_code == 403


def test_without_a_mail_server_the_page_says_so(world: World) -> None:
    assert "Er is geen mailserver ingesteld" in page_of(world, at_desk_of(world.marit))


def test_the_number_of_queries_does_not_grow_with_mails(world: World) -> None:
    marit = at_desk_of(world.marit)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            page_of(world, marit)
        return len(counted)

    page_of(world, marit)
    troubled(world, 2)
    few = queries()
    troubled(world, 130)
    assert queries() == few + 1  # how many more than are listed
    assert "En nog 32" in page_of(world, marit)


def troubled(world: World, count: int) -> None:
    """Mails of long ago and of today that were not sent."""
    now, first = timezone.now(), Mail.objects.count()
    Mail.objects.bulk_create(
        Mail(
            job_id=first + number,
            concerns=world.noordgroep_id,
            kind="digest",
            to=f"{number}@noordgroep.example",
            state=Mail.State.FAILED,
            first_at=now,
            tried_at=now,
            answer="[Errno 111] Connection refused",
        )
        for number in range(count)
    )


def test_the_operator_sees_all_on_the_command_line_and_old_mails_are_forgotten(world: World) -> None:
    troubled(world, 2)
    said = "\n".join(command.lines(health_of_all(now=timezone.now())))
    assert "Mail server: none" in said
    assert "failed  1@noordgroep.example  digest  1 tries  [Errno 111] Connection refused" in said
    Mail.objects.filter(job_id=0).update(tried_at=timezone.now() - timedelta(days=31))
    forget(now=timezone.now())
    assert Mail.objects.count() == 1
