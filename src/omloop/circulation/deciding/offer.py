"""What a member can do with the open task of an invoice: which buttons his page has.

A page only offers; the gate decides, and reads everything afresh.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from omloop.circulation.deciding.attention import is_stuck
from omloop.circulation.deciding.taking_back import takers_of
from omloop.circulation.models import Assignment, Decision, Step, StepAction
from omloop.circulation.routing.route import Reason
from omloop.circulation.routing.why import group_name
from omloop.circulation.who.asked_once import answer_asked
from omloop.circulation.who.awaited import awaited_at
from omloop.circulation.who.policies import RIGHT_FOR, Standings, allowed_beside, is_above_limit, right_for
from omloop.circulation.who.succession import earlier_deciders
from omloop.circulation.who.together import barred_from, open_tasks
from omloop.coding.queries import is_complete
from omloop.invoices.models import Invoice
from omloop.organisations.activity import active_people, acts
from omloop.organisations.members import Member
from omloop.organisations.models import GroupMember
from omloop.organisations.rights import Right
from omloop.people.models import Person


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a member can do with a task.

    `answer` is what the first button does (check or approve; empty: nothing); where that answers a return,
    `back_to` names who asked. `can_send_back`: return and
    reject. `can_hold`: put on hold, or release what is. `candidates` are the people who can be named as the
    one whose invoice it is, `colleagues` those to whom one can forward one's own task; `others` are asked at
    the same time. `codes`: the task is to code, and he can. `awaits` are those whose advice it waits for.
    """

    task: Assignment
    is_mine: bool
    answer: str = ""
    back_to: str = ""
    can_take_back: bool = False
    can_send_back: bool = False
    can_hold: bool = False
    is_on_hold: bool = False
    can_consult: bool = False
    awaits: list[str] = field(default_factory=list)
    is_above_limit: bool = False
    codes: bool = False
    others: list[str] = field(default_factory=list)
    earlier: list[Person] = field(default_factory=list)
    candidates: list[Person] = field(default_factory=list)
    colleagues: list[Person] = field(default_factory=list)

    @property
    def is_question(self) -> bool:
        """Whether the administration is asked whose invoice it is."""
        return bool(self.task.fallback)

    @property
    def can_take(self) -> bool:
        """Whether it waits for a group of his, so that he can take it for himself."""
        return self.is_mine and self.task.group_id is not None and (self.can_send_back or bool(self.answer))

    @property
    def can_give_back(self) -> bool:
        """Whether he took it from a group of his."""
        return self.is_mine and "taken_from" in self.task.why["sent"]

    @property
    def can_become_a_rule(self) -> bool:
        """Whether the answer can be suggested as a rule: none was there, and the supplier may be told."""
        is_known = self.task.step.reason == Reason.NO_RULE and not self.task.confidential
        return self.is_question and is_known and bool(self.task.invoice.supplier_name)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do here."""
        is_offered = self.answer or self.codes or self.can_send_back or self.candidates
        others = self.can_hold or self.can_consult or self.can_give_back or self.can_take_back
        return not (is_offered or others)

    @property
    def waits_for(self) -> str:
        """Who holds the task: a name, of a person or a group."""
        return holder_of(self.task)


def holder_of(task: Assignment) -> str:
    """Who holds a task: the name of a person, or of a group in the reader's language."""
    if task.holder is not None:
        return str(task.holder.name)
    return group_name(task.group.name, task.group.default) if task.group else ""


def is_with(task: Assignment, member: Member) -> bool:
    """Whether the task waits for this member, himself or in a group of his."""
    if task.group_id is not None:
        return task.group_id in member.group_ids and member.person_id not in task.barred
    return member.person_id is not None and task.holder_id == member.person_id


def offer_of(invoice: Invoice, member: Member, *, today: date, now: datetime) -> Offer | None:
    """What the member can do with what waits on this invoice; None when nothing waits."""
    tasks = open_tasks(invoice)
    if not tasks:
        return None
    task = next((each for each in tasks if is_with(each, member)), tasks[0])
    others = [holder_of(each) for each in tasks if each != task]
    candidates = _candidates_for(task, invoice, member, today, now)
    circulates = member.can(Right.CIRCULATE, invoice.organisation_id)
    beside = _beside(task, member, now)
    if not is_with(task, member):
        lent = next((each for each in tasks if member.person_id in takers_of(each)), None)
        can = member.can(RIGHT_FOR[task.step.action], invoice.organisation_id)
        return Offer(
            task=lent or task,
            is_mine=False,
            can_take_back=lent is not None and can,
            can_hold=circulates and _holds(lent or task, beside, today),
            is_on_hold=(lent or task).is_on_hold(today),
            awaits=_awaits(lent or task, now),
            others=others,
            candidates=candidates,
        )
    is_on_hold = task.is_on_hold(today)
    may_hold = _may(task, invoice, member, is_answer=False, now=now)
    awaits = _awaits(task, now)
    can_send_back = may_hold and not is_on_hold and not awaits
    answer = "" if is_on_hold or awaits else _answer(task, invoice, member, now)
    return Offer(
        task=task,
        is_mine=True,
        answer=answer,
        back_to=_back_to(task) if answer else "",
        can_send_back=can_send_back,
        can_hold=(may_hold or circulates) and _holds(task, beside, today),
        is_on_hold=is_on_hold,
        can_consult=may_hold,
        awaits=awaits,
        is_above_limit=answer == StepAction.APPROVE and _is_above(task, invoice, member, now),
        codes=may_hold and task.step.action == StepAction.CODE,
        others=others,
        earlier=_earlier(invoice, member) if can_send_back else [],
        candidates=candidates,
        colleagues=_colleagues(task, invoice, member, now)
        if can_send_back and Decision.Action.FORWARD in beside
        else [],
    )


def _beside(task: Assignment, member: Member, now: datetime) -> frozenset[str]:
    if member.person_id is None:
        return frozenset()
    return allowed_beside(task.organisation_id, member.person_id, task.for_person_id, now=now)


def _holds(task: Assignment, beside: Collection[str], today: date) -> bool:
    wanted = Decision.Action.RELEASE if task.is_on_hold(today) else Decision.Action.HOLD
    return wanted in beside


def _awaits(task: Assignment, now: datetime) -> list[str]:
    return awaited_at([task.step_id], now=now).get(task.step_id, [])


def _answer(task: Assignment, invoice: Invoice, member: Member, now: datetime) -> str:
    if member.person_id is None or not _may(task, invoice, member, is_answer=True, now=now):
        return ""
    if task.step.action == StepAction.CODE and not is_complete(invoice):
        return ""
    return answer_asked(task, person_id=member.person_id, now=now)


def _back_to(task: Assignment) -> str:
    """Whom the step names that was sent back and opens again after this; empty for what answers none."""
    if not task.step.is_answer:
        return ""
    returned = Decision.objects.standing().filter(
        organisation_id=task.organisation_id,
        invoice=task.invoice,
        step__position=task.step.position + 1,
        action=Decision.Action.RETURN,
    )
    found = returned.select_related("step__person", "step__group").order_by("-id").first()
    return named_by(found.step) if found else ""


def named_by(step: Step) -> str:
    """Whom a step names: a person, or a group in the reader's language."""
    if step.person is not None:
        return str(step.person.name)
    return group_name(step.group.name, step.group.default) if step.group else ""


def _may(task: Assignment, invoice: Invoice, member: Member, *, is_answer: bool, now: datetime) -> bool:
    """By his own right, or by one that is lent to him for whom he stands in (rules 4.5)."""
    right = right_for(task.step.action, fallback="" if is_answer else task.fallback)
    if member.can(right, invoice.organisation_id) or task.for_person_id is None or member.person_id is None:
        return member.can(right, invoice.organisation_id)
    standings = Standings(invoice=invoice, right=right, barred=(), now=now)
    return standings.may_act_for(member.person_id, task.for_person_id)


def _is_above(task: Assignment, invoice: Invoice, member: Member, now: datetime) -> bool:
    if member.person_id is None:
        return False
    return is_above_limit(
        member.person_id, invoice, step=task.step, for_person_id=task.for_person_id, now=now
    )


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
    return _able(task, invoice, but=task.holder_id, now=now)


def _colleagues(task: Assignment, invoice: Invoice, member: Member, now: datetime) -> list[Person]:
    """To whom he can forward; a question is answered by naming somebody instead."""
    return [] if task.fallback else _able(task, invoice, but=member.person_id, now=now)


def _able(task: Assignment, invoice: Invoice, *, but: UUID | None, now: datetime) -> list[Person]:
    """Who can do this task, but for one person."""
    barred = barred_from(task.step, invoice) | {but}
    able = people_who_can(
        [invoice.organisation_id], RIGHT_FOR[task.step.action], confidential=invoice.confidential, now=now
    )
    return [person for person in able[invoice.organisation_id] if person.id not in barred]


def people_who_can(
    organisation_ids: Collection[UUID], *rights: str, confidential: bool = False, now: datetime
) -> dict[UUID, list[Person]]:
    """The active people with one of these rights in each organisation, by name, in two queries.

    Of what is confidential only those who may see it.
    """
    rows = GroupMember.objects.at(now).filter(
        acts(),
        organisation_id__in=organisation_ids,
        group__rights__valid__contains=now,
        group__rights__right__in={*rights, Right.VIEW_CONFIDENTIAL},
    )
    held: dict[tuple[UUID, UUID], set[str]] = defaultdict(set)
    for place, person_id, name in rows.values_list("organisation_id", "person_id", "group__rights__right"):
        held[place, person_id].add(name)
    able = {
        key
        for key, names in held.items()
        if names.intersection(rights) and (not confidential or Right.VIEW_CONFIDENTIAL in names)
    }
    people = Person.objects.filter(id__in={person_id for _, person_id in able}).order_by("name", "id")
    by_name = list(people)
    return {place: [each for each in by_name if (place, each.id) in able] for place in organisation_ids}
