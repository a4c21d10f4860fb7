"""The worker, started so that a job's `defer` joins the job's own transaction.

Procrastinate's stock command replaces the connector of the app, and a job deferred inside a job then
runs although the job was rolled back. Ours gives the worker a connector of its own and leaves the app's
Django connector, on which `defer` writes in the open transaction.
"""

from asgiref.sync import sync_to_async
from django.db import connections
from procrastinate import App
from procrastinate.contrib.django import app as django_app
from procrastinate.contrib.django.django_connector import DjangoConnector

from omloop.jobs.tasks import give_back_stalled


def worker_app() -> App:
    """The app whose connector reads the queue; tasks still defer through Django's connection."""
    connector = django_app.connector
    assert isinstance(connector, DjangoConnector)  # noqa: S101 - what the whole module rests on
    return django_app.with_connector(connector.get_worker_connector())


async def work(*, wait: bool = True, concurrency: int = 2) -> None:
    """Run jobs until told to stop, or with `wait=False` until none is left; stalled jobs come first."""
    app = worker_app()
    try:
        async with app.open_async():
            await give_back_stalled(app.job_manager)
            await app.run_worker_async(wait=wait, concurrency=concurrency, install_signal_handlers=wait)
    finally:
        # The timetable defers through Django, in asgiref's own thread, which outlives this event loop.
        await sync_to_async(connections.close_all)()
