"""The jobs of ending: the export before, the day on which something goes, and its reminders (rules 6.5)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from omloop.organisations.models import Organisation
from omloop.relocation.ending import deleting
from omloop.relocation.ending import export as ending_export
from omloop.relocation.ending.models import Ending
from omloop.relocation.ending.retention import how_many_may_go
from omloop.relocation.ending.services import DUE, defer, ending_scope, lock_ending, note, open_ending
from omloop.retention.going import Reckoning
from omloop.tenancy import directory

REMIND = (timedelta(days=7), timedelta(days=1))
"""How long before the day both sides are reminded."""
AGAIN = RetryStrategy(max_attempts=6, exponential_wait=4)
State = Ending.State


@app.task(name="relocation.export_for_deleting", retry=AGAIN)
def export_for_deleting(ending_id: str, organisation_id: str) -> None:
    """Make the export without which nobody can consent; a worker that died begins anew."""
    ending_export.make_export(UUID(ending_id), UUID(organisation_id))


@app.task(name="relocation.forget_export", retry=AGAIN)
def forget_export(ending_id: str, organisation_id: str) -> None:
    """Remove the export of a request that was called off."""
    ending_export.remove(UUID(organisation_id), UUID(ending_id))


@app.task(name="relocation.delete_documents", retry=AGAIN)
def delete_documents(ending_id: str, organisation_id: str) -> None:
    """Delete what is past its term; after a crash from where it stood."""
    deleting.delete_documents(UUID(ending_id), UUID(organisation_id), now=timezone.now())


@app.periodic(cron="41 * * * *")
@app.task(name="relocation.endings_due", queueing_lock="relocation.endings_due", retry=False)
def endings_due(timestamp: int) -> None:
    """Every hour: begin what has waited long enough, and remind of what comes; the next hour is the retry."""
    see_to_due(timezone.now())


def see_to_due(now: datetime) -> None:
    """Begin and remind, organisation by organisation."""
    for organisation_id in directory.organisations_of(DUE, DUE):
        _see_to(organisation_id, now)


def _see_to(organisation_id: UUID, now: datetime) -> None:
    with ending_scope(organisation_id) as organisation:
        ending = open_ending(organisation_id)
        if ending is None:
            return
        ending = lock_ending(organisation_id, ending.id)
        day = ending.due_at
        if ending.state != State.AGREED or day is None:
            return
        passed = len([before for before in REMIND if now >= day - before])
        if now < day and passed > ending.reminders:
            ending.reminders = passed
            ending.save(update_fields=["reminders"])
            note(ending, "ending.reminded", organisation, deleting.DELETER, now)
        if now >= day:
            _begin(ending, organisation, now)


def _begin(ending: Ending, organisation: Organisation, now: datetime) -> None:
    ending.state = State.RUNNING
    ending.total = how_many_may_go(Reckoning.of(organisation, now=now))
    ending.save(update_fields=["state", "total"])
    note(ending, "ending.began", organisation, deleting.DELETER, now)
    defer("relocation.delete_documents", ending)
