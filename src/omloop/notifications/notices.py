"""The notices of a member: how many are unread, page by page, one by its id; reading and forgetting them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Exists, F, OuterRef, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Cast

from omloop.circulation.models import Assignment
from omloop.notifications.models import UNREAD, EnvironmentNotice, Notice
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.tenancy.models import TenancyStandstill
from omloop.tenancy.scope import current_scope

PAGE = 25
MOST = 100
"""The bell counts no further: more shows as "99+"."""
KEPT = timedelta(days=90)
"""How long a notice that was read is kept."""
KEPT_UNREAD = timedelta(days=365)
"""And one that nobody read."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A notice as it is listed: `place_id` is the organisation or environment, `about_id` the invoice that it
    speaks of, if any; `over`: of a task that no longer waits for him."""

    id: UUID
    person_id: UUID
    event_id: UUID
    kind: str
    told_at: datetime
    read_at: datetime | None
    place_id: UUID
    about_id: UUID | None
    over: bool

    @property
    def is_unread(self) -> bool:
        """Whether it still asks to be looked at."""
        return self.read_at is None and not self.over


def unread(member: Member) -> int:
    """How many ask to be looked at, counted up to `MOST`; one query by an index of unread ones alone."""
    own = _of_organisations(member).filter(UNREAD, over=False).values("id")[:MOST]
    other = _of_environments(member).filter(UNREAD).values("id")[:MOST]
    return own.union(other, all=True).count()


def notices(member: Member, *, before: UUID | None = None) -> tuple[list[Row], UUID | None]:
    """A page, newest first, and before which the next one begins; None: there is none."""
    earlier = Q(id__lt=before) if before else Q()
    rows = [
        each.filter(earlier).order_by("-id")[: PAGE + 1]
        for each in (_of_organisations(member), _of_environments(member))
    ]
    found = [Row(**row) for row in rows[0].union(rows[1], all=True).order_by("-id")[: PAGE + 1]]
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def find(member: Member, notice_id: UUID) -> Row | None:
    """One of his own."""
    sources = (_of_organisations(member), _of_environments(member))
    return next((Row(**row) for each in sources for row in each.filter(id=notice_id)), None)


def read(row: Row, *, actor: Member, now: datetime) -> None:
    """Mark one as read; one of an organisation that stands still stays as it is."""
    _mark(Q(id=row.id), [row.place_id], actor, now)


def read_all(*, actor: Member, now: datetime) -> None:
    """Mark all of his as read, in the organisations and environments that he sees."""
    _mark(Q(), current_scope().organisation_ids, actor, now)


def forget(chain_id: UUID, *, now: datetime) -> None:
    """Destroy what was read long ago, of an organisation or environment; and mark what is over as read."""
    old = Q(read_at__lt=now - KEPT) | Q(told_at__lt=now - KEPT_UNREAD)
    if chain_id in current_scope().environment_ids:
        EnvironmentNotice.objects.filter(old, environment_id=chain_id).delete()
        return
    for place in _written([chain_id]):
        hold(place)
        mine = Notice.objects.filter(organisation_id=place)
        mine.filter(old).delete()
        mine.filter(UNREAD).exclude(assignment=None).exclude(_waits()).update(read_at=now)


def _mark(which: Q, places: Any, actor: Member, now: datetime) -> None:
    unread_ones = Q(which, UNREAD, person_id=actor.person_id)
    written = _written(places)
    if written:
        hold(written)
        Notice.objects.filter(unread_ones, organisation_id__in=written).update(read_at=now)
    EnvironmentNotice.objects.filter(unread_ones).update(read_at=now)


def _written(places: Any) -> list[UUID]:
    """Those that are organisations and can be written; in a closed one notices can still be read."""
    scope = current_scope()
    still = {place for place, why in scope.standing_still.items() if why != TenancyStandstill.Reason.CLOSED}
    return sorted(scope.organisation_ids.intersection(places) - still)


def _waits() -> Exists:
    return Exists(
        Assignment.objects.filter(
            id=OuterRef("assignment_id"), ended_at=None, holder_id=OuterRef("person_id")
        )
    )


def _of_organisations(member: Member) -> QuerySet[Notice, dict[str, Any]]:
    """His own there; one about an invoice only where he may see invoices."""
    sees = member.where(Right.VIEW_ALL) | member.where(Right.VIEW_OWN)
    seen = Q(invoice_id=None) | Q(organisation_id__in=sees)
    over = Q(assignment_id__isnull=False) & ~Q(_waits())
    rows = Notice.objects.filter(seen, person_id=member.person_id)
    return _listed(rows.annotate(over=over, place_id=F("organisation_id"), about_id=F("invoice_id")))


def _of_environments(member: Member) -> QuerySet[EnvironmentNotice, dict[str, Any]]:
    nothing = Cast(Value(None), UUIDField(null=True))
    over = Value(False, BooleanField())
    rows = EnvironmentNotice.objects.filter(person_id=member.person_id)
    return _listed(rows.annotate(over=over, place_id=F("environment_id"), about_id=nothing))


def _listed(rows: Any) -> Any:
    told = ("id", "person_id", "event_id", "kind", "told_at", "read_at", "over", "place_id", "about_id")
    return rows.values(*told)
