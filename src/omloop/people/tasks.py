"""Mails to people who have no place yet."""

from procrastinate.contrib.django import app

from omloop.people import registration
from omloop.people.mail import RETRIES


@app.task(name="people.send_registration_link", retry=RETRIES)
def send_registration_link(email: str, language: str) -> None:
    """The job makes the link, so that it is in no queue; twice sends two links that both work."""
    registration.send_link(email=email, language=language)
