"""Upkeep of the stored files."""

from django.utils import timezone
from procrastinate.contrib.django import app

from omloop.intake import files


@app.periodic(cron="31 3 * * *")
@app.task(name="intake.sweep_files", queueing_lock="intake.sweep_files", retry=False)
def sweep_files(timestamp: int) -> None:
    """Every night: what was never finished; the next night is the retry."""
    files.sweep(timezone.now())
