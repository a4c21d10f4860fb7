"""Doing what people do at the door: following links in mails, being in a browser."""

import re
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.test import Client

from omloop.people.models import Person
from tests.world import PASSWORD

BETWEEN = b"\n" + b"-" * 79 + b"\n"
"""What Django's mail files have after each mail."""

RunJobs = Callable[[], None]


def forget_visits() -> None:
    """Rate limits count per address; tests begin anew."""
    cache.clear()


def mails() -> list[str]:
    """What was sent, oldest first, and decoded as somebody reads it."""
    paths = sorted(Path(settings.EMAIL_FILE_PATH).glob("*.log"), key=lambda path: path.stat().st_mtime_ns)
    texts = [each for path in paths for each in path.read_bytes().split(BETWEEN) if each.strip()]
    return [legible(message_from_bytes(text, policy=default)) for text in texts]


def legible(message: EmailMessage) -> str:
    """Who it is for, its subject, its text."""
    text = message.get_body()
    assert isinstance(text, EmailMessage)
    return f"To: {message['To']}\nSubject: {message['Subject']}\n\n{text.get_content()}"


def clear_mails() -> None:
    """An empty mailbox for everybody."""
    for path in Path(settings.EMAIL_FILE_PATH).glob("*.log"):
        path.unlink()


def mail_to(address: str) -> str:
    """The newest mail to this address."""
    return [mail for mail in mails() if mail.startswith(f"To: {address}\n")][-1]


def mails_to(address: str) -> str:
    """All mails to this address in one text: several jobs of one moment may send in any order."""
    return "\n".join(mail for mail in mails() if mail.startswith(f"To: {address}\n"))


def link_in(mail: str) -> str:
    """The path of the first link of a mail."""
    found = re.search(r"^(https?://\S+)$", mail, re.MULTILINE)
    assert found, mail
    return urlsplit(found[1]).path


def at_desk_of(person: Person) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(person)
    return client


def ask_for_link(address: str, run_jobs: RunJobs) -> str:
    """Type an address at the page of registering; the mail that comes."""
    answer = Client().post("/account/signup/", {"email": address})
    assert answer.status_code == 302
    run_jobs()
    return mail_to(address)


def register(address: str, name: str, run_jobs: RunJobs, password: str = PASSWORD) -> Client:
    """From typing an address to a browser in which one is signed in."""
    client, link = Client(), link_in(ask_for_link(address, run_jobs))
    answer = client.post(link, {"name": name, "password": password})
    assert answer.status_code == 302, answer.content.decode()
    return client


def said(answer: Any) -> str:
    """The page, in one line."""
    return " ".join(answer.content.decode().split())
