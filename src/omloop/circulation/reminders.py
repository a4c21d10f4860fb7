"""What a digest may speak of: tasks that a member can do, and what fell due in an organisation (3.13)."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from omloop.absences.lending import borrowed
from omloop.absences.queries import away_on
from omloop.circulation.models import Assignment
from omloop.circulation.policies import RIGHT_FOR, rights_of
from omloop.circulation.worklist import MOST, Row, worklist
from omloop.disputes.queries import disputed_among, open_disputes
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.tenancy.scope import current_scope

Lender = tuple[UUID, UUID | None]
"""An organisation, and the person for whom one stands in there."""


def present_at(member: Member, *, today: date) -> frozenset[UUID]:
    """Those of his organisations where no absence of his contains this day."""
    away = away_on(member.rights.keys(), today)
    return frozenset(place for place in member.rights if member.person_id not in away.get(place, {}))


def can_be_done(member: Member, places: Collection[UUID], *, today: date, now: datetime) -> list[Row]:
    """His tasks in these organisations that he can do by a right of his own or a lent one, by due date; none
    of a disputed invoice.

    No more than a screen counts (`MOST`); the number of queries depends on his organisations alone.
    """
    rows = [row for row in worklist(member, today=today, limit=MOST).rows if row.organisation_id in places]
    disputed = disputed_among(row.invoice_id for row in rows)
    rows = [row for row in rows if row.invoice_id not in disputed]
    lacking = [row for row in rows if not member.can(_right(row), row.organisation_id)]
    lent = _lent(member, {row.organisation_id for row in lacking if row.for_person_id}, now)
    undoable = {row.id for row in lacking if _right(row) not in lent.get(_lender(row), set())}
    return [row for row in rows if row.id not in undoable]


def fallen_due(
    places: Collection[UUID], *, after: date, until: date, but: Collection[UUID], limit: int = MOST
) -> list[Assignment]:
    """The open tasks of invoices that fell due after one day and up to and including another; none that is on
    hold then, or disputed."""
    tasks = Assignment.objects.filter(
        organisation_id__in=places, ended_at=None, due_on__gt=after, due_on__lte=until
    )
    related = ("invoice", "organisation", "holder", "group", "for_person")
    waiting = tasks.exclude(invoice_id__in=but).exclude(on_hold_until__gt=until)
    waiting = waiting.exclude(Exists(open_disputes().filter(invoice=OuterRef("invoice"))))
    rows = waiting.select_related(*related)
    return list(rows.order_by("due_on", "invoice_id", "id")[:limit])


def _right(row: Row) -> str:
    return Right.CIRCULATE if row.fallback else RIGHT_FOR[row.action]


def _lender(row: Row) -> Lender:
    return row.organisation_id, row.for_person_id


def _lent(member: Member, places: set[UUID], now: datetime) -> dict[Lender, set[str]]:
    """What is lent to him and the lender still has, where decisions can be taken."""
    moving = places - current_scope().standing_still.keys()
    if not moving or member.person_id is None:
        return {}
    found: dict[Lender, set[str]] = {}
    for place, pairs in borrowed(moving, [member.person_id], now=now).items():
        held = rights_of(place, {lender for _, lender in pairs}, now=now)
        for (_, lender), rights in pairs.items():
            found[place, lender] = set(rights) & held.get(lender, set())
    return found
