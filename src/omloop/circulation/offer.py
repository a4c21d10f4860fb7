"""What a member can do with the open task of an invoice: which buttons his page has.

A page only offers; the gate decides, and reads everything afresh.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from omloop.circulation.attention import is_stuck
from omloop.circulation.gate import approves_next_too, earlier_deciders
from omloop.circulation.models import Assignment, StepAction
from omloop.circulation.policies import RIGHT_FOR, Standings, is_above_limit, people_barred
from omloop.circulation.taking_back import stood_in_for
from omloop.circulation.why import group_name
from omloop.invoices.models import Invoice
from omloop.organisations.activity import active_people, acts
from omloop.organisations.members import Member
from omloop.organisations.models import GroupMember
from omloop.organisations.rights import Right
from omloop.people.models import Person


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a member can do with a task.

    `answer` is what the first button does (check or approve; empty: nothing). `can_send_back`: return and
    reject. `candidates` are the people who can be named as the one whose invoice it is.
    """

    task: Assignment
    is_mine: bool
    answer: str = ""
    can_take_back: bool = False
    can_send_back: bool = False
    is_above_limit: bool = False
    earlier: list[Person] = field(default_factory=list)
    candidates: list[Person] = field(default_factory=list)

    @property
    def is_question(self) -> bool:
        """Whether the administration is asked whose invoice it is."""
        return bool(self.task.fallback)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do here."""
        return not (self.answer or self.can_send_back or self.candidates or self.can_take_back)

    @property
    def waits_for(self) -> str:
        """Who holds the task: a name, of a person or a group."""
        return holder_of(self.task)


def holder_of(task: Assignment) -> str:
    """Who holds a task: the name of a person, or of a group in the reader's language."""
    if task.holder is not None:
        return str(task.holder.name)
    return group_name(task.group.name, task.group.default) if task.group else ""


def open_task(invoice: Invoice) -> Assignment | None:
    """The task that waits on this invoice, with its step and who holds it."""
    tasks = Assignment.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice, ended_at=None)
    found: Assignment | None = tasks.select_related("step__rule", "holder", "group", "for_person").first()
    return found


def is_with(task: Assignment, member: Member) -> bool:
    """Whether the task waits for this member, himself or in a group of his."""
    if task.group_id is not None:
        return task.group_id in member.group_ids and member.person_id not in task.barred
    return member.person_id is not None and task.holder_id == member.person_id


def offer_of(invoice: Invoice, member: Member, *, today: date, now: datetime) -> Offer | None:
    """What the member can do with what waits on this invoice; None when nothing waits."""
    task = open_task(invoice)
    if task is None:
        return None
    if not is_with(task, member):
        return Offer(
            task=task,
            is_mine=False,
            can_take_back=member.person_id in stood_in_for(task)
            and member.can(RIGHT_FOR[task.step.action], invoice.organisation_id),
            candidates=_candidates_for(task, invoice, member, today, now),
        )
    can_send_back = _may(task, invoice, member, is_answer=False, now=now)
    answer = _answer(task, invoice, member, now)
    return Offer(
        task=task,
        is_mine=True,
        answer=answer,
        can_send_back=can_send_back,
        is_above_limit=answer == StepAction.APPROVE and _is_above(task, invoice, member, now),
        earlier=_earlier(invoice, member) if can_send_back else [],
        candidates=_candidates_for(task, invoice, member, today, now),
    )


def _answer(task: Assignment, invoice: Invoice, member: Member, now: datetime) -> str:
    if not _may(task, invoice, member, is_answer=True, now=now):
        return ""
    return str(StepAction.APPROVE if approves_next_too(task.step) else task.step.action)


def _may(task: Assignment, invoice: Invoice, member: Member, *, is_answer: bool, now: datetime) -> bool:
    """By his own right, or by one that is lent to him for whom he stands in (rules 4.5)."""
    asked = RIGHT_FOR[task.step.action]
    right = Right.CIRCULATE if task.fallback and not is_answer else asked
    if member.can(right, invoice.organisation_id) or task.for_person_id is None or member.person_id is None:
        return member.can(right, invoice.organisation_id)
    standings = Standings(invoice=invoice, right=right, barred=(), now=now)
    return standings.may_act_for(member.person_id, task.for_person_id)


def _is_above(task: Assignment, invoice: Invoice, member: Member, now: datetime) -> bool:
    if member.person_id is None:
        return False
    return is_above_limit(member.person_id, invoice, for_person_id=task.for_person_id, now=now)


def _earlier(invoice: Invoice, member: Member) -> list[Person]:
    deciders = earlier_deciders(invoice) - {member.person_id}
    active = active_people(invoice.organisation_id, deciders) if deciders else set()
    return list(Person.objects.filter(id__in=active).order_by("name")) if active else []


def _candidates_for(
    task: Assignment, invoice: Invoice, member: Member, today: date, now: datetime
) -> list[Person]:
    """Who can be named, for whoever may say so: of a question, and of a task that nobody present can do."""
    if not member.can(Right.CIRCULATE, invoice.organisation_id):
        return []
    if not task.fallback and not is_stuck(task, today=today, now=now):
        return []
    barred = people_barred(invoice, task.step.action) | {task.holder_id}
    able = people_who_can(
        [invoice.organisation_id], RIGHT_FOR[task.step.action], confidential=invoice.confidential, now=now
    )
    return [person for person in able[invoice.organisation_id] if person.id not in barred]


def people_who_can(
    organisation_ids: Collection[UUID], right: str, *, confidential: bool = False, now: datetime
) -> dict[UUID, list[Person]]:
    """The active people with this right in each organisation, by name, in two queries.

    Of what is confidential only those who may see it.
    """
    needed = {right, Right.VIEW_CONFIDENTIAL} if confidential else {right}
    rows = GroupMember.objects.at(now).filter(
        acts(),
        organisation_id__in=organisation_ids,
        group__rights__valid__contains=now,
        group__rights__right__in=needed,
    )
    held: dict[tuple[UUID, UUID], set[str]] = defaultdict(set)
    for place, person_id, name in rows.values_list("organisation_id", "person_id", "group__rights__right"):
        held[place, person_id].add(name)
    able = [key for key, rights in held.items() if rights == needed]
    people = Person.objects.filter(id__in={person_id for _, person_id in able})
    found: dict[UUID, list[Person]] = {place: [] for place in organisation_ids}
    for person in people.order_by("name", "id"):
        for place in found:
            if (place, person.id) in able:
                found[place].append(person)
    return found
