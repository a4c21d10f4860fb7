"""Sending one mail: a template, in the language of who reads it; what became of it is kept (`mailing`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import make_msgid
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template import Context, Engine
from django.urls import reverse
from django.utils import timezone, translation

from omloop.people.mailing import RETRIES as RETRIES
from omloop.people.mailing import Delivery, note_failure, note_sent


@dataclass(frozen=True)
class File:
    """What goes along with a mail."""

    name: str
    content: bytes
    mime_type: str


def send(
    *,
    to: str,
    language: str,
    template: str,
    words: Mapping[str, Any],
    delivery: Delivery,
    files: Sequence[File] = (),
    reply_to: str = "",
    message_id: str = "",
) -> None:
    """Send a mail; the template's first line is its subject, a blank line later comes the text.

    Outside a transaction, for what became of it is kept also when the job fails. `message_id` is given by
    who sends the same mail again after a crash, so that a reader's program can tell. Raises what the mail
    server says (`OSError`, `smtplib.SMTPException`): the job that sends tries again.
    """
    with translation.override(language):
        context = {**words, "address": to, "site": settings.PUBLIC_URL}
        text = Engine.get_default().get_template(template).render(Context(context, autoescape=False))
    subject, _, body = text.strip().partition("\n\n")
    message = EmailMessage(
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        to=[to],
        reply_to=[reply_to] if reply_to else None,
        attachments=[(file.name, file.content, file.mime_type) for file in files],
        headers={
            "Message-ID": message_id or make_msgid(domain="omloop"),
            "Auto-Submitted": "auto-generated",
        },
    )
    kind = PurePosixPath(template).stem
    try:
        message.send()
    except Exception as error:
        note_failure(delivery, kind=kind, to=to, error=error, now=timezone.now())
        raise
    note_sent(delivery, kind=kind, to=to, now=timezone.now())


def link_to(name: str, *arguments: object) -> str:
    """The public address of a page, for in a mail."""
    return f"{settings.PUBLIC_URL}{reverse(name, args=arguments)}"
