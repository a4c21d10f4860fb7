"""The jobs that deliver invoices and carry their state back."""

from uuid import UUID

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext

from omloop.people import mailing
from omloop.sending import carrying, delivering


@app.task(name="sending.deliver", pass_context=True, retry=mailing.RETRIES)
def deliver(context: JobContext, invoice_id: str, organisation_id: str) -> None:
    """Bring an invoice to its customer; a mail server or receiver that is away is asked again later."""
    delivering.deliver(
        UUID(invoice_id),
        UUID(organisation_id),
        delivery=mailing.Delivery.of(context, organisation_id),
        now=timezone.now(),
    )


@app.task(name="sending.carry", retry=RetryStrategy(max_attempts=8, exponential_wait=2))
def carry(document_id: str, organisation_id: str) -> None:
    """Tell the sender how his invoice stands at its receiver."""
    carrying.carry(UUID(document_id), UUID(organisation_id), now=timezone.now())
