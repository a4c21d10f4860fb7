"""Starting the journey of an invoice: by the scheme, once it is coded (rules 3.2)."""

from datetime import datetime
from typing import Any

from omloop.audit.services import record
from omloop.circulation.ending.crediting import ask_approvers
from omloop.circulation.models import SchemeRule, SchemeStep, Step, StepAction
from omloop.circulation.refusals import NotInCirculation
from omloop.circulation.routing.amounts import settle_amount
from omloop.circulation.routing.held import hold_for_rate
from omloop.circulation.routing.opening import (
    add_fallback,
    continue_circulation,
    fallback_group,
    last_position,
    lock_invoice,
    open_all_parts,
)
from omloop.circulation.scheme.facts import as_json, facts_at
from omloop.circulation.scheme.rules import first_match, rules_in_order
from omloop.circulation.who.succession import let_successors_follow
from omloop.coding.proposing import propose
from omloop.coding.queries import is_coded_here, is_complete
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import Member


def start_circulation(
    invoice: Invoice, *, opened_at: datetime | None = None, actor: Member, now: datetime
) -> Invoice:
    """Copy the steps of the matching rule onto the invoice and open the first; twice does no harm.

    Where the organisation codes and nothing is known to propose, finance codes it first (rules 3.2).
    Without a rule one step of the fallback group asks whose invoice it is. The first step opens at
    `opened_at`: at intake when it was received (rules 4.2); what was typed or held opens now (4.3). Without a
    rate for its currency it is held (rules 3.6); one that was held on its way goes on where it was. Whether
    findings hold the invoice is the caller's to know (rules 2.4).
    """
    hold(invoice.organisation_id)
    locked = lock_invoice(invoice.id)
    if Step.objects.filter(organisation_id=locked.organisation_id, invoice=locked).exists():
        return _resume(locked, actor, now) if locked.state == Invoice.State.RECEIVED else locked
    if locked.state not in (Invoice.State.RECEIVED, Invoice.State.HELD, Invoice.State.CIRCULATING):
        raise NotInCirculation
    if not settle_amount(locked):
        hold_for_rate(locked, actor=actor, now=now)
        return locked
    locked.state = Invoice.State.CIRCULATING
    locked.save(update_fields=["state", "compared_amount"])
    if _needs_coding(locked, now):
        first, detail = _add_coding(locked, now), {"rule": None, "coding": True}
    else:
        first, detail = by_scheme(locked, now)
    _record("circulation.started", locked, actor, now, detail)
    open_all_parts(first, invoice=locked, opened_at=opened_at or now, actor=actor, now=now)
    return locked


def follow_scheme(invoice: Invoice, *, actor: Member, now: datetime) -> None:
    """Now that it is coded, the steps of the rule that matches come after it (rules 3.2).

    Steps of an earlier coding to which nobody has come are over. The invoice is locked.
    """
    steps = Step.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice)
    steps.filter(state=Step.State.WAITING).update(state=Step.State.ENDED, reason=Step.RECODED)
    _first, detail = by_scheme(invoice, now)
    _record("circulation.followed_scheme", invoice, actor, now, detail)


def by_scheme(invoice: Invoice, now: datetime) -> tuple[Step, dict[str, Any]]:
    """Add the steps of the rule that matches; the first, or the question whose it is; and what to record.

    Of a credit note it is who approved its invoice, whatever the scheme says (rules 2.11).
    """
    facts, rule = facts_at(invoice, now), None
    if asked := ask_approvers(invoice):
        first, detail = asked, {"credits": True}
    else:
        match = first_match(rules_in_order(invoice.organisation_id, now), facts)
        rule, detail = match.rule, {}
        first = copy_steps(rule, invoice)[0] if rule else add_fallback(invoice, reason=match.reason, now=now)
    first.matched_on = as_json(facts)
    first.save(update_fields=["matched_on"])
    return first, {"rule": str(rule.id) if rule else None, "step": str(first.id), **detail}


def _needs_coding(invoice: Invoice, now: datetime) -> bool:
    """Whether the organisation codes, and what is proposed is not all of it."""
    if not is_coded_here(invoice.organisation_id):
        return False
    propose(invoice, now=now)
    return not is_complete(invoice)


def _add_coding(invoice: Invoice, now: datetime) -> Step:
    added: Step = Step.objects.create(
        organisation_id=invoice.organisation_id,
        confidential=invoice.confidential,
        invoice=invoice,
        position=1,
        action=StepAction.CODE,
        origin=Step.Origin.CODING,
        group_id=fallback_group(invoice, now=now),
    )
    return added


def _resume(invoice: Invoice, actor: Member, now: datetime) -> Invoice:
    """Ask again who was asked when it was held on its way, or whoever stands in his place by now."""
    if not settle_amount(invoice):
        hold_for_rate(invoice, actor=actor, now=now)
        return invoice
    invoice.state = Invoice.State.CIRCULATING
    invoice.save(update_fields=["state", "compared_amount"])
    let_successors_follow(invoice)
    continue_circulation(invoice, actor=actor, now=now)
    return invoice


def copy_steps(rule: SchemeRule, invoice: Invoice) -> list[Step]:
    """The steps of the rule become steps of the invoice; later changes of the scheme don't touch them."""
    copied = steps_of(rule, invoice, after=last_position(invoice))
    Step.objects.bulk_create(copied)
    return copied


def steps_of(rule: SchemeRule, invoice: Invoice, *, after: int = 0) -> list[Step]:
    """The steps that the invoice would take by this rule, in order; nothing is written."""
    steps = SchemeStep.objects.filter(organisation_id=rule.organisation_id, rule=rule)
    return [
        Step(
            organisation_id=invoice.organisation_id,
            confidential=invoice.confidential,
            invoice=invoice,
            position=after + step.position,
            part=step.part,
            needs_all=step.needs_all,
            per_line=step.per_line,
            action=step.action,
            rule=rule,
            person_id=step.person_id,
            group_id=step.group_id,
        )
        for step in steps.order_by("position", "part")
    ]


def _record(name: str, invoice: Invoice, actor: Member, now: datetime, detail: dict[str, Any]) -> None:
    record(
        name,
        actor=actor,
        chain_id=invoice.organisation_id,
        subject_id=invoice.id,
        at=now,
        detail=detail,
    )
