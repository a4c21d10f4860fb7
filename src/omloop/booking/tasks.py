"""The timer of export folders: one job each, so that a slow disk holds up no other."""

from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from omloop.booking.export_folder import FOLDERS, put_exports
from omloop.booking.result_files import read_results
from omloop.tenancy import directory


@app.periodic(cron="* * * * *")
@app.task(name="booking.folders_due", queueing_lock="booking.folders_due", retry=False)
def folders_due(timestamp: int) -> None:
    """Every minute; a failure needs no retry, the next minute is one."""
    for organisation_id in directory.everything(FOLDERS):
        lock = f"booking.see_to_folder:{organisation_id}"
        task = app.configure_task("booking.see_to_folder", allow_unknown=False, lock=lock, queueing_lock=lock)
        try:
            task.defer(organisation_id=str(organisation_id))
        except AlreadyEnqueued:
            continue


@app.task(name="booking.see_to_folder", retry=False)
def see_to_folder(organisation_id: str) -> None:
    """Put exports in the folder of an organisation, and read what the package put there."""
    now = timezone.now()
    put_exports(UUID(organisation_id), now=now)
    read_results(UUID(organisation_id), now=now)
