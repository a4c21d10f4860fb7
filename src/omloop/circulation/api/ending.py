"""Duplicates, and invoices that end, by API, through the same services as the pages."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from omloop.circulation.api.worklist import find_invoice
from omloop.circulation.ending import cancelling, judging_duplicates
from omloop.invoices.models import Cancellation
from omloop.organisations.middleware import MemberRequest

router = Router(tags=["circulation"])
Reason = Annotated[str, Field(max_length=4000)]
Ground = Cancellation.Ground


class ReasonIn(Schema):
    """Why; it stays with the invoice, under the name of the holder of the key."""

    reason: Reason


class CancelIn(ReasonIn):
    """`wrong_name`: it is returned to the supplier, for a credit note and a new invoice."""

    wrong_name: bool = False


class EndedOut(Schema):
    """Where the invoice stands now."""

    state: str


@router.post("/invoices/{uuid:invoice_id}/cancel", response=EndedOut)
def cancel_invoice(request: MemberRequest, invoice_id: UUID, body: CancelIn) -> Any:
    """Cancel an invoice that is held, rejected or on its way; 409 when it is approved or in an export."""
    ground = Ground.WRONG_NAME if body.wrong_name else Ground.FINANCE
    return _act(request, invoice_id, cancelling.cancel, reason=body.reason, ground=ground)


@router.post("/invoices/{uuid:invoice_id}/original", response=EndedOut)
def mark_as_original(request: MemberRequest, invoice_id: UUID, body: ReasonIn) -> Any:
    """Say that what is held as a duplicate is an invoice of its own; 409 when somebody decided before."""
    return _act(request, invoice_id, judging_duplicates.mark_as_original, reason=body.reason)


@router.post("/invoices/{uuid:invoice_id}/copy", response=EndedOut)
def hang_on_first(request: MemberRequest, invoice_id: UUID) -> Any:
    """Say that what is held as a duplicate is a copy of the first; it does not circulate."""
    return _act(request, invoice_id, judging_duplicates.hang_on_first)


def _act(request: MemberRequest, invoice_id: UUID, act: Callable[..., object], **how: Any) -> dict[str, str]:
    found = find_invoice(request, invoice_id)
    act(found.id, **how, actor=request.member, now=timezone.now())
    found.refresh_from_db(fields=["state"])
    return {"state": found.state}
