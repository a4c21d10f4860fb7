"""Asking for advice, sending for information, answering, and recalling a question (rules 3.3)."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from omloop.absences.queries import away_on
from omloop.audit.services import record
from omloop.circulation.deciding.offer import is_with, people_who_can
from omloop.circulation.deciding.task import refuse_unless_entitled, refuse_unless_holder, take
from omloop.circulation.models import Assignment, Decision, Step
from omloop.circulation.models.consultations import UNANSWERED, Consultation
from omloop.circulation.refusals import NotAPerson, NotEntitled, NotTheHolder
from omloop.circulation.refusals.consultations import (
    AlreadyConsulted,
    AnswerMissing,
    CannotBeConsulted,
    NotConsulted,
    QuestionMissing,
    UnknownConsultation,
)
from omloop.circulation.routing.opening import lock_invoice
from omloop.circulation.who.awaited import SEES
from omloop.circulation.who.policies import Standings
from omloop.invoices.models import Invoice
from omloop.organisations.activity import active_people
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.people.humans import accounts_of
from omloop.people.models import Person

Kind = Consultation.Kind
MOST = 20
"""Nobody asks more people at once."""


def consult(
    *,
    assignment_id: UUID,
    people: Collection[UUID],
    kind: str,
    waits: bool = False,
    remark: str = "",
    actor: Member,
    now: datetime,
) -> list[Consultation]:
    """Ask people for advice on one's task, or send them the invoice for information; it decides nothing.

    With `waits` nobody decides on the step until each has answered; information never waits. Raises
    CannotBeConsulted (nobody, or somebody who can't look at the invoice), AlreadyConsulted, QuestionMissing,
    and what `gate.take` and the checks of a holder raise.
    """
    task = take(assignment_id, actor=actor, now=now)
    refuse_unless_holder(task)
    refuse_unless_entitled(task, Decision.Action.FORWARD)
    asked, remark = sorted(set(people)), remark.strip()
    able = {person.id for person in advisers(task.invoice, but=task.person_id, now=now)}
    if not asked or len(asked) > MOST or not able.issuperset(asked):
        raise CannotBeConsulted
    if kind == Kind.ADVICE and not remark:
        raise QuestionMissing
    if Consultation.objects.filter(UNANSWERED, step=task.step, person_id__in=asked).exists():
        raise AlreadyConsulted
    made = [
        Consultation(
            organisation_id=task.invoice.organisation_id,
            confidential=task.invoice.confidential,
            step=task.step,
            invoice=task.invoice,
            kind=Kind(kind),
            waits=waits and kind == Kind.ADVICE,
            person_id=person_id,
            asked_by_id=task.person_id,
            asked_at=now,
            remark=remark,
        )
        for person_id in asked
    ]
    Consultation.objects.bulk_create(made)
    for each in made:
        _record("advice.asked" if kind == Kind.ADVICE else "information.sent", each, actor, now)
    return made


def answer(*, consultation_id: UUID, remark: str = "", actor: Member, now: datetime) -> Consultation:
    """Give the advice that was asked, or say that one saw what was sent for information.

    Only by who was asked. Raises UnknownConsultation, NotConsulted (also when it was answered, recalled or
    decided meanwhile), AnswerMissing, NotAPerson or NotEntitled.
    """
    asked = _take(consultation_id, actor)
    is_over = asked.kind == Kind.ADVICE and asked.step.state != Step.State.OPEN
    if asked.person_id != actor.person_id or not _is_open(asked) or is_over:
        raise NotConsulted
    if not active_people(asked.organisation_id, [asked.person_id]):
        raise NotEntitled
    if asked.kind == Kind.ADVICE and not remark.strip():
        raise AnswerMissing
    asked.answered_at, asked.answer = now, remark.strip()
    asked.save(update_fields=["answered_at", "answer"])
    _record("advice.given" if asked.kind == Kind.ADVICE else "information.seen", asked, actor, now)
    return asked


def recall(*, consultation_id: UUID, actor: Member, now: datetime) -> Consultation:
    """Ask no longer: by who asked, who holds the step now, or whoever circulates.

    Raises UnknownConsultation, NotConsulted (it was answered or recalled meanwhile), NotTheHolder or
    NotAPerson.
    """
    asked = _take(consultation_id, actor)
    if not _is_open(asked):
        raise NotConsulted
    if not _may_recall(asked, actor, now):
        raise NotTheHolder
    asked.recalled_at = now
    asked.save(update_fields=["recalled_at"])
    _record("advice.recalled", asked, actor, now)
    return asked


def _may_recall(asked: Consultation, actor: Member, now: datetime) -> bool:
    if actor.person_id is None or not active_people(asked.organisation_id, [actor.person_id]):
        return False
    held = Assignment.objects.filter(
        organisation_id=asked.organisation_id, step_id=asked.step_id, ended_at=None
    )
    if actor.person_id == asked.asked_by_id or any(is_with(task, actor) for task in held):
        return True
    finance = Standings(invoice=asked.invoice, right=Right.CIRCULATE, barred=(), now=now)
    return finance.may_act(actor.person_id)


def advisers(invoice: Invoice, *, but: UUID | None, now: datetime) -> list[Person]:
    """Who can be asked: active people who may look at it, and another human than the one who asks."""
    place, own = invoice.organisation_id, accounts_of([but]) if but else frozenset()
    able = people_who_can([place], *SEES, confidential=invoice.confidential, now=now)[place]
    return [person for person in able if person.id not in own]


def away_among(invoice: Invoice, *, today: date) -> dict[UUID, date | None]:
    """Who is away today in the organisation of an invoice, and the last day (None: not known)."""
    away = away_on([invoice.organisation_id], today).get(invoice.organisation_id, {})
    return {person: covers[0].last_on for person, covers in away.items()}


def _take(consultation_id: UUID, actor: Member) -> Consultation:
    """Hold the organisation, lock the invoice and read the question afresh."""
    if actor.person_id is None:
        raise NotAPerson
    rows = Consultation.objects.filter(id=consultation_id)
    found = rows.values_list("organisation_id", "invoice_id").first()
    if found is None:
        raise UnknownConsultation
    hold(found[0])
    lock_invoice(found[1])
    asked: Consultation = rows.select_related("step", "invoice").get()
    return asked


def _is_open(asked: Consultation) -> bool:
    return asked.answered_at is None and asked.recalled_at is None


def _record(name: str, asked: Consultation, actor: Member, now: datetime) -> None:
    record(
        name,
        actor=actor,
        chain_id=asked.organisation_id,
        subject_id=asked.invoice_id,
        at=now,
        detail={"step": str(asked.step_id), "consultation": str(asked.id), "named": str(asked.person_id)},
    )
