"""Withdrawing an own decision: it is asked anew, and both stay in the history (rules 3.3)."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from omloop.audit.services import record
from omloop.circulation.deciding.task import Outcome
from omloop.circulation.models import Assignment, Decision, Step
from omloop.circulation.refusals import (
    AlreadyWithdrawn,
    BookedSince,
    DisputedSince,
    NotAPerson,
    NotEntitled,
    NotInCirculation,
    NotYourDecision,
    SomethingFollowed,
    UnknownDecision,
)
from omloop.circulation.refusals.ending import CancelledSince
from omloop.circulation.routing.opening import lock_invoice, open_all_parts
from omloop.circulation.who.asked_once import name_the_same
from omloop.circulation.who.policies import Standings, right_for
from omloop.circulation.who.succession import let_successors_follow
from omloop.circulation.who.together import COMPLETES
from omloop.disputes.queries import dispute_of
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import Member

SENDS_BACK = (Decision.Action.RETURN, Decision.Action.REJECT)
DECIDES = (*COMPLETES, *SENDS_BACK)
"""What moves an invoice on. What was forwarded is taken back, and what is on hold released (rules 3.15)."""


def withdraw(*, decision_id: UUID, remark: str = "", actor: Member, now: datetime) -> Outcome:
    """Take an own decision back as long as nobody decided after it: its step is asked anew, as of today.

    What opened by it closes; an invoice that it approved or rejected is in circulation again. An answer that
    counted for two steps in a row is withdrawn for both (rules 3.5). Whoever else voted in the same step
    keeps his vote.

    Raises NotAPerson, UnknownDecision, NotYourDecision, AlreadyWithdrawn, NotEntitled, SomethingFollowed,
    BookedSince, CancelledSince, NotInCirculation (held) or DisputedSince; nothing is written then.
    """
    decision = _take(decision_id, actor)
    if decision.withdrawn_at is not None:
        raise AlreadyWithdrawn
    if not _is_entitled(decision, now):
        raise NotEntitled
    together = _given_at_once(decision)
    if _is_followed(together):
        raise SomethingFollowed
    if decision.invoice.booked_at is not None:
        raise BookedSince
    if decision.invoice.state == Invoice.State.CANCELLED:
        raise CancelledSince
    if decision.invoice.state == Invoice.State.HELD:
        raise NotInCirculation
    if _led_to_a_dispute(decision):
        raise DisputedSince
    Decision.objects.filter(id__in=[each.id for each in together]).update(
        withdrawn_at=now, withdrawal=remark.strip()
    )
    _record(together, actor, now)
    opened = _ask_anew(together, actor, now)
    withdrawn = Decision.objects.filter(id__in=[each.id for each in together]).select_related("step")
    return Outcome(decision.invoice, tuple(withdrawn.order_by("id")), opened)


def withdrawable(invoice: Invoice, member: Member, *, now: datetime) -> Decision | None:
    """The decision of this member that he can still withdraw; for a page, the gate asks again."""
    if member.person_id is None or invoice.booked_at is not None:
        return None
    if invoice.state in (Invoice.State.CANCELLED, Invoice.State.HELD):
        return None
    own = _deciding(invoice).filter(person_id=member.person_id).order_by("-id").first()
    if own is None:
        return None
    own.invoice = invoice
    if not _is_entitled(own, now) or _is_followed(_given_at_once(own)) or _led_to_a_dispute(own):
        return None
    return own


def _right_of(decision: Decision) -> str:
    """What one needs to withdraw it: what one needed to decide it."""
    fallback = decision.assignment.fallback if decision.action in SENDS_BACK else ""
    return right_for(decision.step.action, fallback=fallback)


def _take(decision_id: UUID, actor: Member) -> Decision:
    """Hold the organisation, lock the invoice and read the decision afresh."""
    if actor.person_id is None:
        raise NotAPerson
    rows = Decision.objects.filter(id=decision_id, action__in=DECIDES)
    found = rows.values_list("organisation_id", "invoice_id").first()
    if found is None:
        raise UnknownDecision
    hold(found[0])
    invoice = lock_invoice(found[1])
    decision: Decision = rows.select_related("step", "assignment").get()
    decision.invoice = invoice
    if decision.person_id != actor.person_id:
        raise NotYourDecision
    return decision


def _is_entitled(decision: Decision, now: datetime) -> bool:
    right = _right_of(decision)
    standings = Standings(invoice=decision.invoice, right=right, barred=(), now=now)
    return standings.may_act_for(decision.person_id, decision.for_person_id)


def _deciding(invoice: Invoice) -> QuerySet[Decision]:
    rows = Decision.objects.standing().select_related("step", "assignment")
    return rows.filter(organisation_id=invoice.organisation_id, invoice=invoice, action__in=DECIDES)


def _given_at_once(decision: Decision) -> list[Decision]:
    """The decision, with those that the same answer gave for the steps before and after it, in order."""
    same = _deciding(decision.invoice).filter(person_id=decision.person_id, decided_at=decision.decided_at)
    runs: list[list[Decision]] = []
    for each in same.order_by("id"):
        before = runs[-1][-1].step if runs else None
        if before and before.position != each.step.position and name_the_same(before, each.step):
            runs[-1].append(each)
        else:
            runs.append([each])
        each.invoice = decision.invoice
    return next(run for run in runs if decision in run)


def _is_followed(together: list[Decision]) -> bool:
    """Whether somebody decided afterwards, or its step is over for good; a vote in the same step does not
    rest on this one."""
    first = together[0]
    if any(each.step.reason in Step.OVER for each in together):
        return True
    later = _deciding(first.invoice).filter(id__gt=first.id).exclude(id__in=[each.id for each in together])
    votes_beside = Q(step__position=first.step.position, action__in=COMPLETES)
    return bool(later.exclude(votes_beside).exists())


def _led_to_a_dispute(decision: Decision) -> bool:
    """Whether it rejected an invoice that is disputed for that: the supplier may know."""
    return decision.action == Decision.Action.REJECT and dispute_of(decision.invoice) is not None


def _ask_anew(together: list[Decision], actor: Member, now: datetime) -> Assignment:
    """Close what opened by it, restore what it ended, and open its step again."""
    first, invoice = together[0], together[0].invoice
    steps = Step.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice)
    _close(steps.filter(state=Step.State.OPEN).exclude(position=first.step.position), first, now)
    if first.action == Decision.Action.REJECT:
        steps.filter(state=Step.State.ENDED).exclude(reason__in=Step.OVER).update(state=Step.State.WAITING)
    steps.filter(id__in=[each.step_id for each in together]).update(state=Step.State.WAITING)
    if invoice.state != Invoice.State.CIRCULATING:
        invoice.state = Invoice.State.CIRCULATING
        invoice.save(update_fields=["state"])
    let_successors_follow(invoice)
    sent = {"withdrawn_by": str(first.person_id)}
    opened = open_all_parts(first.step, invoice=invoice, opened_at=now, actor=actor, now=now, sent=sent)
    return next(task for task in opened if task.step_id == first.step_id)


def _close(steps: QuerySet[Step], first: Decision, now: datetime) -> None:
    """Tasks end; a step that came only by this decision (a return, a fallback) is over, others wait again."""
    tasks = Assignment.objects.filter(organisation_id=first.organisation_id, step__in=steps, ended_at=None)
    tasks.update(ended_at=now)
    others = Step.objects.filter(organisation_id=first.organisation_id, invoice_id=first.invoice_id)
    came = others.filter(part=1, id__gt=first.id).exclude(origin=Step.Origin.SCHEME)
    gone = set(came.values_list("position", flat=True))
    steps.filter(position__in=gone).update(state=Step.State.ENDED, reason=Step.WITHDRAWN)
    steps.update(state=Step.State.WAITING)


def _record(together: list[Decision], actor: Member, now: datetime) -> None:
    first = together[0]
    detail = {
        "step": str(first.step_id),
        "assignment": str(first.assignment_id),
        "asked": first.step.action,
        "decisions": [str(each.id) for each in together],
    }
    record(
        "step.withdrawn",
        actor=actor,
        chain_id=first.organisation_id,
        subject_id=first.invoice_id,
        at=now,
        for_person_id=first.for_person_id,
        detail=detail,
    )
