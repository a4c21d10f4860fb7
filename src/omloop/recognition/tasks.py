"""The job that reads the words of a PDF or image."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from omloop.intake import files
from omloop.intake.models import Document
from omloop.organisations.members import system_scope
from omloop.recognition.reading import read_words
from omloop.recognition.services import keep_words

NAME = "recognition"
"""The name under which the system acts here."""


@app.task(name="recognition.recognise", retry=RetryStrategy(max_attempts=3, exponential_wait=10))
def recognise(document_id: str, organisation_id: str) -> None:
    """Read the words of a document and keep them; twice does no harm."""
    recognise_now(UUID(document_id), UUID(organisation_id), timezone.now())


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
