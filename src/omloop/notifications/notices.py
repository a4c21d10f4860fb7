"""The notices of a member: how many are unread, page by page, one by its id; reading and forgetting them."""

from collections.abc import Collection
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

Listed = QuerySet[Any, dict[str, Any]]
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


@dataclass(frozen=True)
class Cursor:
    """The last notice of the page before."""

    told_at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.told_at.isoformat()}_{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Read it back from an address; raises ValueError."""
        told_at, _, key = text.partition("_")
        return cls(datetime.fromisoformat(told_at), UUID(key))

    @property
    def earlier(self) -> Q:
        """The condition of those that come after it."""
        return Q(told_at__lt=self.told_at) | Q(told_at=self.told_at, id__lt=self.id)


def unread(member: Member) -> int:
    """How many ask to be looked at, counted up to `MOST`; one query by an index of unread ones alone."""
    own = _of_organisations(member).filter(UNREAD, over=False).values("id")[:MOST]
    other = _of_environments(member).filter(UNREAD).values("id")[:MOST]
    return own.union(other, all=True).count()


def notices(member: Member, *, after: Cursor | None = None) -> tuple[list[Row], Cursor | None]:
    """A page, newest first, and the cursor of the next one; None: there is none."""
    earlier, newest = after.earlier if after else Q(), ("-told_at", "-id")
    own, other = (
        rows.filter(earlier).order_by(*newest)[: PAGE + 1]
        for rows in (_of_organisations(member), _of_environments(member))
    )
    found = [Row(**row) for row in own.union(other, all=True).order_by(*newest)[: PAGE + 1]]
    last = found[PAGE - 1] if len(found) > PAGE else None
    return found[:PAGE], Cursor(last.told_at, last.id) if last else None


def find(member: Member, notice_id: UUID) -> Row | None:
    """One of his own."""
    sources = (_of_organisations(member), _of_environments(member))
    return next((Row(**row) for each in sources for row in each.filter(id=notice_id)), None)


def read(row: Row, *, actor: Member, now: datetime) -> None:
    """Mark one as read; one of an organisation that stands still stays as it is."""
    _mark(Q(id=row.id), [row.place_id], actor, now)


def read_all(*, actor: Member, now: datetime) -> None:
    """Mark all of his as read, in the organisations and environments that he sees."""
    places = Notice.objects.filter(UNREAD, person_id=actor.person_id).values_list(
        "organisation_id", flat=True
    )
    _mark(Q(), set(places.order_by().distinct()), actor, now)


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


def _mark(which: Q, places: Collection[UUID], actor: Member, now: datetime) -> None:
    unread_ones = Q(which, UNREAD, person_id=actor.person_id)
    written = _written(places)
    if written:
        hold(written)
        Notice.objects.filter(unread_ones, organisation_id__in=written).update(read_at=now)
    EnvironmentNotice.objects.filter(unread_ones).update(read_at=now)


def _written(places: Collection[UUID]) -> list[UUID]:
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


def _of_organisations(member: Member) -> Listed:
    """His own there; one about an invoice only where he may see invoices."""
    sees = member.where(Right.VIEW_ALL) | member.where(Right.VIEW_OWN)
    seen = Q(invoice_id=None) | Q(organisation_id__in=sees)
    over = Q(assignment_id__isnull=False) & ~Q(_waits())
    rows = Notice.objects.filter(seen, person_id=member.person_id)
    return _listed(rows.annotate(over=over, place_id=F("organisation_id"), about_id=F("invoice_id")))


def _of_environments(member: Member) -> Listed:
    nothing = Cast(Value(None), UUIDField(null=True))
    over = Value(False, BooleanField())
    rows = EnvironmentNotice.objects.filter(person_id=member.person_id)
    return _listed(rows.annotate(over=over, place_id=F("environment_id"), about_id=nothing))


def _listed(rows: QuerySet[Any]) -> Listed:
    told = ("id", "person_id", "event_id", "kind", "told_at", "read_at", "over", "place_id", "about_id")
    found: Listed = rows.values(*told)
    return found
