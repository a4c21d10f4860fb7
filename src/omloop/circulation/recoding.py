"""What a changed coding does to decisions: those that were about a changed line are asked anew (3.2, 3.7)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from omloop.audit.services import record
from omloop.circulation.amounts import settle_amount
from omloop.circulation.by_line import attach, owner_of, part_for
from omloop.circulation.models import Assignment, Decision, Step, StepLine
from omloop.circulation.policies import members_of, people_barred
from omloop.circulation.routing import fallback_group, lock_invoice, open_all_parts, open_step
from omloop.circulation.seal import hash_what_counts
from omloop.circulation.succession import in_place_of, let_successors_follow
from omloop.circulation.together import open_tasks
from omloop.circulation.voided import ON_CONTENT, RECODED, RETYPED
from omloop.coding.models import CodingLine
from omloop.coding.queries import lines_of
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import Member


def after_coding(invoice: Invoice, *, coded_by: UUID | None, actor: Member, now: datetime) -> None:
    """Void the decisions that were about what changed, and ask them anew; the rest stands.

    New lines go to the part of their owner, or to a part of his own; a part without lines is over. An
    invoice that was approved is in circulation again. A booked one stays as it was booked (rules 3.11): its
    coding was changed just before. Twice does no harm.
    """
    hold(invoice.organisation_id)
    _ask_anew(lock_invoice(invoice.id), coded_by, RECODED, actor=actor, now=now)


def _ask_anew(locked: Invoice, changed_by: UUID | None, how: str, *, actor: Member, now: datetime) -> None:
    if locked.booked_at is not None:
        return
    if locked.state not in (Invoice.State.CIRCULATING, Invoice.State.APPROVED):
        return
    steps = Step.objects.filter(organisation_id=locked.organisation_id, invoice=locked)
    _share_out(steps.filter(per_line=True), locked, now)
    _void(locked, changed_by, actor, now)
    sent = {how: str(changed_by)} if changed_by else {}
    _ask(steps, locked, sent, actor, now)


def after_typing(invoice: Invoice, *, typed_by: UUID | None, actor: Member, now: datetime) -> None:
    """Void the decisions about an invoice whose data was typed again, as far as that counts (rules 3.7).

    Who typed approves it no more: what waits for him goes to somebody else (rules 3.5).
    """
    hold(invoice.organisation_id)
    locked = lock_invoice(invoice.id)
    if settle_amount(locked):
        locked.save(update_fields=["compared_amount"])
    _ask_anew(locked, typed_by, RETYPED, actor=actor, now=now)
    sent = {RETYPED: str(typed_by)} if typed_by else {}
    for task in open_tasks(locked):
        if _waits_for_a_maker(task, locked, now):
            Assignment.objects.filter(id=task.id).update(ended_at=now)
            open_step(task.step, invoice=locked, opened_at=now, actor=actor, now=now, sent=sent)


def _waits_for_a_maker(task: Assignment, invoice: Invoice, now: datetime) -> bool:
    """Whether its holder, or one of its group who could act so far, is barred by now."""
    barred = people_barred(task.step, invoice)
    if task.fallback or not barred:
        return False
    if task.group_id is None:
        return bool(barred & {task.holder_id, task.for_person_id})
    return bool(barred.intersection(members_of(task.group_id, now=now)) - set(task.barred))


def _share_out(split: "QuerySet[Step]", invoice: Invoice, now: datetime) -> None:
    """Give lines that came to the parts of their owners, and end the parts that have none left."""
    parts = list(split.exclude(state=Step.State.ENDED).order_by("position", "part"))
    lines = lines_of(invoice)
    for position in sorted({part.position for part in parts if part.person_id or part.group_id}):
        at_it = [part for part in parts if part.position == position]
        _give(at_it, lines, split, invoice, now)


def _give(
    parts: list[Step], lines: list[CodingLine], split: "QuerySet[Step]", invoice: Invoice, now: datetime
) -> None:
    own = StepLine.objects.filter(organisation_id=invoice.organisation_id, step__in=parts)
    current = {line.id for line in lines}
    placed = [pair for pair in own.values_list("line_id", "step_id") if pair[0] in current]
    left = {step_id for _, step_id in placed}
    instead = in_place_of(invoice)
    for line in lines:
        if line.id not in {line_id for line_id, _ in placed}:
            owner = owner_of(line)
            part = _part_of(instead.get(owner, owner) if owner else None, parts, split, invoice, now)
            attach(part, [line])
            left.add(part.id)
    _end([part for part in parts if part.id not in left], now)


def _part_of(
    owner: UUID | None, parts: list[Step], split: "QuerySet[Step]", invoice: Invoice, now: datetime
) -> Step:
    """The part of this owner; one more where he has none."""
    for part in parts:
        if part.person_id == owner:
            return part
    last = max(split.filter(position=parts[0].position).values_list("part", flat=True))
    added = part_for(parts[0], owner, last + 1, fallback_id=fallback_group(invoice, now=now))
    parts.append(added)
    return added


def _end(parts: Iterable[Step], now: datetime) -> None:
    ids = [part.id for part in parts]
    Assignment.objects.filter(step_id__in=ids, ended_at=None).update(ended_at=now)
    Step.objects.filter(id__in=ids).update(state=Step.State.ENDED, reason=Step.RECODED)


def _void(invoice: Invoice, changed_by: UUID | None, actor: Member, now: datetime) -> None:
    """The decisions whose lines say something else now: they count no more, and their steps wait."""
    standing = Decision.objects.standing().filter(
        organisation_id=invoice.organisation_id,
        invoice=invoice,
        step__state=Step.State.DONE,
        step__origin__in=ON_CONTENT,
        action__in=[Decision.Action.CHECK, Decision.Action.APPROVE],
    )
    for decision in standing.select_related("step__rule").order_by("id"):
        if decision.counts == hash_what_counts(invoice, decision.step):
            continue
        Decision.objects.filter(id=decision.id).update(withdrawn_at=now, voided_by_id=changed_by)
        Step.objects.filter(id=decision.step_id).update(state=Step.State.WAITING)
        detail = {"step": str(decision.step_id), "decision": str(decision.id)}
        record(
            "step.voided",
            actor=actor,
            chain_id=invoice.organisation_id,
            subject_id=invoice.id,
            at=now,
            for_person_id=decision.person_id,
            detail=detail,
        )


def _ask(
    steps: "QuerySet[Step]", invoice: Invoice, sent: dict[str, str], actor: Member, now: datetime
) -> None:
    """Open the first step that waits; what opened after it waits, but what was sent back comes first."""
    waiting = steps.filter(state=Step.State.WAITING).order_by("position", "part").first()
    opened = list(steps.filter(state=Step.State.OPEN))
    if any(step.origin not in ON_CONTENT for step in opened):
        return
    if waiting is None or any(step.position < waiting.position for step in opened):
        return
    later = [step.id for step in opened if step.position > waiting.position]
    Assignment.objects.filter(step_id__in=later, ended_at=None).update(ended_at=now)
    steps.filter(id__in=later).update(state=Step.State.WAITING)
    if invoice.state == Invoice.State.APPROVED:
        invoice.state = Invoice.State.CIRCULATING
        invoice.save(update_fields=["state"])
    let_successors_follow(invoice)
    open_all_parts(waiting, invoice=invoice, opened_at=now, actor=actor, now=now, sent=sent)
