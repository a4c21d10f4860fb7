"""Having the mails of an event sent: one job a recipient, so that a retry troubles nobody else."""

from procrastinate.contrib.django import app

from omloop.audit.models import AuditEvent
from omloop.notifications.letters import LETTERS


def announce(event: AuditEvent) -> None:
    """Defer a job for each mail, in the open transaction; ids only: the words are found when it is sent."""
    task = app.configure_task("notifications.send", allow_unknown=False)
    for letter in LETTERS[event.name](event):
        task.defer(event_id=str(event.id), chain_id=str(event.chain_id), recipient=letter.recipient)
