"""Disputes by API, through the same services as the pages."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from omloop.disputes import services
from omloop.disputes.models import Dispute
from omloop.disputes.queries import disputed_for
from omloop.invoices.queries import visible_to
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.rights import Right

router = Router(tags=["disputes"])
Text = Annotated[str, Field(max_length=4000)]
MOST = 200


class ClaimIn(Schema):
    """Why it is disputed; `payable` is the part that is not, with VAT; `tells_sender`: the sender reads the
    reason, if the invoice came directly in Omloop."""

    reason: Text
    tells_sender: bool = False
    payable: Annotated[Decimal, Field(max_digits=19, decimal_places=2)] | None = None
    expects_credit_note: bool = False
    credit_note_number: Annotated[str, Field(max_length=100)] = ""
    follow_up_on: date | None = None


class NoteIn(Schema):
    """What was said, and when one looks again; without `follow_up_on` the day that was set goes."""

    text: Text
    tells_sender: bool = False
    follow_up_on: date | None = None


class EndIn(Schema):
    """What came of it; `agreed` is the amount that you agreed on, with VAT (none: the payable part)."""

    outcome: Literal["credited", "agreed", "payable", "lapsed"]
    agreed: Annotated[Decimal, Field(max_digits=19, decimal_places=2)] | None = None
    remark: Text = ""


class DisputeOut(Schema):
    """A dispute; `outcome` is empty until it has ended, `agreed` says what is owed since then."""

    id: UUID
    invoice: UUID
    disputed_on: date
    reason: str
    payable: str | None
    expects_credit_note: bool
    credit_note_number: str
    follow_up_on: date | None
    ended_at: datetime | None
    outcome: str
    agreed: str | None


@router.get("/disputes", response=list[DisputeOut])
def list_disputes(request: MemberRequest) -> Any:
    """What is disputed, the oldest first; for who may dispute."""
    rows = disputed_for(request.member).order_by("disputed_on", "id")
    return [_shown(each) for each in rows[:MOST]]


@router.post("/invoices/{uuid:invoice_id}/dispute", response={201: DisputeOut})
def dispute_invoice(request: MemberRequest, invoice_id: UUID, body: ClaimIn) -> Any:
    """Dispute an invoice; 409 when it is disputed already, 422 when the claim is not sound."""
    found, who = _find(request, invoice_id), request.member
    claim = services.Claim(**body.model_dump())
    return Status(201, _shown(services.dispute(found, claim, actor=who, now=timezone.now())))


@router.post("/invoices/{uuid:invoice_id}/disputes/{uuid:dispute_id}/notes", response=DisputeOut)
def note_of_dispute(request: MemberRequest, invoice_id: UUID, dispute_id: UUID, body: NoteIn) -> Any:
    """Keep what was said, and when one looks again; 409 when the dispute has ended."""
    _find(request, invoice_id, dispute_id)
    said, who = body.model_dump(), request.member
    services.add_note(dispute_id, **said, actor=who, now=timezone.now())
    return _shown(Dispute.objects.get(id=dispute_id))


@router.post("/invoices/{uuid:invoice_id}/disputes/{uuid:dispute_id}/end", response=DisputeOut)
def end_of_dispute(request: MemberRequest, invoice_id: UUID, dispute_id: UUID, body: EndIn) -> Any:
    """End a dispute with what came of it; 409 when it has ended, 422 for an amount that can't be."""
    _find(request, invoice_id, dispute_id)
    said, who = body.model_dump(), request.member
    return _shown(services.end_dispute(dispute_id, **said, actor=who, now=timezone.now()))


def _find(request: MemberRequest, invoice_id: UUID, dispute_id: UUID | None = None) -> UUID:
    """An invoice that he may see, where he may dispute, with this dispute; else 404 and 403."""
    found = visible_to(request.member).filter(id=invoice_id).first()
    if found is None:
        raise Http404
    request.member.demand(Right.DISPUTE, found.organisation_id)
    if dispute_id and not Dispute.objects.filter(id=dispute_id, invoice=found).exists():
        raise Http404
    return invoice_id


def _shown(each: Dispute) -> dict[str, Any]:
    names = ("id", "disputed_on", "reason", "expects_credit_note", "credit_note_number", "follow_up_on")
    return {
        **{name: getattr(each, name) for name in (*names, "ended_at", "outcome")},
        "invoice": each.invoice_id,
        "payable": None if each.payable is None else f"{each.payable:.2f}",
        "agreed": None if each.agreed is None else f"{each.agreed:.2f}",
    }
