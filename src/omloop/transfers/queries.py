"""Whose user data there is to transfer, who could get it, and what was transferred before."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.paginator import Paginator
from django.db import connection
from django.db.models import Count, F
from django.utils import timezone

from omloop.absences.models import AbsenceCover
from omloop.circulation.models import SchemeRule
from omloop.invoices.models import Invoice
from omloop.invoices.queries import visible_to
from omloop.organisations.activity import deactivated_in
from omloop.organisations.members import Member
from omloop.organisations.models import Group, Membership
from omloop.people.models import Person, names_of
from omloop.tenancy.scope import confidential_shown
from omloop.transfers.cost_centres import OWNED
from omloop.transfers.models import Item, Transfer
from omloop.transfers.undoing import can_undo

PAGE = 50
MOST = 20
"""Earlier transfers on the page."""
WORK = """
SELECT person_id, count(DISTINCT invoice_id) FROM (
    SELECT holder_id AS person_id, invoice_id FROM circulation_assignment
    WHERE organisation_id = ANY (%(places)s) AND ended_at IS NULL AND holder_id IS NOT NULL
    UNION ALL
    SELECT person_id, invoice_id FROM circulation_step
    WHERE organisation_id = ANY (%(places)s) AND state IN ('waiting', 'open') AND person_id IS NOT NULL) work
GROUP BY person_id"""
NAMED = """
SELECT s.person_id FROM circulation_schemestep s JOIN circulation_schemerule r ON r.id = s.rule_id
WHERE s.organisation_id = ANY (%(places)s) AND upper_inf(r.valid)
UNION SELECT substitute_id FROM absences_absencecover
WHERE organisation_id = ANY (%(places)s) AND cancelled_at IS NULL AND NOT period << daterange(%(today)s, NULL)
UNION SELECT unnest(ARRAY[d.person_id, d.for_person_id]) FROM circulation_decision d
JOIN invoices_invoice i ON i.id = d.invoice_id
 AND i.state IN ('circulating', 'approved') AND i.booked_at IS NULL
WHERE d.organisation_id = ANY (%(places)s) AND d.withdrawn_at IS NULL
UNION SELECT owner_id FROM coding_costcentre WHERE organisation_id = ANY (%(places)s) AND ended_at IS NULL
UNION SELECT owner_id FROM coding_costunit WHERE organisation_id = ANY (%(places)s) AND ended_at IS NULL"""
"""Who has something to transfer though nothing waits for him: a rule, a substitution, a decision on what is
not booked, a cost centre."""


@dataclass(frozen=True)
class Somebody:
    """A person on the list, whether he is active in any of the places, and how many invoices are his."""

    person: Person
    is_active: bool
    count: int


def people_with_work(places: Collection[UUID], *, now: datetime) -> list[Somebody]:
    """The members of these organisations, and whoever has something there; the inactive first, by name."""
    with confidential_shown(places), connection.cursor() as cursor:
        cursor.execute(WORK, {"places": sorted(places)})
        counts = dict(cursor.fetchall())
        cursor.execute(NAMED, {"places": sorted(places), "today": timezone.localdate(now)})
        named = {person_id for (person_id,) in cursor.fetchall() if person_id}
    held = Membership.objects.at(now).filter(organisation_id__in=places)
    where = defaultdict(set)
    for place, person_id in held.values_list("organisation_id", "person_id"):
        where[person_id].add(place)
    off = deactivated_in(places)
    people = Person.objects.filter(id__in={*where, *counts, *named}).order_by("name", "id")
    found = [
        Somebody(
            person,
            person.is_active and any((place, person.id) not in off for place in where[person.id]),
            counts.get(person.id, 0),
        )
        for person in people
    ]
    return sorted(found, key=lambda each: each.is_active)


@dataclass(frozen=True)
class Run:
    """A transfer as it was made: its rows, one an organisation, and how many items went and are back."""

    rows: tuple[Transfer, ...]
    went: int
    undone: int

    @property
    def first(self) -> Transfer:
        """Any of its rows: who, by whom and when are the same in all."""
        return self.rows[0]

    @property
    def is_done(self) -> bool:
        """Whether nothing of it waits any more."""
        return all(row.state == Transfer.State.DONE for row in self.rows)


def earlier_runs(places: Collection[UUID]) -> list[Run]:
    """The last transfers in these organisations, the newest first; confidential invoices count too."""
    rows = Transfer.objects.filter(organisation_id__in=places)
    newest = list(rows.order_by("-made_at", "-run_id").values_list("run_id", flat=True).distinct()[:MOST])
    return find_runs(newest, places)


def find_runs(run_ids: Iterable[UUID], places: Collection[UUID]) -> list[Run]:
    """These transfers, as far as these organisations are concerned; two queries."""
    rows = Transfer.objects.filter(organisation_id__in=places, run_id__in=list(run_ids))
    rows = rows.select_related("person", "made_by", "organisation").order_by("organisation__name", "id")
    by_run: dict[UUID, list[Transfer]] = defaultdict(list)
    for row in rows:
        by_run[row.run_id].append(row)
    with confidential_shown(places):
        counted = Item.objects.filter(transfer__in=[row.id for row in rows]).values_list("transfer__run_id")
        counts = {run: pair for run, *pair in counted.annotate(Count("id"), Count("undone_at"))}
    runs = [Run(tuple(found), *counts.get(run, [0, 0])) for run, found in by_run.items()]
    return sorted(runs, key=lambda run: (run.first.made_at, run.first.run_id), reverse=True)


@dataclass(frozen=True)
class Line:
    """One item on the report: the invoice if the reader sees it, else a name; and whether it can go back."""

    item: Item
    organisation_name: str
    to: str
    invoice: Invoice | None
    name: str
    can_undo: bool


@dataclass(frozen=True)
class Lines:
    """A page of items; `hidden` are those of confidential invoices, of which a reader sees nothing."""

    lines: list[Line]
    page: int
    pages: int
    hidden: int

    @property
    def previous(self) -> int:
        """The page before this one."""
        return self.page - 1

    @property
    def following(self) -> int:
        """The page after this one."""
        return self.page + 1


def lines_of(run: Run, member: Member, *, page: str) -> Lines:
    """What went, to whom, page by page; what is no invoice first."""
    rows = Item.objects.filter(transfer__in=[row.id for row in run.rows])
    paginator = Paginator(rows.order_by(F("invoice_id").asc(nulls_first=True), "id"), PAGE)
    shown = paginator.get_page(page)
    items = list(shown.object_list)
    places = {row.id: row for row in run.rows}
    invoices = visible_to(member).in_bulk([item.invoice_id for item in items if item.invoice_id])
    able = can_undo([item.id for item in items])
    names, people = _names(items), names_of({item.to_id for item in items})
    lines = [
        Line(
            item=item,
            organisation_name=places[item.transfer_id].organisation.name,
            to=people.get(item.to_id, ""),
            invoice=invoices.get(item.invoice_id) if item.invoice_id else None,
            name=names.get(item.before_id, "") if item.before_id else "",
            can_undo=item.undone_at is None and (item.invoice_id is None or item.id in able),
        )
        for item in items
    ]
    return Lines(lines, shown.number, paginator.num_pages, run.went - paginator.count)


def _names(items: list[Item]) -> dict[UUID, str]:
    """What rules, groups, the absent and cost centres are called, by `before_id`."""
    ids = [item.before_id for item in items if item.before_id]
    rules = SchemeRule.objects.filter(id__in=ids).values_list("id", "name")
    groups = Group.objects.filter(id__in=ids).values_list("id", "name")
    absences = AbsenceCover.objects.filter(id__in=ids).values_list("id", "person__name")
    owned = [each for model in OWNED.values() for each in model.objects.filter(id__in=ids)]
    return dict(rules) | dict(groups) | dict(absences) | {each.id: str(each) for each in owned}


def went_to(run: Run) -> list[tuple[str, str, int]]:
    """How many of each kind went to whom and are not back: kind, name, count."""
    with confidential_shown([row.organisation_id for row in run.rows]):
        rows = Item.objects.filter(undone_at=None, transfer__in=[row.id for row in run.rows])
        counted = list(rows.values_list("kind", "to_id").annotate(Count("id")).order_by("kind", "to_id"))
    names = names_of({to for _, to, _ in counted})
    return [(kind, names.get(to, ""), count) for kind, to, count in counted]
