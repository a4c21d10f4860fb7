"""Months are open or closed, and an invoice is booked in the first open one (rules 3.11)."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from omloop.audit.services import record
from omloop.booking.models import STANDS, Closing
from omloop.booking.refusals import AlreadyClosed, NotClosed, NothingSaid
from omloop.organisations.holding import hold_alone
from omloop.organisations.members import Member
from omloop.organisations.rights import Right


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def following(month: date) -> date:
    """The first day of the month after it."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def booking_date(invoice_date: date, closed: Collection[date]) -> date:
    """The invoice's own date if its month is open, else the first day of the first open month after it."""
    month = month_of(invoice_date)
    if month not in closed:
        return invoice_date
    while month in closed:
        month = following(month)
    return month


def period_of(month: date | None, booked_on: date, closed: Collection[date]) -> date | None:
    """The month of a line of an entry, where that is another than the entry's own; a closed one is not.

    So nothing is booked in a closed month, and what a coding says of one falls in the month of the entry.
    """
    return None if month in closed or month == month_of(booked_on) else month


def closed_months(organisation_id: UUID) -> set[date]:
    """The months that are closed now, by their first days."""
    rows = Closing.objects.filter(STANDS, organisation_id=organisation_id)
    return set(rows.values_list("month", flat=True))


def close(*, organisation_id: UUID, months: Collection[date], actor: Member, now: datetime) -> None:
    """Close months, given by their first days: nothing is booked in them any more.

    Those that are closed stay so. Raises RightMissing without *book*, AlreadyClosed when all of them are.
    """
    actor.demand(Right.BOOK, organisation_id)
    hold_alone([organisation_id])
    closing = sorted(set(months) - closed_months(organisation_id))
    if not closing:
        raise AlreadyClosed
    Closing.objects.bulk_create(
        Closing(organisation_id=organisation_id, month=month, closed_at=now, closed_by_id=actor.person_id)
        for month in closing
    )
    detail = {"months": [month.isoformat() for month in closing]}
    record("period.closed", actor=actor, chain_id=organisation_id, at=now, detail=detail)


def reopen(*, organisation_id: UUID, month: date, reason: str, actor: Member, now: datetime) -> None:
    """Open a closed month again, with a reason. What was exported from it stays as it is.

    Raises RightMissing without *book*, NothingSaid and NotClosed.
    """
    actor.demand(Right.BOOK, organisation_id)
    hold_alone([organisation_id])
    if not reason.strip():
        raise NothingSaid
    standing = Closing.objects.filter(STANDS, organisation_id=organisation_id, month=month)
    if not standing.update(ended_at=now, reopened_by_id=actor.person_id, reason=reason.strip()):
        raise NotClosed
    detail = {"month": month.isoformat()}
    record("period.reopened", actor=actor, chain_id=organisation_id, at=now, detail=detail)
