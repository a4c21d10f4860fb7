"""What became of a sent invoice: each step a row that stays, with how one knows (rules 2.7)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from omloop.audit.services import record
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.sending.models import SalesInvoice, SentStatus

State = SalesInvoice.State
NEXT = {
    State.QUEUED: {State.DELIVERED, State.FAILED},
    State.FAILED: {State.QUEUED, State.DELIVERED},
    State.DELIVERED: {State.QUEUED, State.OPENED, State.APPROVED, State.REJECTED, State.DISPUTED},
    State.OPENED: {State.APPROVED, State.REJECTED, State.DISPUTED},
    State.APPROVED: {State.OPENED, State.REJECTED, State.DISPUTED},
    State.REJECTED: {State.OPENED, State.APPROVED, State.DISPUTED},
    State.DISPUTED: {State.OPENED, State.APPROVED, State.REJECTED, State.DISPUTED},
}
"""The life of a sent invoice. Its receiver can withdraw a decision, and end a dispute: then it is as before.
In a dispute he can let the sender know something more."""


def note(
    invoice_id: UUID,
    state: str,
    *,
    actor: Member,
    now: datetime,
    delivered_to: UUID | None = None,
    **known: Any,
) -> bool:
    """Note a step, inside the sender's scope; False when it has no place in the life of the invoice now."""
    organisation_id = SalesInvoice.objects.values_list("organisation_id", flat=True).get(id=invoice_id)
    hold(organisation_id)
    invoice = SalesInvoice.objects.select_for_update().get(id=invoice_id)
    if state not in NEXT.get(State(invoice.state), set()):
        return False
    invoice.state, invoice.changed_at = state, now
    if delivered_to:
        invoice.delivered_to = delivered_to
    invoice.save(update_fields=["state", "changed_at", "delivered_to"])
    SentStatus.objects.create(organisation_id=organisation_id, invoice=invoice, state=state, at=now, **known)
    detail = {"state": state, **{name: known[name] for name in ("channel", "reason") if known.get(name)}}
    record(
        "sales_invoice.state_changed",
        actor=actor,
        chain_id=organisation_id,
        subject_id=invoice_id,
        at=now,
        detail=detail,
    )
    return True
