"""How far invoices are booked, and what a member may see of it (rules 3.10)."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from omloop.booking.models import Batch, Booking
from omloop.organisations.members import Member
from omloop.organisations.rights import Right

NOT, PARTLY, FULLY = "not", "partly", "fully"


@dataclass(frozen=True)
class State:
    """`not`, `partly` or `fully` booked, by which entry; `failure` is why the last one does not count."""

    state: str
    booking: Booking | None = None
    failure: Booking | None = None

    @property
    def is_blocked(self) -> bool:
        """Whether it can't be paid yet: until it is fully booked (rules 3.10)."""
        return self.state != FULLY


def states_of(invoice_ids: Iterable[UUID]) -> dict[UUID, State]:
    """How far each is booked; those that are not, and never failed, are missing. One query."""
    rows = Booking.objects.filter(invoice_id__in=list(invoice_ids)).exclude(kind=Batch.Kind.REVERSAL)
    by_invoice: dict[UUID, list[Booking]] = {}
    for each in rows.select_related("batch").order_by("id"):
        by_invoice.setdefault(each.invoice_id, []).append(each)
    return {key: _state(found) for key, found in by_invoice.items()}


def _state(found: list[Booking]) -> State:
    standing = {each.kind: each for each in found if each.ended_at is None}
    if full := standing.get(Batch.Kind.FULL):
        return State(FULLY, full)
    failure = found[-1] if found[-1].ended_at else None
    pre = standing.get(Batch.Kind.PRE)
    return State(PARTLY if pre else NOT, pre, failure)


def sees_books(member: Member, right: str | None = None) -> frozenset[UUID]:
    """Where he may see what is booked: with *book* or *export*, or the one right that is asked.

    A file is whole or not had, so he sees all invoices there, and not only up to a day (rules 6.6).
    """
    asked = [right] if right else [Right.BOOK, Right.EXPORT]
    places = frozenset[UUID]().union(*(member.where(each) for each in asked))
    return (places & member.where(Right.VIEW_ALL)) - member.sees_until.keys()


def batches_of(member: Member, right: str | None = None) -> "QuerySet[Batch]":
    """The batches that he may see; the confidential ones only with the right to see them (the policy)."""
    rows: QuerySet[Batch] = Batch.objects.filter(organisation__in=sees_books(member, right))
    return rows.select_related("organisation", "made_by")
