"""Opening the steps of an invoice, one after another (rules 3.5, 4.4)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from omloop.absences.queries import covers_for
from omloop.absences.resolution import Covers
from omloop.audit.services import record
from omloop.circulation.models import Assignment, Decision, Step, StepAction
from omloop.circulation.routing.route import Asked, Reason, Route, find_route
from omloop.circulation.routing.seal import hash_what_counts
from omloop.circulation.routing.voided import changed_since
from omloop.circulation.who.by_line import lines_of_step, says
from omloop.circulation.who.policies import RIGHT_FOR, Standings, members_of
from omloop.circulation.who.together import barred_from, everyone_asked, open_tasks, parts_of
from omloop.invoices.models import Invoice
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


def last_position(invoice: Invoice) -> int:
    """Where the last of its steps stands; 0: it has none."""
    steps = Step.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice)
    return steps.order_by("-position").values_list("position", flat=True).first() or 0


def add_fallback(invoice: Invoice, *, reason: str, now: datetime) -> Step:
    """A last step that asks the fallback group whose invoice this is; only an approval ends it."""
    added: Step = Step.objects.create(
        organisation_id=invoice.organisation_id,
        confidential=invoice.confidential,
        invoice=invoice,
        position=last_position(invoice) + 1,
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

    `sent` says by whom the step was sent here on purpose: `{"returned_by": id}`, `{"named_by": id}`,
    `{"forwarded_by": id}`, `{"withdrawn_by": id}`, `{"recoded_by": id}`, `{"retyped_by": id}` or
    `{"rerouted_by": id}`; or which group is needed as a whole: `{"member_of": id}`.
    Call it with the invoice locked.
    """
    barred = barred_from(step, invoice)
    route, snapshot = route_step(
        step, invoice=invoice, opened_on=day_in(invoice, opened_at), barred=barred, now=now
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
        why={**snapshot, "sent": sent or {}},
    )
    _record("step.opened", invoice, actor, now, _opened(assignment), for_person_id=route.for_person_id)
    return assignment


def route_step(
    step: Step,
    *,
    invoice: Invoice,
    opened_on: date,
    barred: frozenset[UUID],
    now: datetime,
    supposed: Covers | None = None,
) -> tuple[Route, dict[str, Any]]:
    """Who would get a step that opens on this day, and the snapshot of what that rests on; only reads.

    `supposed`: absences of people in the place of what is known of theirs, to try something out.
    """
    standings = Standings(invoice=invoice, right=RIGHT_FOR[step.action], barred=barred, now=now)
    asked = _ask(step, invoice, opened_on, now)
    standings.load(asked.members)
    covers = {**covers_for(invoice.organisation_id, {asked.import_date, opened_on}), **(supposed or {})}
    route, snapshot = find_route(
        asked, covers=covers, standing=standings.of, may_act_for=standings.may_act_for
    )
    return route, {**snapshot, "step": _about(step)}


def continue_circulation(
    invoice: Invoice, *, reason: str = "", actor: Member, now: datetime
) -> list[Assignment]:
    """Open the next step; after the last one the invoice is approved, or the fallback is asked.

    Approved it is only when an approval stands that was about these same data (rules 3.7). Gives the tasks
    that are open then: those of the other parts where not all have answered, none when it is approved.
    """
    steps = Step.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice)
    coming = steps.filter(state__in=[Step.State.OPEN, Step.State.WAITING]).select_related("rule")
    step = coming.order_by("position", "part").first()
    if step is not None and step.state == Step.State.OPEN:
        return open_tasks(invoice)
    if step is None and has_standing_approval(invoice):
        invoice.state = Invoice.State.APPROVED
        invoice.save(update_fields=["state"])
        _record("invoice.approved", invoice, actor, now, {})
        return []
    if step is None:
        step = add_fallback(invoice, reason=reason or Reason.NO_APPROVAL, now=now)
    return open_all_parts(step, invoice=invoice, opened_at=now, actor=actor, now=now)


def open_all_parts(
    step: Step,
    *,
    invoice: Invoice,
    opened_at: datetime,
    actor: Member,
    now: datetime,
    sent: dict[str, str] | None = None,
) -> list[Assignment]:
    """Open what waits of a step, with everybody who is asked at the same time (rules 3.9).

    `sent` as in `open_step`, for all of them.
    """
    parts = list(parts_of(step).filter(state=Step.State.WAITING).select_related("rule"))
    fallback_id = fallback_group(invoice, now=now) if step.per_line else None
    lapsed = {} if sent else changed_since(parts)
    asked = [
        (one, {**how, **(sent or lapsed.get(part.id, {}))})
        for part in parts
        for one, how in everyone_asked(part, invoice=invoice, fallback_id=fallback_id, now=now)
    ]
    return [
        open_step(part, invoice=invoice, opened_at=opened_at, actor=actor, now=now, sent=about)
        for part, about in asked
    ]


def has_standing_approval(invoice: Invoice) -> bool:
    """Whether the last step that asked to approve got it, within a limit, and what counts is still the same.

    An approval above a limit counts as a check and must be followed by a true one (rules 3.6, 3.7). Where
    several were asked at the same time one true one is enough, whoever came first; of those who each decide
    on lines of their own every one is needed (3.8).
    """
    answers = Decision.objects.standing().filter(
        organisation_id=invoice.organisation_id,
        invoice=invoice,
        step__action=StepAction.APPROVE,
        action__in=[Decision.Action.CHECK, Decision.Action.APPROVE],
    )
    last = answers.order_by("-decided_at", "-id").select_related("step").first()
    if last is None:
        return False
    together = answers.filter(step__position=last.step.position, action=Decision.Action.APPROVE)
    stand = [
        each.counts == hash_what_counts(invoice, each.step) for each in together.select_related("step__rule")
    ]
    asked = parts_of(last.step).exclude(state=Step.State.ENDED).count() if last.step.per_line else 1
    return bool(sum(stand) >= asked)


def day_in(invoice: Invoice, moment: datetime) -> date:
    """The calendar day of an instant where the invoice's organisation is (rules 2.3)."""
    organisation: Organisation = invoice.organisation
    return moment.astimezone(organisation.zone).date()


def _ask(step: Step, invoice: Invoice, opened_on: date, now: datetime) -> Asked:
    reason = why_fallback(step)
    return Asked(
        person_id=step.person_id,
        group_id=step.group_id,
        members=tuple(members_of(step.group_id, now=now)) if step.group_id and not reason else (),
        import_date=invoice.import_date,
        opened_on=opened_on,
        fallback_id=fallback_group(invoice, now=now),
        reason=reason,
    )


def why_fallback(step: Step) -> str:
    """Why a step is the fallback itself, a question to a group; empty for any other."""
    return step.reason if step.origin == Step.Origin.FALLBACK and step.group_id else ""


def _about(step: Step) -> dict[str, Any]:
    rule = step.rule
    return {
        "action": step.action,
        "origin": step.origin,
        "confidential": step.confidential,
        "rule": {"id": str(rule.id), "name": rule.name, "priority": rule.priority} if rule else None,
        "lines": says(lines_of_step(step)) if step.per_line else "",
        **({"credited": True} if step.reason == Step.CREDITED else {}),
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
