"""What a changed coding does to decisions: those that were about a changed line are asked anew (3.2, 3.7)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from omloop.audit.services import record
from omloop.circulation.models import Assignment, Decision, Step, StepLine
from omloop.circulation.routing.amounts import settle_amount
from omloop.circulation.routing.held import HeldBy, go_on, held_by, hold_for_rate
from omloop.circulation.routing.opening import fallback_group, lock_invoice, open_all_parts, open_step
from omloop.circulation.routing.seal import hash_what_counts
from omloop.circulation.routing.voided import (
    ON_CONTENT,
    RECODED,
    RETYPED,
    answers_on_content,
    standing_answers,
)
from omloop.circulation.who.by_line import attach, owner_of, part_for
from omloop.circulation.who.policies import members_of, people_barred
from omloop.circulation.who.succession import in_place_of, let_successors_follow
from omloop.circulation.who.together import open_tasks
from omloop.coding.changing import BORNE_BY, compare, says
from omloop.coding.models import CodingLine
from omloop.coding.queries import lines_of
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import Member


def after_coding(invoice: Invoice, *, coded_by: UUID | None, actor: Member, now: datetime) -> None:
    """Void the decisions that were about what changed, and ask them anew; the rest stands.

    A new line stays with whoever was asked about what it replaces, else it goes to the part of its owner, or
    to a part of his own; a part without lines is over. An invoice that was approved is in circulation again.
    A booked one stays as it was booked (rules 3.11): its coding was changed just before. Twice does no harm.
    """
    hold(invoice.organisation_id)
    _ask_anew(lock_invoice(invoice.id), coded_by, RECODED, actor=actor, now=now)


def _ask_anew(locked: Invoice, changed_by: UUID | None, how: str, *, actor: Member, now: datetime) -> None:
    if locked.booked_at is not None:
        return
    if locked.state not in (Invoice.State.CIRCULATING, Invoice.State.APPROVED, Invoice.State.HELD):
        return
    steps = Step.objects.filter(organisation_id=locked.organisation_id, invoice=locked)
    _share_out(steps.filter(per_line=True), locked, changed_by, actor, now)
    _void(locked, changed_by, actor, now)
    if locked.state != Invoice.State.HELD:
        sent = {how: str(changed_by)} if changed_by else {}
        _ask(steps, locked, sent, actor, now)


def after_typing(invoice: Invoice, *, typed_by: UUID | None, actor: Member, now: datetime) -> None:
    """Void the decisions about an invoice whose data was typed again, as far as that counts (rules 3.7).

    Who typed approves it no more: what waits for him goes to somebody else (rules 3.5). Where no rate is
    known any more it is held on its way; one that was held for that goes on when it needs none (rules 3.6).
    """
    hold(invoice.organisation_id)
    locked = lock_invoice(invoice.id)
    can_go_on = settle_amount(locked)
    locked.save(update_fields=["compared_amount"])
    _ask_anew(locked, typed_by, RETYPED, actor=actor, now=now)
    if locked.state == Invoice.State.HELD:
        if can_go_on and held_by(locked) in (HeldBy.RATE, HeldBy.FAILURE):
            go_on(locked.organisation_id, [locked.id], is_retyped=True, actor=actor, now=now)
    elif can_go_on:
        _pass_over_makers(locked, typed_by, actor, now)
    elif locked.booked_at is None and locked.state in (Invoice.State.CIRCULATING, Invoice.State.APPROVED):
        _hold_on_its_way(locked, actor, now)


def _hold_on_its_way(invoice: Invoice, actor: Member, now: datetime) -> None:
    """Nobody is asked until a rate is known, and then the same steps are."""
    own = {"organisation_id": invoice.organisation_id, "invoice": invoice}
    Assignment.objects.filter(**own, ended_at=None).update(ended_at=now)
    Step.objects.filter(**own, state=Step.State.OPEN).update(state=Step.State.WAITING)
    hold_for_rate(invoice, actor=actor, now=now)


def _pass_over_makers(locked: Invoice, typed_by: UUID | None, actor: Member, now: datetime) -> None:
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


def _share_out(
    split: "QuerySet[Step]", invoice: Invoice, changed_by: UUID | None, actor: Member, now: datetime
) -> None:
    """Give lines that came to the parts that they belong to, and end the parts that have none left.

    Where nothing is coded nothing is shared out: what was asked stays.
    """
    parts = list(split.exclude(state=Step.State.ENDED).order_by("position", "part"))
    lines = lines_of(invoice)
    if not lines:
        return
    for position in sorted({part.position for part in parts if part.person_id or part.group_id}):
        at_it = [part for part in parts if part.position == position]
        idle = _give(at_it, lines, split, invoice, now)
        _end(idle, invoice, changed_by, actor, now)


def _give(
    parts: list[Step], lines: list[CodingLine], split: "QuerySet[Step]", invoice: Invoice, now: datetime
) -> list[Step]:
    """Each new line to the parts that were asked about what it replaces, else to its owner's.

    The parts that are left without a line.
    """
    own = StepLine.objects.filter(organisation_id=invoice.organisation_id, step__in=parts)
    current = {line.id for line in lines}
    rows = list(own.select_related("line").order_by("-id"))
    placed = {row.line_id for row in rows} & current
    busy = {row.step_id for row in rows if row.line_id in current}
    new = [line for line in lines if line.id not in placed]
    asked = _asked_before(new, [row for row in rows if row.line_id not in current])
    instead = in_place_of(invoice)
    for line in new:
        takers = [part for part in parts if part.id in asked[line.id]]
        owner = owner_of(line)
        owner = instead.get(owner, owner) if owner else None
        for part in takers or [_part_of(owner, parts, split, invoice, now)]:
            attach(part, [line])
            busy.add(part.id)
    return [part for part in parts if part.id not in busy]


def _asked_before(new: Sequence[CodingLine], before: Sequence[StepLine]) -> dict[UUID, set[UUID]]:
    """By new line the parts that had an ended one that said the same in what counts, else one on its cost
    centre and cost unit.

    They need not be its owner's: a part may have been named or forwarded, or the centre have another owner.
    """
    found = {
        line.id: {row.step_id for row in before if says(row.line, BORNE_BY) == says(line, BORNE_BY)}
        for line in new
    }
    ended = list({row.line_id: row.line for row in before}.values())
    kept, pairs = compare(ended, new)
    for was, place in (*kept, *pairs):
        if was and place is not None and says(was, BORNE_BY) == says(new[place], BORNE_BY):
            found[new[place].id] = {row.step_id for row in before if row.line_id == was.id}
    return found


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


def _end(
    parts: Sequence[Step], invoice: Invoice, changed_by: UUID | None, actor: Member, now: datetime
) -> None:
    """They are over for good, and what was decided on their lines counts no more."""
    ids = [part.id for part in parts]
    Assignment.objects.filter(step_id__in=ids, ended_at=None).update(ended_at=now)
    Step.objects.filter(id__in=ids).update(state=Step.State.ENDED, reason=Step.RECODED)
    for part in ids:
        record(
            "step.ended",
            actor=actor,
            chain_id=invoice.organisation_id,
            subject_id=invoice.id,
            at=now,
            detail={"step": str(part)},
        )
    for decision in standing_answers(invoice).filter(step_id__in=ids).order_by("id"):
        _let_lapse(decision, changed_by, actor, now)


def _void(invoice: Invoice, changed_by: UUID | None, actor: Member, now: datetime) -> None:
    """The decisions whose lines say something else now: they count no more, and their steps wait."""
    for decision in answers_on_content(invoice).select_related("step__rule").order_by("id"):
        if decision.counts == hash_what_counts(invoice, decision.step):
            continue
        Step.objects.filter(id=decision.step_id).update(state=Step.State.WAITING)
        _let_lapse(decision, changed_by, actor, now)


def _let_lapse(decision: Decision, changed_by: UUID | None, actor: Member, now: datetime) -> None:
    Decision.objects.filter(id=decision.id).update(withdrawn_at=now, voided_by_id=changed_by)
    record(
        "step.voided",
        actor=actor,
        chain_id=decision.organisation_id,
        subject_id=decision.invoice_id,
        at=now,
        for_person_id=decision.person_id,
        detail={"step": str(decision.step_id), "decision": str(decision.id)},
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
