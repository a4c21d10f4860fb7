"""Questions for advice as pages and programs show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from omloop.circulation.deciding.consulting import advisers, away_among
from omloop.circulation.deciding.offer import is_with
from omloop.circulation.models import Step
from omloop.circulation.models.consultations import Consultation
from omloop.circulation.reading.worklist import Row
from omloop.circulation.who.awaited import asked_of, awaited_at
from omloop.circulation.who.together import open_tasks
from omloop.invoices.models import Invoice
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.people.models import Person

MOST = 50
"""Questions shown of one person."""
RELATED = ("person", "asked_by", "invoice", "organisation", "step")


@dataclass(frozen=True)
class Adviser:
    """Somebody who can be asked; when he is away, and until when as far as that is known."""

    person: Person
    is_away: bool
    until: date | None


@dataclass(frozen=True)
class Consulted:
    """A question, and what this member can do with it."""

    question: Consultation
    can_answer: bool
    can_recall: bool

    @property
    def is_advice(self) -> bool:
        """Whether an answer in words is asked."""
        return bool(self.question.kind == Consultation.Kind.ADVICE)

    @property
    def is_open(self) -> bool:
        """Whether it is neither answered nor recalled."""
        return self.question.answered_at is None and self.question.recalled_at is None


def advisers_of(invoice: Invoice, member: Member, *, today: date, now: datetime) -> list[Adviser]:
    """Whom a member can ask, with who of them is away: nobody stands in for an adviser."""
    away = away_among(invoice, today=today)
    able = advisers(invoice, but=member.person_id, now=now)
    return [Adviser(person, person.id in away, away.get(person.id)) for person in able]


def consulted_on(invoice: Invoice, member: Member) -> list[Consulted]:
    """All questions on an invoice, the oldest first."""
    rows = Consultation.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice)
    held = {task.step_id for task in open_tasks(invoice) if is_with(task, member)}
    circulates = member.can(Right.CIRCULATE, invoice.organisation_id)
    found = []
    for each in rows.select_related(*RELATED).order_by("id"):
        is_open = each.answered_at is None and each.recalled_at is None
        is_asked = each.kind == Consultation.Kind.INFORMATION or each.step.state == Step.State.OPEN
        can_recall = circulates or each.step_id in held or each.asked_by_id == member.person_id
        can_answer = is_asked and each.person_id == member.person_id
        found.append(Consulted(each, is_open and can_answer, is_open and can_recall))
    return found


def questions_for(member: Member, *, organisation_id: UUID | None = None) -> Sequence[Consultation]:
    """What is asked of a member, the oldest first, no more than a page shows; one query where it is none."""
    if member.person_id is None:
        return []
    asked = asked_of(member.person_id, [organisation_id] if organisation_id else None)
    found = list(asked.order_by("asked_at").values_list("id", flat=True)[:MOST])
    rows = Consultation.objects.filter(id__in=found).select_related(*RELATED)
    return list(rows.order_by("asked_at")) if found else []


def awaited_for(rows: Iterable[Row], *, now: datetime) -> dict[UUID, list[str]]:
    """By task, the names of those whose advice it waits for."""
    steps = {row.id: row.step_id for row in rows}
    names = awaited_at(set(steps.values()), now=now) if steps else {}
    return {task: names[step] for task, step in steps.items() if step in names}
