"""On what ground people could do something: by which group, since when, given by whom (rules 7.8)."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from omloop.absences.models import LentRight
from omloop.audit.models import AuditEvent
from omloop.circulation.routing.why import group_name
from omloop.organisations.models import ApprovalLimit, GroupMember, Membership, Organisation
from omloop.organisations.segregation import risk_in_words
from omloop.people.models import names_of

Moment = tuple[UUID, datetime]
"""Something about this person or group began at this instant."""


@dataclass(frozen=True)
class Span:
    """From an instant up to another, which is no part of it; no end: still."""

    since: datetime
    until: datetime | None = None

    @classmethod
    def of_day(cls, day: date, organisation: Organisation) -> "Span":
        """A calendar day on the clock of the organisation."""
        midnights = (datetime.combine(d, time(), organisation.zone) for d in (day, day + timedelta(days=1)))
        return cls(*midnights)

    @classmethod
    def of_instant(cls, at: datetime) -> "Span":
        """One instant."""
        return cls(at, at + timedelta(microseconds=1))

    @property
    def as_range(self) -> DateTimeTZRange:
        """As the database compares it."""
        return DateTimeTZRange(self.since, self.until, "[)")

    def contains(self, at: datetime) -> bool:
        """Whether the instant lies in it."""
        return self.since <= at and (self.until is None or at < self.until)

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share an instant."""
        begins_in_time = other.until is None or self.since < other.until
        return begins_in_time and (self.until is None or other.since < self.until)

    def without(self, gap: "Span") -> list["Span"]:
        """What is left of it before and after the gap."""
        if not self.overlaps(gap):
            return [self]
        before = [Span(self.since, gap.since)] if self.since < gap.since else []
        goes_on = gap.until is not None and (self.until is None or gap.until < self.until)
        return before + ([Span(gap.until, self.until)] if gap.until and goes_on else [])

    def shared(self, other: DateTimeTZRange) -> "Span | None":
        """What it shares with a row's validity."""
        ends = [end for end in (self.until, other.upper) if end is not None]
        both = Span(max(self.since, other.lower), min(ends, default=None))
        return both if both.until is None or both.since < both.until else None


@dataclass(frozen=True)
class Ground:
    """A person held a right during `held`, by this group; `by` made it so, "" when nothing says who."""

    person_id: UUID
    right: str
    group: str
    held: Span
    by: str

    @property
    def right_label(self) -> str:
        """The right in the reader's language, as the report on segregation of duties says it."""
        return risk_in_words(self.right)


@dataclass(frozen=True)
class Limit:
    """Up to how much a person approved during `held`; `kind` is the invoice type, empty: all others."""

    person_id: UUID
    kind: str
    amount: Decimal
    held: Span
    by: str

    @property
    def kind_label(self) -> str:
        """For which invoices, in the reader's language."""
        return str(ApprovalLimit.Kind(self.kind).label)


def grounds_in(organisation_id: UUID, span: Span, rights: Collection[str]) -> list[Ground]:
    """Who held any of these rights at some instant of the span, each with his grounds, the oldest first.

    From rows with history, so that people who left stand here too; not while somebody was deactivated.
    What was lent to a substitute is a ground too. Seven queries however many there are.
    """
    rows = GroupMember.objects.filter(
        organisation_id=organisation_id,
        valid__overlap=span.as_range,
        group__rights__valid__overlap=span.as_range,
        group__rights__right__in=rights,
    ).values_list(
        "person_id", "group_id", "group__name", "group__default", "valid",
        "group__rights__right", "group__rights__valid",
    )  # fmt: skip
    read, lent = list(rows), _lent(organisation_id, span, rights)
    off = times_off(organisation_id, {person for person, *_rest in read} | {row.borrower_id for row in lent})
    found: list[tuple[Ground, Moment]] = []
    for person_id, group_id, name, default, placed, right, carried in read:
        for held in _acting(placed, carried, off.get(person_id, []), span):
            came_by_group = held.since == carried.lower != placed.lower
            ground = Ground(person_id, right, group_name(name, default), held, "")
            found.append((ground, (group_id if came_by_group else person_id, held.since)))
    makers = makers_of(organisation_id, {moment for _ground, moment in found})
    grounds = [replace(ground, by=makers.get(moment, "")) for ground, moment in found]
    grounds += _grounds_lent(lent, off, span)
    return sorted(grounds, key=lambda ground: (ground.held.since, ground.group, ground.right))


def _lent(organisation_id: UUID, span: Span, rights: Collection[str]) -> list[LentRight]:
    rows = LentRight.objects.filter(
        organisation_id=organisation_id, right__in=rights, is_confirmed=True, valid__overlap=span.as_range
    )
    return list(rows.select_related("lender"))


def _grounds_lent(lent: Collection[LentRight], off: dict[UUID, list[Span]], span: Span) -> Iterator[Ground]:
    """For what he decided for the lender, from the confirmation on (rules 4.5)."""
    names = names_of({row.answered_by for row in lent if row.answered_by})
    for row in lent:
        by = names.get(row.answered_by, "") if row.answered_by else ""
        lasted = DateTimeTZRange(row.answered_at, row.ended_at, "[)")
        words = _("Lent by %(name)s") % {"name": row.lender.name}
        for held in _acting(row.valid, lasted, off.get(row.borrower_id, []), span):
            yield Ground(row.borrower_id, row.right, words, held, by)


def _acting(placed: DateTimeTZRange, carried: DateTimeTZRange, off: list[Span], span: Span) -> list[Span]:
    """When he stood in the group, the group carried the right, and he was not off, as far as in the span."""
    both = Span(placed.lower, placed.upper).shared(carried)
    pieces = [both] if both else []
    for gap in off:
        pieces = [left for piece in pieces for left in piece.without(gap)]
    return [piece for piece in pieces if piece.overlaps(span)]


def times_off(organisation_id: UUID, people: Collection[UUID]) -> dict[UUID, list[Span]]:
    """When these people were deactivated there, or their accounts were closed (rules 1.5); two queries."""
    off: dict[UUID, list[Span]] = {}
    rows = Membership.objects.filter(organisation_id=organisation_id, person__in=people, is_active=False)
    for person_id, valid in rows.values_list("person_id", "valid"):
        off.setdefault(person_id, []).append(Span(valid.lower, valid.upper))
    events = AuditEvent.objects.filter(
        chain_id=organisation_id, subject_id__in=people, name__in=["account.closed", "account.opened"]
    )
    closed: dict[UUID, datetime] = {}
    for person_id, name, at in events.order_by("at", "id").values_list("subject_id", "name", "at"):
        if person_id and name == "account.closed":
            closed.setdefault(person_id, at)
        elif person_id in closed:
            off.setdefault(person_id, []).append(Span(closed.pop(person_id), at))
    for person_id, at in closed.items():
        off.setdefault(person_id, []).append(Span(at))
    return off


def limits_in(organisation_id: UUID, span: Span) -> list[Limit]:
    """The limits that held at some instant of the span, the oldest first."""
    rows = ApprovalLimit.objects.filter(organisation_id=organisation_id, valid__overlap=span.as_range)
    limits = sorted(rows, key=lambda row: row.valid.lower)
    makers = makers_of(organisation_id, {(limit.person_id, limit.valid.lower) for limit in limits})
    return [
        Limit(
            limit.person_id,
            limit.kind,
            limit.amount,
            Span(limit.valid.lower, limit.valid.upper),
            makers.get((limit.person_id, limit.valid.lower), ""),
        )
        for limit in limits
    ]


def makers_of(organisation_id: UUID, moments: Collection[Moment]) -> dict[Moment, str]:
    """Who did what began then, by the audit trail of the organisation: it moves along with it.

    A row and the event of its change carry the same instant.
    """
    events = AuditEvent.objects.filter(
        chain_id=organisation_id,
        subject_id__in={subject_id for subject_id, _at in moments},
        at__in={at for _subject_id, at in moments},
    ).order_by("id")
    made = list(events.values_list("subject_id", "at", "person_id", "actor"))
    names = names_of({person_id for _subject, _at, person_id, _actor in made if person_id})
    return {
        (subject_id, at): names.get(person_id, "") if person_id else _machine(actor)
        for subject_id, at, person_id, actor in reversed(made)
        if subject_id
    }


def _machine(actor: str) -> str:
    return _("Operator") if actor.startswith("operator") else "Omloop"


def by_person(rows: Iterable[Ground]) -> dict[UUID, list[Ground]]:
    """The grounds of each person, in their order."""
    found: dict[UUID, list[Ground]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return found
