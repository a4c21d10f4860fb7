"""The jobs that read the words of a PDF or image, and the PDFs of an e-invoice."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from omloop.intake import files
from omloop.intake.models import Document
from omloop.organisations.members import system_scope
from omloop.recognition.pdfs import NAME, read_pdfs_now
from omloop.recognition.reading import read_words
from omloop.recognition.services import keep_words


@app.task(name="recognition.recognise", retry=RetryStrategy(max_attempts=3, exponential_wait=10))
def recognise(document_id: str, organisation_id: str) -> None:
    """Read the words of a document and keep them; twice does no harm."""
    recognise_now(UUID(document_id), UUID(organisation_id), timezone.now())


@app.task(name="recognition.read_pdfs", retry=RetryStrategy(max_attempts=3, exponential_wait=10))
def read_pdfs(invoice_id: str, organisation_id: str) -> None:
    """Read the PDFs of an e-invoice, to find it by and to compare; twice does no harm."""
    read_pdfs_now(UUID(invoice_id), UUID(organisation_id), timezone.now())


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
