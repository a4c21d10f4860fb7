"""One invoice made confidential by hand or by its account, with all that hangs on it (rules 2.12)."""

from datetime import datetime
from uuid import UUID

from omloop.audit.services import record
from omloop.circulation.models import Assignment, Step
from omloop.circulation.refusals.ending import ConfidentialAlready, PreBooked
from omloop.circulation.routing.opening import lock_invoice, open_step
from omloop.circulation.who.policies import Standings, members_of, right_for
from omloop.circulation.who.together import open_tasks
from omloop.coding.secrecy import secret_account_of
from omloop.intake.services import make_confidential
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.payees.hiding import hide_account
from omloop.tenancy.scope import confidential_shown


def hide_invoice(invoice_id: UUID, *, actor: Member, now: datetime) -> Invoice:
    """Make it confidential by hand: who has not the right sees nothing of it any more.

    A task of somebody without the right goes to who has it. What is booked stands in a file already and
    stays as it is. Raises RightMissing without *view confidential*, ConfidentialAlready and PreBooked.
    """
    place = Invoice.objects.values_list("organisation_id", flat=True).get(id=invoice_id)
    actor.demand(Right.VIEW_CONFIDENTIAL, place)
    hold(place)
    invoice = lock_invoice(invoice_id)
    if invoice.confidential:
        raise ConfidentialAlready
    if _is_booked(invoice):
        raise PreBooked
    return _hide(invoice, actor, now)


def hide_by_account(invoice: Invoice, *, actor: Member, now: datetime) -> Invoice:
    """Make an invoice confidential that is coded on a confidential ledger account, or would be.

    One that is booked in any way stays as it is. Twice does no harm.
    """
    hold(invoice.organisation_id)
    code = secret_account_of(invoice)
    if not code or _is_booked(invoice):
        return invoice
    return _hide(lock_invoice(invoice.id), actor, now, account=code)


def _is_booked(invoice: Invoice) -> bool:
    """Booking stands above this room; its table is reached by the name that it gives to an invoice."""
    return Invoice.objects.filter(id=invoice.id, bookings__isnull=False).exists()


def _hide(invoice: Invoice, actor: Member, now: datetime, **detail: str) -> Invoice:
    place, key = invoice.organisation_id, invoice.id
    make_confidential(invoice.document)
    with confidential_shown([place]):
        invoice = lock_invoice(key)
        hide_account(invoice, now=now)
        record(
            "invoice.made_confidential", actor=actor, chain_id=place, subject_id=key, at=now, detail=detail
        )
        for task in open_tasks(invoice):
            if not _is_with_who_may(task, invoice, now):
                _ask_anew(task, invoice, actor, now)
    return invoice


def _is_with_who_may(task: Assignment, invoice: Invoice, now: datetime) -> bool:
    right = right_for(task.step.action, fallback=task.fallback)
    standings = Standings(invoice=invoice, right=right, barred=task.barred, now=now)
    if task.group_id is None:
        return standings.may_act_for(task.holder_id, task.for_person_id) if task.holder_id else False
    return any(standings.may_act(each) for each in members_of(task.group_id, now=now))


def _ask_anew(task: Assignment, invoice: Invoice, actor: Member, now: datetime) -> None:
    Assignment.objects.filter(id=task.id).update(ended_at=now)
    step = Step.objects.select_related("rule").get(id=task.step_id)
    open_step(step, invoice=invoice, opened_at=now, actor=actor, now=now)
