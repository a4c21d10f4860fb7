"""Mails to people who have no place yet, and forgetting what became of old ones."""

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext

from omloop.people import mailing, registration


@app.task(name="people.send_registration_link", retry=mailing.RETRIES, pass_context=True)
def send_registration_link(context: JobContext, email: str, language: str) -> None:
    """The job makes the link, so that it is in no queue; twice sends two links that both work."""
    registration.send_link(email=email, language=language, delivery=mailing.Delivery.of(context))


@app.periodic(cron="23 3 * * *")
@app.task(name="people.forget_mails", queueing_lock="people.forget_mails", retry=False)
def forget_mails(timestamp: int) -> None:
    """Every night; a failure needs no retry, the next night is one."""
    mailing.forget(now=timezone.now())
