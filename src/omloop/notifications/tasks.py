"""The job that sends one mail."""

from uuid import UUID

from procrastinate.contrib.django import app

from omloop.audit.models import AuditEvent
from omloop.notifications.letters import LETTERS
from omloop.organisations.members import chain_scope
from omloop.people.mail import RETRIES
from omloop.people.mail import send as send_mail


@app.task(name="notifications.send", retry=RETRIES)
def send(event_id: str, chain_id: str, recipient: str) -> None:
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
        )
