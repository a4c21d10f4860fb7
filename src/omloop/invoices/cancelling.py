"""Ending an invoice for good: nothing of it is paid or booked, and a row says why (rules 3.3)."""

from datetime import datetime

from omloop.audit.services import record
from omloop.intake.services import storable
from omloop.invoices.models import Cancellation, Invoice
from omloop.organisations.members import Member


def end_invoice(
    invoice: Invoice, *, ground: str, reason: str = "", place: str = "", actor: Member, now: datetime
) -> Cancellation:
    """Write that it is cancelled, on which ground; the invoice is locked, and whoever calls has asked all.

    Its state must allow it, by `Invoice.NEXT`.
    """
    invoice.state = Invoice.State.CANCELLED
    invoice.save(update_fields=["state"])
    made: Cancellation = Cancellation.objects.create(
        organisation_id=invoice.organisation_id,
        confidential=invoice.confidential,
        invoice=invoice,
        ground=ground,
        reason=storable(reason.strip()),
        place=place,
        cancelled_by_id=actor.person_id,
        cancelled_at=now,
    )
    record(
        "invoice.cancelled",
        actor=actor,
        chain_id=invoice.organisation_id,
        subject_id=invoice.id,
        at=now,
        detail={"ground": ground},
    )
    return made
