"""The timer of mailboxes and watched folders: one job each, so that a slow one holds up no other."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.job_context import JobContext
from procrastinate.types import JSONValue

from omloop.mailbox import folders, letting_in
from omloop.mailbox.changing import MAILBOXES
from omloop.mailbox.models import Mailbox
from omloop.mailbox.reading import NAME, read_installation_mailbox, read_mailbox
from omloop.organisations.members import system_scope
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope

RETRIES = 4
"""After 2, 4, 8 and 16 seconds; then the mail is put on the list with its reason."""


@app.periodic(cron="* * * * *")
@app.task(name="mailbox.due", queueing_lock="mailbox.due", retry=False)
def due(timestamp: int) -> None:
    """Every minute; a failure needs no retry, the next minute is one."""
    for organisation_id in due_mailboxes(timezone.now()):
        _defer("mailbox.read", organisation_id=str(organisation_id))
    if settings.MAILBOX:
        _defer("mailbox.read_installation")
    for organisation_id in directory.everything(folders.FOLDERS):
        _defer("mailbox.look", organisation_id=str(organisation_id))


def due_mailboxes(now: datetime) -> list[UUID]:
    """The organisations whose mailbox is to be read again, in one query behind their walls."""
    places = directory.everything(MAILBOXES)
    with tenant_scope(None, places):
        found = Mailbox.objects.filter(organisation_id__in=places).order_by("organisation_id")
        return [mailbox.organisation_id for mailbox in found if mailbox.is_due(now)]


def _defer(name: str, **arguments: JSONValue) -> None:
    """Once in the queue and once at work, however slow it is."""
    lock = ":".join([name, *map(str, arguments.values())])
    task = app.configure_task(name, allow_unknown=False, lock=lock, queueing_lock=lock)
    try:
        task.defer(**arguments)
    except AlreadyEnqueued:
        return


@app.task(name="mailbox.read", retry=False)
def read(organisation_id: str) -> None:
    """Read the mailbox of an organisation; the next visit is the retry."""
    read_mailbox(UUID(organisation_id), now=timezone.now())


@app.task(name="mailbox.read_installation", retry=False)
def read_installation() -> None:
    """Read the mailbox of the installation; what fails is in the log, and the next minute tries again."""
    read_installation_mailbox(now=timezone.now())


@app.task(name="mailbox.look", retry=False)
def look(organisation_id: str) -> None:
    """Take in what stands in the watched folder of an organisation."""
    folders.look(UUID(organisation_id), now=timezone.now())


@app.task(
    name="mailbox.take_in", pass_context=True, retry=RetryStrategy(max_attempts=RETRIES, exponential_wait=2)
)
def take_in(context: JobContext, container_id: str, organisation_id: str, at: str) -> None:
    """Take a kept mail apart, in one transaction; a mail that kills workers is given up too."""
    attempts = context.job.attempts
    if attempts > RETRIES:
        _give_up(container_id, organisation_id)
        return
    try:
        with system_scope(NAME, UUID(organisation_id)) as actor:
            letting_in.take_in_kept(
                UUID(container_id), actor=actor, at=datetime.fromisoformat(at), now=timezone.now()
            )
    except Exception:
        if attempts >= RETRIES:
            _give_up(container_id, organisation_id)
        raise


def _give_up(container_id: str, organisation_id: str) -> None:
    with system_scope(NAME, UUID(organisation_id)) as actor:
        letting_in.give_up(UUID(container_id), actor=actor, now=timezone.now())
