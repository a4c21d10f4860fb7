"""Sending one mail: a template, in the language of who reads it."""

from collections.abc import Mapping
from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template import Context, Engine
from django.urls import reverse
from django.utils import translation
from procrastinate import RetryStrategy

RETRIES = RetryStrategy(max_attempts=8, exponential_wait=4)
"""A mail server that is away is asked again after 4, 16, 64 seconds ... and at last after some five hours."""


def send(*, to: str, language: str, template: str, words: Mapping[str, Any]) -> None:
    """Send a mail; the template's first line is its subject, a blank line later comes the text.

    Raises what the mail server says (`OSError`, `smtplib.SMTPException`): the job that sends tries again.
    """
    with translation.override(language):
        context = {**words, "address": to, "site": settings.PUBLIC_URL}
        text = Engine.get_default().get_template(template).render(Context(context, autoescape=False))
    subject, _, body = text.strip().partition("\n\n")
    message = EmailMessage(
        subject=" ".join(subject.split()),
        body=body.strip() + "\n",
        to=[to],
        headers={"Message-ID": make_msgid(domain="omloop"), "Auto-Submitted": "auto-generated"},
    )
    message.send()


def link_to(name: str, *arguments: object) -> str:
    """The public address of a page, for in a mail."""
    return f"{settings.PUBLIC_URL}{reverse(name, args=arguments)}"
