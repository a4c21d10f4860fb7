"""What finance makes of a duplicate: an invoice of its own, or a copy that hangs on the first (rules 2.5)."""

from datetime import datetime
from uuid import UUID

from omloop.audit.services import record
from omloop.circulation.ending.cancelling import Ground, end_for_good, lock_to_end
from omloop.circulation.refusals.ending import EndsWithoutReason, FirstNotSeen, NoDuplicate
from omloop.circulation.routing.held import HeldBy, held_by
from omloop.circulation.routing.opening import lock_invoice
from omloop.intake.services import storable
from omloop.invoices.duplicates import firsts_among
from omloop.invoices.models import Duplicate, Invoice
from omloop.invoices.queries import visible_to
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.tenancy.scope import confidential_shown

Outcome = Duplicate.Outcome


def mark_as_original(invoice_id: UUID, *, reason: str, actor: Member, now: datetime) -> Invoice:
    """Say that an invoice is one of its own: its circulation starts, unless its findings hold it.

    One that was found only before booking was not held: it can then be booked. Raises RightMissing without
    *release*, EndsWithoutReason, NoDuplicate when somebody decided before, and FirstNotSeen: nobody judges
    what he may not see.
    """
    found = _take(invoice_id, actor)
    if not reason.strip():
        raise EndsWithoutReason
    _decide(found, Outcome.ORIGINAL, reason, actor, now)
    if held_by(found.invoice) not in (None, HeldBy.ERRORS):
        found.invoice.state = Invoice.State.RECEIVED
        found.invoice.save(update_fields=["state"])
    _record("invoice.marked_as_original", found, actor, now)
    return found.invoice


def hang_on_first(invoice_id: UUID, *, actor: Member, now: datetime) -> Invoice:
    """Say that an invoice is a copy of the first, as a mail beside Peppol: it does not circulate, and both
    show the other. Raises as `mark_as_original`, and PreBooked.
    """
    found = _take(invoice_id, actor)
    invoice = lock_to_end(invoice_id)
    _decide(found, Outcome.COPY, "", actor, now)
    end_for_good(invoice, ground=Ground.COPY, actor=actor, now=now)
    return invoice


def is_seen_by(duplicate: Duplicate, member: Member) -> bool:
    """Whether he may judge it: the first is his to see, or is not there any more."""
    first = Invoice.objects.filter(organisation_id=duplicate.organisation_id, id=duplicate.first_id)
    if visible_to(member).filter(id__in=first.values("id")).exists():
        return True
    with confidential_shown([duplicate.organisation_id]):
        return not first.exists()


def _take(invoice_id: UUID, actor: Member) -> Duplicate:
    """Hold the organisation and lock the invoice; refuse who may not, and what is decided.

    What is found only now, before booking, gets its row by the decision.
    """
    place = Invoice.objects.values_list("organisation_id", flat=True).get(id=invoice_id)
    actor.demand(Right.RELEASE, place)
    hold(place)
    invoice = lock_invoice(invoice_id)
    found = suspected(invoice)
    if found is None or invoice.state in (Invoice.State.REJECTED, Invoice.State.CANCELLED):
        raise NoDuplicate
    if not is_seen_by(found, actor):
        raise FirstNotSeen
    found.invoice = invoice
    return found


def suspected(invoice: Invoice) -> Duplicate | None:
    """What nobody has decided on yet: found at intake, or only now; not stored then."""
    own = {"organisation_id": invoice.organisation_id, "invoice": invoice}
    known: Duplicate | None = Duplicate.objects.filter(**own).first()
    if known is not None:
        return None if known.outcome else known
    first = firsts_among([invoice]).get(invoice.id)
    if first is None:
        return None
    return Duplicate(
        **own,
        confidential=invoice.confidential,
        first_id=first.invoice_id,
        is_certain=first.is_certain,
    )


def _decide(found: Duplicate, outcome: str, reason: str, actor: Member, now: datetime) -> None:
    found.outcome, found.reason = outcome, storable(reason.strip())
    found.decided_by_id, found.decided_at = actor.person_id, now
    found.found_at = found.found_at or now
    found.save()


def _record(name: str, found: Duplicate, actor: Member, now: datetime) -> None:
    record(
        name,
        actor=actor,
        chain_id=found.organisation_id,
        subject_id=found.invoice_id,
        at=now,
        detail={"first": str(found.first_id)},
    )
