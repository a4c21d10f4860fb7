"""The jobs that send one mail, the timer of the digests, and forgetting old notices."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext
from procrastinate.types import JSONDict

from omloop.audit.models import AuditEvent
from omloop.notifications.digest import digest_of
from omloop.notifications.letter import people_of
from omloop.notifications.letters import LETTERS
from omloop.notifications.notices import forget
from omloop.organisations.members import chain_scope
from omloop.people.digests import take_due, told
from omloop.people.mail import RETRIES, link_to
from omloop.people.mail import send as send_mail
from omloop.people.mailing import Delivery
from omloop.tenancy import directory


@app.task(name="notifications.send", retry=RETRIES, pass_context=True)
def send(context: JobContext, event_id: str, chain_id: str, recipient: str) -> None:
    """Write the mail as things are now, then send it outside the transaction.

    Who is no recipient any more gets nothing. A mail that the server took and this job did not see taken is
    sent twice; its older link then works no more.
    """
    with chain_scope("mail", UUID(chain_id)):
        event = AuditEvent.objects.get(id=event_id)
        letters = [each for each in LETTERS[event.name](event) if each.recipient == recipient]
        ready = [(letter, letter.link()) for letter in letters]
    for letter, link in ready:
        send_mail(
            to=letter.to,
            language=letter.language,
            template=f"notifications/{letter.template}.txt",
            words={**letter.words, "link": link},
            delivery=Delivery.of(context, chain_id),
        )


@app.task(name="notifications.send_test", retry=RETRIES, pass_context=True)
def send_test(context: JobContext, person_id: str) -> None:
    """A mail to who asked whether mails arrive."""
    for person in people_of(UUID(person_id)):
        send_mail(
            to=person.email,
            language=person.language,
            template="notifications/test.txt",
            words={"name": person.name},
            delivery=Delivery.of(context, person_id),
        )


@app.periodic(cron="*/15 * * * *")
@app.task(name="notifications.digests_due", queueing_lock="notifications.digests_due", retry=False)
def digests_due(timestamp: int) -> None:
    """Every quarter of an hour: a job for each person whose hour has come."""
    defer_digests(timezone.now())


def defer_digests(now: datetime) -> None:
    """Mark the day of each as done and defer his job, in one transaction; twice does no harm."""
    with transaction.atomic():
        jobs: list[JSONDict] = [
            {
                "person_id": str(due.person_id),
                "at": now.isoformat(),
                "since": due.since.isoformat() if due.since else "",
            }
            for due in take_due(now)
        ]
        if jobs:
            send_digest.batch_defer(*jobs)


@app.task(name="notifications.send_digest", retry=RETRIES, pass_context=True)
def send_digest(context: JobContext, person_id: str, at: str, since: str) -> None:
    """Tell a person what waits, if something does; while he is away nothing, and then what came meanwhile.

    What the mail server did not take is told in the next digest if no retry succeeds.
    """
    moment = datetime.fromisoformat(at)
    before = datetime.fromisoformat(since) if since else None
    for person in people_of(UUID(person_id)):
        digest = digest_of(person, at=moment, since=before, now=timezone.now())
        if digest is None:
            continue
        if not digest.is_empty:
            send_mail(
                to=person.email,
                language=person.language,
                template="notifications/digest.txt",
                words={"name": person.name, "digest": digest, "link": link_to("worklist")},
                delivery=Delivery.of(context, person_id),
            )
        told(person.id, at=moment)


@app.periodic(cron="43 3 * * *")
@app.task(name="notifications.forget_notices", queueing_lock="notifications.forget_notices", retry=False)
def forget_notices(timestamp: int) -> None:
    """Every night, place by place; a failure needs no retry, the next night is one."""
    forget_old_notices(timezone.now())


def forget_old_notices(now: datetime) -> None:
    """Destroy the notices that were read long ago, each place in a transaction of its own."""
    for chain_id in directory.everything("chain"):
        with chain_scope("notices", chain_id):
            forget(chain_id, now=now)
