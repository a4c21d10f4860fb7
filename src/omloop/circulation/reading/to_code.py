"""What waits for a member to be coded, one invoice after the other (rules 3.2)."""

from datetime import date
from uuid import UUID

from omloop.circulation.models import StepAction
from omloop.circulation.reading.worklist import invoices_asking
from omloop.organisations.members import Member


def to_code(member: Member, *, today: date) -> list[UUID]:
    """The invoices that wait for him or a group of his to be coded, as the worklist has them."""
    return invoices_asking(StepAction.CODE, member, today=today)


def following(queue: list[UUID], invoice_id: UUID) -> UUID | None:
    """Which comes after this one; after the last the first that is left."""
    at = queue.index(invoice_id) if invoice_id in queue else -1
    others = [*queue[at + 1 :], *queue[: max(at, 0)]]
    return others[0] if others else None
