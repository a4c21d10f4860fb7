"""Cancelling an invoice, by finance or since its name is wrong: what waited on it ends (rules 2.10, 3.3)."""

from datetime import datetime
from uuid import UUID

from omloop.circulation.models import Assignment, Step
from omloop.circulation.refusals.ending import EndsWithoutReason, NotToBeCancelled, PreBooked
from omloop.circulation.routing.opening import lock_invoice
from omloop.disputes.services import end_with_invoice
from omloop.invoices.cancelling import end_invoice
from omloop.invoices.models import Cancellation, Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right

Ground = Cancellation.Ground


def cancel(
    invoice_id: UUID, *, reason: str, ground: str = Ground.FINANCE, actor: Member, now: datetime
) -> Invoice:
    """Cancel an invoice with a reason: one that is rejected or held, or on its way.

    Raises RightMissing without *cancel*, EndsWithoutReason, NotToBeCancelled and PreBooked.
    """
    place = Invoice.objects.values_list("organisation_id", flat=True).get(id=invoice_id)
    actor.demand(Right.CANCEL, place)
    hold(place)
    if not reason.strip():
        raise EndsWithoutReason
    invoice = lock_to_end(invoice_id)
    end_for_good(invoice, ground=ground, reason=reason, actor=actor, now=now)
    return invoice


def end_for_good(
    invoice: Invoice, *, ground: str, reason: str = "", place: str = "", actor: Member, now: datetime
) -> None:
    """What waited on it ends, its dispute too (rules 3.12), and then the invoice; `lock_to_end` was asked."""
    end_tasks(invoice, now=now)
    end_with_invoice(invoice, actor=actor, now=now)
    end_invoice(invoice, ground=ground, reason=reason, place=place, actor=actor, now=now)


def lock_to_end(invoice_id: UUID) -> Invoice:
    """The invoice, locked, if it may end now; raises NotToBeCancelled and PreBooked.

    Booking stands above this room; its table is reached by the name that it gives to an invoice.
    """
    invoice = lock_invoice(invoice_id)
    if not can_end(invoice):
        raise NotToBeCancelled
    if Invoice.objects.filter(id=invoice.id, bookings__isnull=False, bookings__ended_at=None).exists():
        raise PreBooked
    return invoice


def can_end(invoice: Invoice) -> bool:
    """Whether its state allows that it is cancelled."""
    return Invoice.State.CANCELLED in Invoice.NEXT[Invoice.State(invoice.state)]


def end_tasks(invoice: Invoice, *, now: datetime) -> None:
    """Nobody is asked any more, and no step comes."""
    own = {"organisation_id": invoice.organisation_id, "invoice": invoice}
    Assignment.objects.filter(**own, ended_at=None).update(ended_at=now)
    waiting = Step.objects.filter(**own, state__in=[Step.State.OPEN, Step.State.WAITING])
    waiting.update(state=Step.State.ENDED)
