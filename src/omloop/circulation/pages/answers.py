"""What a page answers to a decision: a sentence when it is taken, and what was wrong when it is refused."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from omloop.circulation import refusals
from omloop.circulation.deciding.bulk import Result
from omloop.circulation.deciding.offer import holder_of
from omloop.circulation.deciding.task import Outcome
from omloop.circulation.models import Assignment, Decision
from omloop.circulation.pages.sent import FormRefused
from omloop.circulation.refusals import Refusal
from omloop.circulation.refusals import consultations as consultation_refusals
from omloop.circulation.refusals import ending as ending_refusals
from omloop.invoices.models import Invoice

STATUS: dict[type[Refusal], int] = {
    refusals.AlreadyDecided: 409,
    refusals.NotInCirculation: 409,
    refusals.ActionNotAsked: 409,
    refusals.CodingIncomplete: 409,
    refusals.NobodyToName: 409,
    refusals.NotOfAGroup: 409,
    refusals.NotUnderWay: 409,
    refusals.StillToBeCoded: 409,
    refusals.OnHold: 409,
    refusals.NotOnHold: 409,
    consultation_refusals.AdviceAwaited: 409,
    consultation_refusals.AlreadyConsulted: 409,
    consultation_refusals.NotConsulted: 409,
    consultation_refusals.CannotBeConsulted: 422,
    consultation_refusals.QuestionMissing: 422,
    consultation_refusals.AnswerMissing: 422,
    refusals.AlreadyWithdrawn: 409,
    refusals.BookedSince: 409,
    refusals.SomethingFollowed: 409,
    refusals.DisputedSince: 409,
    ending_refusals.NotToBeCancelled: 409,
    ending_refusals.PreBooked: 409,
    ending_refusals.NoDuplicate: 409,
    ending_refusals.TakesNothingIn: 409,
    ending_refusals.DecidedAlready: 409,
    ending_refusals.ConfidentialAlready: 409,
    ending_refusals.CancelledSince: 409,
    ending_refusals.EndsWithoutReason: 422,
    ending_refusals.SameOrganisation: 422,
    ending_refusals.CannotBeCredited: 422,
    refusals.NoDayToCome: 422,
    refusals.ReasonMissing: 422,
    refusals.RemarkMissing: 422,
    refusals.NotAnEarlierDecider: 422,
    refusals.CannotBeNamed: 422,
    refusals.NobodyNamed: 422,
    FormRefused: 422,
    refusals.UnknownAssignment: 404,
    refusals.UnknownDecision: 404,
    consultation_refusals.UnknownConsultation: 404,
}
"""How a refusal is answered; any other is 403."""


def status_of(refusal: Refusal) -> int:
    """The HTTP status for a refusal."""
    return STATUS.get(type(refusal), 403)


def told(outcome: Outcome) -> str:
    """What the decision came to, and who is asked next."""
    if outcome.decisions[-1].action in (Decision.Action.HOLD, Decision.Action.RELEASE):
        return _what(outcome)
    parts = {"what": _what(outcome), "name": waits_for(outcome)}
    if outcome.opened is not None:
        return _("%(what)s, now with %(name)s") % parts
    if outcome.invoice.state == Invoice.State.APPROVED:
        return _("%(what)s: all approvals are given") % parts
    return str(parts["what"])


def waits_for(outcome: Outcome) -> str:
    """Who has the invoice now: one, or all to whom it was forwarded; empty: nobody."""
    return ", ".join(holder_of(each) for each in (outcome.opened, *outcome.also) if each is not None)


@dataclass(frozen=True)
class Answered:
    """One line of what came of several answers; `invoice` when it is still to be judged."""

    invoice: Invoice
    text: str
    is_done: bool


def answered(results: Sequence[Result]) -> list[Answered]:
    """What came of each, what was refused first."""
    lines = [
        Answered(each.assignment.invoice, told(each.outcome), True)
        if each.outcome
        else Answered(each.assignment.invoice, str(each.refusal), False)
        for each in results
    ]
    return sorted(lines, key=lambda line: line.is_done)


def told_named(opened: Assignment) -> str:
    """Where the invoice went after somebody said whose it is."""
    return _("Handed over, now with %(name)s") % {"name": holder_of(opened)}


def _what(outcome: Outcome) -> str:
    last = outcome.decisions[-1]
    if last.withdrawn_at is not None:
        return _("Withdrawn")
    if last.action == Decision.Action.CHECK and last.step.is_answer:
        return _("Answered")
    if outcome.counted_as_check:
        return _("Above your limit, so counted as a check")
    return {
        Decision.Action.CHECK: _("Checked"),
        Decision.Action.APPROVE: _("Approval given"),
        Decision.Action.RETURN: _("Returned"),
        Decision.Action.REJECT: _("Rejected"),
        Decision.Action.FORWARD: _("Forwarded"),
        Decision.Action.HOLD: _("Put on hold"),
        Decision.Action.RELEASE: _("Released"),
        Decision.Action.CODE: _("Coded"),
    }[Decision.Action(last.action)]


def refused(request: HttpRequest, invoice: Invoice, refusal: Refusal) -> HttpResponse:
    """The page that says why nothing was decided and what to do next; what was written stays on it."""
    context = {
        "invoice": invoice,
        "refusal": refusal,
        "asks_remark": isinstance(refusal, refusals.RemarkMissing),
        "said": request.POST,
    }
    return render(request, "circulation/refused.html", context, status=status_of(refusal))
