"""Who may do a step now: active, entitled, and not one who already filled another pair of eyes."""

from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from omloop.absences.lending import borrowed_in
from omloop.circulation.models import Decision, Step, StepAction
from omloop.circulation.who.barred import checked_account, filled_eyes
from omloop.circulation.who.by_line import amount_of_step
from omloop.invoices.models import Invoice
from omloop.organisations.activity import active_people, not_ended
from omloop.organisations.models import ApprovalLimit, GroupMember
from omloop.organisations.rights import Right
from omloop.people.humans import accounts_of

RIGHT_FOR = {
    StepAction.CHECK.value: Right.CHECK,
    StepAction.APPROVE.value: Right.APPROVE,
    StepAction.CODE.value: Right.CODE,
}
"""The right that a step's action needs."""
RIGHTS_BESIDE: dict[str, frozenset[str]] = {
    Decision.Action.FORWARD: frozenset({Right.FORWARD}),
    Decision.Action.HOLD: frozenset({Right.HOLD}),
    Decision.Action.RELEASE: frozenset({Right.HOLD, Right.RELEASE}),
}
"""For what decides nothing one needs one of these too; who may put a task on hold may release it."""


def right_for(action: str, *, fallback: str) -> str:
    """What the holder of a task must be able to do: what the step asks, or, who is asked whose invoice it is
    (`fallback`, the reason for that), to say so."""
    return Right.CIRCULATE if fallback else RIGHT_FOR[action]


class Standing(StrEnum):
    """Whether a person may do a step, and if not, why."""

    ENTITLED = "entitled"
    INACTIVE = "inactive"
    RIGHT_MISSING = "right_missing"
    NOT_CONFIDENTIAL = "not_confidential"
    BARRED = "barred"


class Standings:
    """The standing of people towards one step, read set by set and remembered."""

    def __init__(self, *, invoice: Invoice, right: str, barred: Collection[UUID], now: datetime) -> None:
        self.invoice, self.right, self.barred, self.now = invoice, right, frozenset(barred), now
        self._known: dict[UUID, Standing] = {}
        self._active: set[UUID] = set()
        self._rights: dict[UUID, set[str]] = {}

    def load(self, people: Iterable[UUID]) -> None:
        """Read the standing of these people, in two queries."""
        asked = set(people) - self._known.keys()
        if not asked:
            return
        self._active |= active_people(self.invoice.organisation_id, asked)
        self._rights |= rights_of(self.invoice.organisation_id, asked, now=self.now)
        for person_id in asked:
            self._known[person_id] = self._judge(person_id, self._rights.get(person_id, set()))

    def of(self, person_id: UUID) -> Standing:
        """How this person stands."""
        self.load([person_id])
        return self._known[person_id]

    def may_act(self, person_id: UUID) -> bool:
        """Whether he may do the step."""
        return self.of(person_id) == Standing.ENTITLED

    def may_act_for(self, person_id: UUID, named_id: UUID | None) -> bool:
        """Whether he may do the step, for the person it names or (None) for himself: by his own right, or by
        one that this person lends him and still holds (rules 4.5)."""
        if self.may_act(person_id) or named_id is None:
            return self.may_act(person_id)
        self.load([named_id])
        place = self.invoice.organisation_id
        lent = set(borrowed_in(place, [person_id], now=self.now).get((person_id, named_id), {}))
        own = self._rights.get(person_id, set())
        lent &= self._rights.get(named_id, set())
        return self._judge(person_id, own | lent) == Standing.ENTITLED

    def _judge(self, person_id: UUID, rights: Collection[str]) -> Standing:
        if person_id not in self._active:
            return Standing.INACTIVE
        if person_id in self.barred:
            return Standing.BARRED
        if self.right not in rights:
            return Standing.RIGHT_MISSING
        if self.invoice.confidential and Right.VIEW_CONFIDENTIAL not in rights:
            return Standing.NOT_CONFIDENTIAL
        return Standing.ENTITLED


def rights_of(organisation_id: UUID, people: Collection[UUID], *, now: datetime) -> dict[UUID, set[str]]:
    """What these people may do in an organisation now, read afresh.

    A right that ended while this transaction waited for a lock is gone, though `now` lies before it.
    """
    rows = GroupMember.objects.at(now).filter(
        not_ended("valid") & not_ended("group__rights__valid"),
        organisation_id=organisation_id,
        person_id__in=people,
        group__rights__valid__contains=now,
    )
    found: dict[UUID, set[str]] = {}
    for person_id, right in rows.values_list("person_id", "group__rights__right"):
        found.setdefault(person_id, set()).add(right)
    return found


def allowed_beside(
    organisation_id: UUID, person_id: UUID, named_id: UUID | None, *, now: datetime
) -> frozenset[str]:
    """Which of forwarding, holding and releasing somebody may, who has a task for himself or for another.

    What the one whom he stands in for may of this, he may too: nothing is decided by it (rules 1.4, 3.3).
    """
    people = {each for each in (person_id, named_id) if each}
    held = {right for own in rights_of(organisation_id, people, now=now).values() for right in own}
    return frozenset(action for action, one_of in RIGHTS_BESIDE.items() if one_of & held)


def members_of(group_id: UUID, *, now: datetime) -> list[UUID]:
    """Who stands in a group now, the longest-standing first."""
    rows = GroupMember.objects.at(now).filter(not_ended(), group_id=group_id).order_by("id")
    return list(rows.values_list("person_id", flat=True))


def people_barred(step: Step, invoice: Invoice) -> frozenset[UUID]:
    """Who may not do this step, for another pair of eyes must (rules 3.5), or he checked the account (2.9).

    Every decision that completed a step of which no two are by the same human bars who acted and for whom;
    who typed or changed what the invoice says approves it neither. Two accounts of one human are one
    (rules 1.5).
    """
    filled = filled_eyes(invoice.organisation_id, [step])[step.id]
    return accounts_of(filled | checked_account([step])[step.id])


def is_above_limit(
    person_id: UUID,
    invoice: Invoice,
    *,
    step: Step | None = None,
    for_person_id: UUID | None = None,
    now: datetime,
) -> bool:
    """Whether it is more than he may approve: the invoice, or his share of it in this step (rules 3.6, 3.8).

    His limit for this type of invoice counts, else the one for all types (rules 1.4). Where he acts for one
    who lends him the right, that one's limit does: the lower of now and when it was confirmed (rules 4.5).
    An amount that can't be compared is above every limit.
    """
    amount = amount_of_step(step, invoice)
    if for_person_id is None:
        return _is_above(person_id, invoice, amount, now)
    held = rights_of(invoice.organisation_id, [person_id], now=now).get(person_id, set())
    if Right.APPROVE in held and not _is_above(person_id, invoice, amount, now):
        return False
    borrowed = borrowed_in(invoice.organisation_id, [person_id], now=now)
    confirmed_at = borrowed.get((person_id, for_person_id), {}).get(Right.APPROVE)
    if confirmed_at is None:
        return True
    return any(_is_above(for_person_id, invoice, amount, moment) for moment in (confirmed_at, now))


def _is_above(person_id: UUID, invoice: Invoice, amount: Decimal | None, now: datetime) -> bool:
    limits = ApprovalLimit.objects.at(now).filter(
        organisation_id=invoice.organisation_id, person_id=person_id, kind__in=["", invoice.kind]
    )
    limit = limits.order_by("-kind").values_list("amount", flat=True).first()
    return limit is not None and (amount is None or amount > limit)
