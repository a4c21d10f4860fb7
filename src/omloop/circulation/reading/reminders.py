"""What a digest may speak of: tasks that a member can do, and what fell due in an organisation (3.13)."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from omloop.absences.lending import borrowed
from omloop.absences.queries import away_on
from omloop.audit.models import AuditEvent
from omloop.circulation.models import Assignment
from omloop.circulation.models.consultations import Consultation
from omloop.circulation.reading.worklist import MOST, Row, worklist
from omloop.circulation.who.awaited import asked_of, awaited_at
from omloop.circulation.who.policies import RIGHT_FOR, rights_of
from omloop.disputes.queries import disputed_among, open_disputes
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.people.models import Person
from omloop.tenancy.scope import current_scope

Lender = tuple[UUID, UUID | None]
"""An organisation, and the person for whom one stands in there."""
GIVEN = ("invoice.transferred", "invoice.transfer_undone")
"""Events after which a task that was open before is somebody else's: the detail names him as `holder`."""


def present_at(member: Member, *, today: date) -> frozenset[UUID]:
    """Those of his organisations where no absence of his contains this day."""
    away = away_on(member.rights.keys(), today)
    return frozenset(place for place in member.rights if member.person_id not in away.get(place, {}))


def can_be_done(member: Member, places: Collection[UUID], *, today: date, now: datetime) -> list[Row]:
    """His tasks in these organisations that he can do by a right of his own or a lent one, by due date; none
    of a disputed invoice, and none that waits for advice.

    No more than a screen counts (`MOST`); the number of queries depends on his organisations alone.
    """
    rows = [row for row in worklist(member, today=today, limit=MOST).rows if row.organisation_id in places]
    disputed = disputed_among(row.invoice_id for row in rows)
    awaited = awaited_at({row.step_id for row in rows}, now=now)
    rows = [row for row in rows if row.invoice_id not in disputed and row.step_id not in awaited]
    lacking = [row for row in rows if not member.can(_right(row), row.organisation_id)]
    lent = _lent(member, {row.organisation_id for row in lacking if row.for_person_id}, now)
    undoable = {row.id for row in lacking if _right(row) not in lent.get(_lender(row), set())}
    return [row for row in rows if row.id not in undoable]


def came_to(person: Person, rows: Sequence[Row]) -> dict[UUID, datetime]:
    """By task, since when this person can do it: it opened, was transferred to him, was on hold until then,
    its advice came, or its dispute ended. Two queries, however many; none for no task.
    """
    if not rows:
        return {}
    found: dict[UUID, datetime] = {}
    for key, moment in [*_returned_by_event(person, rows), *_advised(rows)]:
        found[key] = max(moment, found.get(key, moment))
    return {row.id: max([_opened(row, person), *_known(found, row)]) for row in rows}


def questions_to_answer(person_id: UUID, places: Collection[UUID], *, today: date) -> int:
    """How many questions of others he can answer there: none about a disputed invoice or a step on hold."""
    held = Assignment.objects.filter(step=OuterRef("step"), ended_at=None, on_hold_until__gt=today)
    disputed = open_disputes().filter(invoice=OuterRef("invoice"))
    return asked_of(person_id, places).exclude(Exists(held)).exclude(Exists(disputed)).count()


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


def _returned_by_event(person: Person, rows: Sequence[Row]) -> Iterator[tuple[UUID, datetime]]:
    given = Q(name__in=GIVEN, detail__holder=str(person.id))
    events = AuditEvent.objects.filter(
        given | Q(name="dispute.ended"),
        chain_id__in={row.organisation_id for row in rows},
        subject_id__in={row.invoice_id for row in rows},
    )
    for invoice_id, moment in events.values_list("subject_id", "at"):
        if invoice_id is not None:
            yield invoice_id, moment


def _advised(rows: Sequence[Row]) -> Iterator[tuple[UUID, datetime]]:
    """By step."""
    over = Consultation.objects.filter(waits=True, step_id__in={row.step_id for row in rows})
    for step_id, *moments in over.values_list("step_id", "answered_at", "recalled_at"):
        yield from ((step_id, moment) for moment in moments if moment)


def _opened(row: Row, person: Person) -> datetime:
    if row.on_hold_until is None:
        return row.opened_at
    return max(row.opened_at, datetime.combine(row.on_hold_until, time.min, person.zone))


def _known(found: dict[UUID, datetime], row: Row) -> list[datetime]:
    keys = (row.invoice_id, row.step_id)
    return [found[key] for key in keys if key in found]


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
