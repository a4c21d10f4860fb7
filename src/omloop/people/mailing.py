"""What became of mails: sent, to be tried again, or refused for good, with the mail server's words.

A mail to an address that the server refuses for good (5xx) is not tried again; two in a row mark the address.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from uuid import UUID

from django.db import transaction
from django.db.models import F
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.job_context import JobContext
from procrastinate.jobs import Job
from procrastinate.retry import RetryDecision

from omloop.people.models import Mail, RefusedAddress

KEPT = timedelta(days=30)
"""How long it is known what became of a mail."""
WORDS = 300
"""No more of an answer is kept."""
IN_A_ROW = 2
"""So many mails refused for good, with none taken between, mark an address."""


class UntilRefused(RetryStrategy):
    """Tries again, but not what the mail server refused for good because of the address."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if refuses_address(exception):
            return None
        return super().get_retry_decision(exception=exception, job=job)


RETRIES = UntilRefused(max_attempts=8, exponential_wait=4)
"""A mail server that is away is asked again after 4, 16, 64 seconds ... and at last after some 18 hours."""


@dataclass(frozen=True)
class Delivery:
    """The job that sends, and what the mail concerns: an organisation, an environment or a person."""

    job: Job
    concerns: UUID | None = None

    @classmethod
    def of(cls, context: JobContext, concerns: str = "") -> "Delivery":
        """By the job that runs."""
        return cls(context.job, UUID(concerns) if concerns else None)


def refuses_address(error: BaseException) -> bool:
    """Whether the server says for good that it takes no mail for this address (RFC 5321, 5yz)."""
    return isinstance(error, SMTPRecipientsRefused) and all(
        code >= 500 for code, _words in error.recipients.values()
    )


def words_of(error: BaseException) -> str:
    """What the mail server or the network said; of another mistake its name, for its words may hold more."""
    if isinstance(error, SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return _said(code, said)
    if isinstance(error, SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    return str(error)[:WORDS] if isinstance(error, OSError) else type(error).__name__


def note_sent(delivery: Delivery, *, kind: str, to: str, now: datetime) -> None:
    """The server took it; the address is good again."""
    _note(delivery, kind, to, now, state=Mail.State.SENT, next_at=None, answer="")
    RefusedAddress.objects.filter(address=to.lower()).delete()


def note_failure(delivery: Delivery, *, kind: str, to: str, error: Exception, now: datetime) -> None:
    """Not taken: tried again at the moment that the job is, or not at all."""
    again = RETRIES.get_retry_decision(exception=error, job=delivery.job)
    state = Mail.State.WAITING if again else Mail.State.FAILED
    next_at = again.retry_at if again else None
    _note(delivery, kind, to, now, state=state, next_at=next_at, answer=words_of(error))
    if refuses_address(error):
        _count_refusal(to.lower(), words_of(error), now)


def refused_since(addresses: Iterable[str]) -> dict[str, datetime]:
    """Which of these addresses refuse mail, and since when; one query."""
    marked = RefusedAddress.objects.filter(address__in=list(addresses), times__gte=IN_A_ROW)
    return dict(marked.values_list("address", "since"))


@transaction.atomic
def send_again(mail_id: UUID) -> bool:
    """Put a mail that was not sent back in the queue, as a new job with the words of today.

    False when it is not one that failed, or when nothing of its job is left.
    """
    mail = Mail.objects.select_for_update().filter(id=mail_id, state=Mail.State.FAILED).first()
    job = ProcrastinateJob.objects.filter(id=mail.job_id).first() if mail else None
    if mail is None or job is None:
        return False
    mail.job_id = app.configure_task(job.task_name).defer(**job.args)
    mail.state, mail.next_at = Mail.State.WAITING, None
    mail.save(update_fields=["job_id", "state", "next_at"])
    return True


def forget(*, now: datetime) -> None:
    """Forget the mails of long ago."""
    Mail.objects.filter(tried_at__lt=now - KEPT).delete()


def _note(delivery: Delivery, kind: str, to: str, now: datetime, **became: object) -> None:
    assert delivery.job.id is not None  # noqa: S101 - a job that runs has a number
    named = {"job_id": delivery.job.id, "kind": kind, "to": to}
    changed = {**became, "tried_at": now}
    if not Mail.objects.filter(**named).update(tries=F("tries") + 1, **changed):
        Mail.objects.create(**named, concerns=delivery.concerns, first_at=now, **changed)


def _count_refusal(address: str, answer: str, now: datetime) -> None:
    again = RefusedAddress.objects.filter(address=address).update(times=F("times") + 1, answer=answer)
    if not again:
        RefusedAddress.objects.create(address=address, since=now, answer=answer)


def _said(code: int, words: bytes | str) -> str:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(f"{code} {said}".split())[:WORDS]
