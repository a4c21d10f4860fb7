"""An invoice that is under way follows the scheme of today, for somebody wants that (rules 3.2)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from omloop.audit.services import record
from omloop.circulation.models import Assignment, Step
from omloop.circulation.refusals import NotUnderWay, Refusal, StillToBeCoded
from omloop.circulation.routing.opening import lock_invoice, open_all_parts
from omloop.circulation.routing.voided import answers_on_content
from omloop.circulation.scheme.behind import COMING, behind_scheme
from omloop.circulation.scheme.starting import by_scheme
from omloop.circulation.who.succession import let_successors_follow
from omloop.invoices.models import Invoice
from omloop.invoices.queries import visible_to
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right

AT_ONCE = 100
"""Invoices in one go, so that nobody waits long for what this locks."""


@dataclass(frozen=True)
class Result:
    """What came of one invoice: who is asked now, or why nothing has changed."""

    invoice: Invoice
    tasks: list[Assignment]
    refusal: Refusal | None = None


def follow_each(place: UUID, invoice_ids: list[UUID], *, actor: Member, now: datetime) -> list[Result]:
    """Have each of these follow the scheme of today; one that is refused hinders no other.

    Those that the actor can't see are passed over in silence. Raises RightMissing without *manage schemes*.
    """
    actor.demand(Right.MANAGE_SCHEMES, place)
    hold(place)
    seen = visible_to(actor).filter(organisation_id=place, id__in=invoice_ids[:AT_ONCE])
    return [_follow(invoice, actor, now) for invoice in seen.order_by("id")]


def follow_unseen(place: UUID, ways: Collection[str], *, actor: Member, now: datetime) -> list[Result]:
    """Have what the actor may not see follow the scheme of today, of all that went these ways (`Behind.way`).

    Who decides which rule holds decides this too, and sees no invoice by it (rules 1.3); what is
    confidential stays as it is. Raises as `follow_each`.
    """
    actor.demand(Right.MANAGE_SCHEMES, place)
    hold(place)
    behind = [each.invoice for each in behind_scheme(place, now=now) if each.way in ways]
    unseen = behind and without_sight(actor, behind)
    return [_follow(invoice, actor, now) for invoice in unseen[:AT_ONCE]]


def without_sight(member: Member, invoices: list[Invoice]) -> list[Invoice]:
    """Those of these invoices that he may not see; one query."""
    seen = visible_to(member).filter(id__in=[invoice.id for invoice in invoices])
    known = set(seen.values_list("id", flat=True))
    return [invoice for invoice in invoices if invoice.id not in known]


def _follow(invoice: Invoice, actor: Member, now: datetime) -> Result:
    try:
        return Result(invoice, follow_scheme_of_today(invoice.id, actor=actor, now=now))
    except Refusal as refusal:
        return Result(invoice, [], refusal)


def follow_scheme_of_today(invoice_id: UUID, *, actor: Member, now: datetime) -> list[Assignment]:
    """End its steps, and copy those of the rule that matches now; gives the tasks that are open then.

    What was checked and approved lapses, and stays in the history; its coding stays as it is. The import
    date decides on substitutes, as before (rules 4.2). Raises RightMissing, NotUnderWay, and StillToBeCoded:
    what is still to be coded follows the scheme of that day by itself.
    """
    place = Invoice.objects.values_list("organisation_id", flat=True).get(id=invoice_id)
    actor.demand(Right.MANAGE_SCHEMES, place)
    hold(place)
    invoice = lock_invoice(invoice_id)
    if invoice.state != Invoice.State.CIRCULATING:
        raise NotUnderWay
    if Step.objects.filter(
        COMING, organisation_id=place, invoice=invoice, origin=Step.Origin.CODING
    ).exists():
        raise StillToBeCoded
    lapsed = _end(invoice, actor, now)
    first, detail = by_scheme(invoice, now)
    let_successors_follow(invoice)
    detail |= {"lapsed": lapsed}
    record("circulation.rerouted", actor=actor, chain_id=place, subject_id=invoice.id, at=now, detail=detail)
    sent = {"rerouted_by": str(actor.person_id)} if actor.person_id else {}
    return open_all_parts(first, invoice=invoice, opened_at=now, actor=actor, now=now, sent=sent)


def _end(invoice: Invoice, actor: Member, now: datetime) -> int:
    """Nobody is asked any more, and what was decided counts no more; how many decisions that were."""
    own: dict[str, Any] = {"organisation_id": invoice.organisation_id, "invoice": invoice}
    Assignment.objects.filter(**own, ended_at=None).update(ended_at=now)
    steps = Step.objects.filter(**own)
    answers = answers_on_content(invoice)
    done = list(answers.values_list("step_id", flat=True))
    lapsed = answers.update(withdrawn_at=now, voided_by_id=actor.person_id)
    steps.filter(COMING | Q(id__in=done)).update(state=Step.State.ENDED, reason=Step.REROUTED)
    return lapsed
