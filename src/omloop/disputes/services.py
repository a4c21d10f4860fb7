"""Disputing an invoice, keeping notes of it, and ending it; by the right *dispute* alone (rules 3.12)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from omloop.audit.services import record
from omloop.disputes.models import Dispute, DisputeNote
from omloop.disputes.queries import came_directly
from omloop.disputes.refusals import (
    AgreedOnNothing,
    AlreadyDisputed,
    DisputeIsOver,
    FollowUpIsPast,
    InvoiceCancelled,
    NothingSaid,
    PayableNotAPart,
    SenderIsElsewhere,
)
from omloop.invoices.models import Invoice
from omloop.invoices.paying import owed_by
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What is disputed: why, which part is payable all the same, and what one expects of the supplier.

    `tells_sender`: the sender, to whom it came directly in Omloop, reads the reason (rules 2.7).
    """

    reason: str
    tells_sender: bool = False
    payable: Decimal | None = None
    expects_credit_note: bool = False
    credit_note_number: str = ""
    follow_up_on: date | None = None


def dispute(invoice_id: UUID, claim: Claim, *, actor: Member, now: datetime) -> Dispute:
    """Mark an invoice as disputed from today: out of payment and out of reminders.

    Its circulation goes on; nobody is told but by who does this. Raises RightMissing, InvoiceCancelled,
    AlreadyDisputed, NothingSaid, PayableNotAPart, FollowUpIsPast or SenderIsElsewhere.
    """
    invoice = _lock(invoice_id, actor)
    if invoice.state == Invoice.State.CANCELLED:
        raise InvoiceCancelled
    today = _day_in(invoice, now)
    _refuse_unless_sound(claim, invoice, today)
    _refuse_unless_here(invoice, claim.tells_sender)
    if Dispute.objects.filter(invoice=invoice, ended_at=None).exists():
        raise AlreadyDisputed
    made: Dispute = Dispute.objects.create(
        organisation_id=invoice.organisation_id,
        confidential=invoice.confidential,
        invoice=invoice,
        disputed_by_id=actor.person_id,
        disputed_on=today,
        reason=claim.reason.strip(),
        payable=claim.payable,
        expects_credit_note=claim.expects_credit_note,
        credit_note_number=claim.credit_note_number.strip(),
        follow_up_on=claim.follow_up_on,
    )
    if claim.tells_sender:
        _keep_note(made, made.reason, None, True, actor, now)
    _record("dispute.begun", made, actor, now)
    return made


def add_note(
    dispute_id: UUID,
    *,
    text: str,
    follow_up_on: date | None = None,
    tells_sender: bool = False,
    actor: Member,
    now: datetime,
) -> DisputeNote:
    """Keep what was said, and when one looks again; without a day the old one goes.

    `tells_sender`: the sender reads it too. Raises RightMissing, DisputeIsOver, NothingSaid, FollowUpIsPast
    or SenderIsElsewhere.
    """
    found = _open(dispute_id, actor)
    if not text.strip():
        raise NothingSaid
    if follow_up_on is not None and follow_up_on <= _day_in(found.invoice, now):
        raise FollowUpIsPast
    _refuse_unless_here(found.invoice, tells_sender)
    note = _keep_note(found, text.strip(), follow_up_on, tells_sender, actor, now)
    found.follow_up_on = follow_up_on
    found.save(update_fields=["follow_up_on"])
    _record("dispute.noted", found, actor, now)
    return note


def end_dispute(
    dispute_id: UUID,
    *,
    outcome: str,
    agreed: Decimal | None = None,
    remark: str = "",
    actor: Member,
    now: datetime,
) -> Dispute:
    """End a dispute with what came of it, which says what can be paid (rules 3.10, 3.12).

    Of what was agreed on, `agreed` is owed, or without one the part that was payable; of what was credited
    what its credit notes leave; of what the supplier dropped nothing. Raises RightMissing, DisputeIsOver,
    AgreedOnNothing or PayableNotAPart.
    """
    found = _open(dispute_id, actor)
    if outcome == Dispute.Outcome.AGREED:
        found.agreed = agreed or found.payable
        if found.agreed is None:
            raise AgreedOnNothing
        _refuse_unless_part(found.agreed, found.invoice)
    _end(found, outcome, remark.strip(), actor, now)
    return found


def end_with_invoice(invoice: Invoice, *, actor: Member, now: datetime) -> None:
    """A cancelled invoice is disputed no longer; whoever cancels it holds the organisation and may do so."""
    for found in Dispute.objects.filter(
        organisation_id=invoice.organisation_id, invoice=invoice, ended_at=None
    ):
        _end(found, Dispute.Outcome.CANCELLED, "", actor, now)


def _end(found: Dispute, outcome: str, remark: str, actor: Member, now: datetime) -> None:
    found.ended_at, found.ended_by_id = now, actor.person_id
    found.outcome, found.closing_remark = Dispute.Outcome(outcome), remark
    found.save(update_fields=["ended_at", "ended_by", "outcome", "agreed", "closing_remark"])
    _record("dispute.ended", found, actor, now, {"outcome": found.outcome})


def _lock(invoice_id: UUID, actor: Member) -> Invoice:
    """Ask the right, hold the organisation and lock the invoice; only a person disputes."""
    place = Invoice.objects.values_list("organisation_id", flat=True).get(id=invoice_id)
    actor.demand(Right.DISPUTE, place)
    hold(place)
    locked: Invoice = Invoice.objects.select_for_update(no_key=True).get(id=invoice_id)
    return locked


def _open(dispute_id: UUID, actor: Member) -> Dispute:
    _lock(Dispute.objects.values_list("invoice_id", flat=True).get(id=dispute_id), actor)
    found: Dispute = Dispute.objects.select_related("invoice").get(id=dispute_id)
    if found.ended_at is not None:
        raise DisputeIsOver
    return found


def _refuse_unless_sound(claim: Claim, invoice: Invoice, today: date) -> None:
    if not claim.reason.strip():
        raise NothingSaid
    if claim.payable is not None:
        _refuse_unless_part(claim.payable, invoice)
    if claim.follow_up_on is not None and claim.follow_up_on <= today:
        raise FollowUpIsPast


def _refuse_unless_part(amount: Decimal, invoice: Invoice) -> None:
    """More than nothing and less than what is owed, as far as that is known."""
    whole = owed_by(invoice)
    if amount <= 0 or (whole is not None and amount >= whole):
        raise PayableNotAPart


def _refuse_unless_here(invoice: Invoice, tells_sender: bool) -> None:
    if tells_sender and not came_directly(invoice):
        raise SenderIsElsewhere


def _keep_note(
    about: Dispute, text: str, follow_up_on: date | None, is_told: bool, actor: Member, now: datetime
) -> DisputeNote:
    kept: DisputeNote = DisputeNote.objects.create(
        organisation_id=about.organisation_id,
        confidential=about.confidential,
        dispute=about,
        written_by_id=actor.person_id,
        written_at=now,
        text=text,
        is_told=is_told,
        follow_up_on=follow_up_on,
    )
    return kept


def _day_in(invoice: Invoice, moment: datetime) -> date:
    return moment.astimezone(invoice.organisation.zone).date()


def _record(
    name: str, about: Dispute, actor: Member, now: datetime, more: dict[str, Any] | None = None
) -> None:
    record(
        name,
        actor=actor,
        chain_id=about.organisation_id,
        subject_id=about.invoice_id,
        at=now,
        detail={"dispute": str(about.id), **(more or {})},
    )
