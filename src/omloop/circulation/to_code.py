"""What waits for a member to be coded, one invoice after the other (rules 3.2)."""

from datetime import date
from uuid import UUID

from django.db.models import F, Q

from omloop.circulation.models import Assignment, StepAction
from omloop.organisations.members import Member

MOST = 1_000
"""Invoices that are gone through in one go."""


def to_code(member: Member, *, today: date) -> list[UUID]:
    """The invoices that wait for him or a group of his to be coded, by due date as in the worklist."""
    waits = Q(on_hold_until=None) | Q(on_hold_until__lte=today)
    of_group = Q(group__in=member.group_ids) & ~Q(barred__contains=[member.person_id])
    rows = Assignment.objects.filter(waits, Q(holder=member.person_id) | of_group, ended_at=None)
    rows = rows.filter(step__action=StepAction.CODE)
    return list(
        rows.order_by(F("due_on").asc(nulls_last=True), "id").values_list("invoice_id", flat=True)[:MOST]
    )


def following(queue: list[UUID], invoice_id: UUID) -> UUID | None:
    """Which comes after this one; after the last the first that is left."""
    at = queue.index(invoice_id) if invoice_id in queue else -1
    others = [*queue[at + 1 :], *queue[: max(at, 0)]]
    return others[0] if others else None
