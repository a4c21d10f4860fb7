"""Starting the journey of an invoice, and opening its steps (rules 3.2, 3.5, 4.4)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from omloop.absences.queries import covers_for
from omloop.audit.services import record
from omloop.circulation.models import Assignment, Decision, SchemeRule, SchemeStep, Step, StepAction
from omloop.circulation.policies import RIGHT_FOR, Standings, members_of, people_barred
from omloop.circulation.refusals import NotInCirculation
from omloop.circulation.route import Asked, Reason, find_route
from omloop.circulation.scheme import matching_rule
from omloop.circulation.seal import hash_what_counts
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.models import Group, Organisation
from omloop.organisations.rights import DefaultGroup, Right


def lock_invoice(invoice_id: UUID) -> Invoice:
    """The invoice as it stands now, locked until the transaction ends; whatever routes or decides begins so,
    once it holds the organisation.

    Raises Invoice.DoesNotExist for one that this scope can't see.
    """
    locked: Invoice = Invoice.objects.select_for_update(no_key=True).get(id=invoice_id)
    return locked


def start_circulation(invoice: Invoice, *, actor: Member, now: datetime) -> Invoice:
    """Copy the steps of the matching rule onto the invoice and open the first; twice does no harm.

    Without a rule one step of the fallback group asks whose invoice it is. The first step opens at
    `received_at` (rules 4.2). Whether findings hold the invoice is the caller's to know (rules 2.4).
    """
    hold(invoice.organisation_id)
    locked = lock_invoice(invoice.id)
    if Step.objects.filter(organisation_id=locked.organisation_id, invoice=locked).exists():
        return locked
    if locked.state not in (Invoice.State.RECEIVED, Invoice.State.HELD, Invoice.State.CIRCULATING):
        raise NotInCirculation
    locked.state = Invoice.State.CIRCULATING
    locked.save(update_fields=["state"])
    match = matching_rule(locked, now)
    if match.rule is None:
        first = add_fallback(locked, reason=match.reason, now=now)
    else:
        first = copy_steps(match.rule, locked)[0]
    detail = {"rule": str(match.rule.id) if match.rule else None}
    _record("circulation.started", locked, actor, now, detail)
    open_step(first, invoice=locked, opened_at=locked.received_at, actor=actor, now=now)
    return locked


def copy_steps(rule: SchemeRule, invoice: Invoice) -> list[Step]:
    """The steps of the rule become steps of the invoice; later changes of the scheme don't touch them."""
    steps = SchemeStep.objects.filter(organisation_id=rule.organisation_id, rule=rule).order_by("position")
    copied = [
        Step(
            organisation_id=invoice.organisation_id,
            confidential=invoice.confidential,
            invoice=invoice,
            position=step.position,
            action=step.action,
            rule=rule,
            person_id=step.person_id,
            group_id=step.group_id,
        )
        for step in steps
    ]
    Step.objects.bulk_create(copied)
    return copied


def add_fallback(invoice: Invoice, *, reason: str, now: datetime) -> Step:
    """A last step that asks the fallback group whose invoice this is; only an approval ends it."""
    steps = Step.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice)
    last = steps.order_by("-position").values_list("position", flat=True).first()
    added: Step = Step.objects.create(
        organisation_id=invoice.organisation_id,
        confidential=invoice.confidential,
        invoice=invoice,
        position=(last or 0) + 1,
        action=StepAction.APPROVE,
        origin=Step.Origin.FALLBACK,
        group_id=fallback_group(invoice, now=now),
        reason=reason,
    )
    return added


def fallback_group(invoice: Invoice, *, now: datetime) -> UUID:
    """Who is asked when nobody else can be: finance; for a confidential invoice a group that may see it.

    Without such a group it is finance all the same, and the invoice stands on *needs attention*.
    """
    groups = Group.objects.filter(organisation_id=invoice.organisation_id)
    if invoice.confidential:
        seeing = groups.filter(rights__right=Right.VIEW_CONFIDENTIAL, rights__valid__contains=now)
        own: UUID | None = seeing.order_by("id").values_list("id", flat=True).first()
        if own is not None:
            return own
    finance: UUID = groups.values_list("id", flat=True).get(default=DefaultGroup.FINANCE)
    return finance


def open_step(
    step: Step,
    *,
    invoice: Invoice,
    opened_at: datetime,
    actor: Member,
    now: datetime,
    sent: dict[str, str] | None = None,
) -> Assignment:
    """Find who holds the step and give him the task, with why (rules 3.14); never nobody.

    `sent` says by whom the step was sent here on purpose: `{"returned_by": id}` or `{"named_by": id}`.
    Call it with the invoice locked.
    """
    opened_on = day_in(invoice, opened_at)
    barred = people_barred(invoice, step.action)
    standings = Standings(invoice=invoice, right=RIGHT_FOR[step.action], barred=barred, now=now)
    asked = _ask(step, invoice, opened_on, now)
    standings.load(asked.members)
    covers = covers_for(invoice.organisation_id, {asked.import_date, opened_on})
    route, snapshot = find_route(
        asked, covers=covers, standing=standings.of, may_act_for=standings.may_act_for
    )
    step.state = Step.State.OPEN
    step.save(update_fields=["state"])
    assignment: Assignment = Assignment.objects.create(
        organisation_id=step.organisation_id,
        confidential=step.confidential,
        step=step,
        invoice=invoice,
        holder_id=route.holder_id,
        group_id=route.group_id,
        for_person_id=route.for_person_id,
        due_on=invoice.due_on,
        opened_at=opened_at,
        fallback=route.fallback,
        barred=sorted(barred) if route.group_id else [],
        why={**snapshot, "step": _about(step), "sent": sent or {}},
    )
    _record("step.opened", invoice, actor, now, _opened(assignment), for_person_id=route.for_person_id)
    return assignment


def continue_circulation(
    invoice: Invoice, *, reason: str = "", actor: Member, now: datetime
) -> Assignment | None:
    """Open the next step; after the last one the invoice is approved, or the fallback is asked.

    Approved it is only when an approval stands that was about these same data (rules 3.7). None when the
    invoice is approved.
    """
    steps = Step.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice)
    step = steps.filter(state=Step.State.WAITING).select_related("rule").order_by("position").first()
    if step is None and has_standing_approval(invoice):
        invoice.state = Invoice.State.APPROVED
        invoice.save(update_fields=["state"])
        _record("invoice.approved", invoice, actor, now, {})
        return None
    if step is None:
        step = add_fallback(invoice, reason=reason or Reason.NO_APPROVAL, now=now)
    return open_step(step, invoice=invoice, opened_at=now, actor=actor, now=now)


def has_standing_approval(invoice: Invoice) -> bool:
    """Whether the last one asked to approve did so, within his limit, and what counts has not changed since.

    An approval above a limit counts as a check and must be followed by a true one (rules 3.6, 3.7).
    """
    answers = Decision.objects.filter(
        organisation_id=invoice.organisation_id,
        invoice=invoice,
        step__action=StepAction.APPROVE,
        action__in=[Decision.Action.CHECK, Decision.Action.APPROVE],
    )
    last = answers.order_by("-decided_at", "-id").first()
    return (
        last is not None
        and last.action == Decision.Action.APPROVE
        and last.counts == hash_what_counts(invoice)
    )


def day_in(invoice: Invoice, moment: datetime) -> date:
    """The calendar day of an instant where the invoice's organisation is (rules 2.3)."""
    organisation: Organisation = invoice.organisation
    return moment.astimezone(organisation.zone).date()


def _ask(step: Step, invoice: Invoice, opened_on: date, now: datetime) -> Asked:
    is_question = step.origin == Step.Origin.FALLBACK and step.group_id is not None
    names_members = step.group_id is not None and not is_question
    return Asked(
        person_id=step.person_id,
        group_id=step.group_id,
        members=tuple(members_of(step.group_id, now=now)) if step.group_id and names_members else (),
        import_date=invoice.import_date,
        opened_on=opened_on,
        fallback_id=fallback_group(invoice, now=now),
        reason=step.reason if is_question else "",
    )


def _about(step: Step) -> dict[str, Any]:
    rule = step.rule
    return {
        "action": step.action,
        "origin": step.origin,
        "confidential": step.confidential,
        "rule": {"id": str(rule.id), "name": rule.name, "priority": rule.priority} if rule else None,
    }


def _opened(assignment: Assignment) -> dict[str, Any]:
    return {
        "step": str(assignment.step_id),
        "assignment": str(assignment.id),
        "holder": str(assignment.holder_id) if assignment.holder_id else None,
        "group": str(assignment.group_id) if assignment.group_id else None,
    }


def _record(
    name: str,
    invoice: Invoice,
    actor: Member,
    now: datetime,
    detail: dict[str, Any],
    for_person_id: UUID | None = None,
) -> None:
    record(
        name,
        actor=actor,
        chain_id=invoice.organisation_id,
        subject_id=invoice.id,
        at=now,
        for_person_id=for_person_id,
        detail=detail,
    )
