"""The jobs that read the words of a PDF or image, and the PDFs of an e-invoice."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.types import JSONDict

from omloop.intake import files
from omloop.intake.models import Document
from omloop.organisations.members import system_scope
from omloop.recognition.pdfs import NAME, read_pdfs_now, unread_pdfs
from omloop.recognition.reading import read_words
from omloop.recognition.services import keep_words

WHEN_NOTHING_ELSE_WAITS = -1
"""The priority of work for which nobody waits."""


@app.task(name="recognition.recognise", retry=RetryStrategy(max_attempts=3, exponential_wait=10))
def recognise(document_id: str, organisation_id: str) -> None:
    """Read the words of a document and keep them; twice does no harm."""
    recognise_now(UUID(document_id), UUID(organisation_id), timezone.now())


@app.task(name="recognition.read_pdfs", retry=RetryStrategy(max_attempts=3, exponential_wait=10))
def read_pdfs(invoice_id: str, organisation_id: str) -> None:
    """Read the PDFs of an e-invoice, to find it by and to compare; twice does no harm."""
    read_pdfs_now(UUID(invoice_id), UUID(organisation_id), timezone.now())


@app.task(name="recognition.catch_up", retry=RetryStrategy(max_attempts=3, exponential_wait=10))
def catch_up(organisation_id: str, after: str = "") -> None:
    """Have the PDFs read of what an earlier version took in, so many at a time; twice does no harm."""
    place, last = UUID(organisation_id), UUID(after) if after else UUID(int=0)
    rest = unread_pdfs(place, last)
    if not rest:
        return
    each = app.configure_task("recognition.read_pdfs", allow_unknown=False, priority=WHEN_NOTHING_ELSE_WAITS)
    jobs: list[JSONDict] = [{"invoice_id": str(key), "organisation_id": organisation_id} for key in rest]
    each.batch_defer(*jobs)
    catch_up.configure(priority=WHEN_NOTHING_ELSE_WAITS).defer(
        organisation_id=organisation_id, after=str(rest[-1])
    )


def recognise_now(document_id: UUID, organisation_id: UUID, now: datetime) -> None:
    """Reading takes its time, so it is done between two transactions."""
    with system_scope(NAME, organisation_id):
        waiting = Document.objects.filter(id=document_id, state=Document.State.PICTURE)
        found = waiting.values_list("sha256", flat=True).first()
    if found is None:
        return
    source, pages = read_words(files.read(organisation_id, found))
    with system_scope(NAME, organisation_id) as actor:
        keep_words(document_id, source, pages, actor=actor, now=now)
