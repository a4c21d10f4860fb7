"""What a digest tells one person: his tasks, each once, and what fell due where he does the books (3.13)."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from omloop.circulation.deciding.offer import holder_of
from omloop.circulation.models import Assignment
from omloop.circulation.reading.mail_link import link_for, places_with_links
from omloop.circulation.reading.reminders import (
    came_to,
    can_be_done,
    fallen_due,
    present_at,
    questions_to_answer,
)
from omloop.circulation.reading.sheet import signed
from omloop.circulation.reading.worklist import Row, when
from omloop.kernel.money import Money
from omloop.kernel.period import working_days_before
from omloop.organisations.members import member_scope
from omloop.organisations.rights import Right
from omloop.people.mail import link_to
from omloop.people.models import Person

LISTED = 25
"""A section of a mail lists no more; the rest is counted, and stands on the worklist."""
DAYS_BEFORE = 3
"""How many working days before the due date one is reminded."""
TITLES = {
    "late": gettext_lazy("Late"),
    "reminder": gettext_lazy("Due within three working days"),
    "week": gettext_lazy("This week"),
    "new": gettext_lazy("New since the last digest"),
    "fallen_due": gettext_lazy("Due and still open in the organisation"),
}


@dataclass(frozen=True)
class Line:
    """An invoice as the mail shows it; `named` is for whom one stands in, `waits_for` who holds it."""

    due_on: date | None
    supplier: str
    number: str
    amount: Money | None
    place: str
    link: str
    named: str = ""
    waits_for: str = ""


@dataclass(frozen=True)
class Section:
    """Lines under one heading, and how many more there are."""

    title: Any
    lines: list[Line]
    more: int


@dataclass(frozen=True)
class Digest:
    """All that the mail says: how many tasks wait, how many of them under no heading, and how many questions
    of others (advice, for information).

    `opens_tasks`: some of its links open a task without signing in.
    """

    person: Person
    waiting: int = 0
    later: int = 0
    fallen_due: int = 0
    opens_tasks: bool = False
    questions: int = 0
    sections: list[Section] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits, so that no mail goes."""
        return not (self.waiting or self.fallen_due or self.questions)


@dataclass(frozen=True)
class Days:
    """The day of a digest on the reader's clock, and the day of the one before (else the day before)."""

    today: date
    before: date
    since: datetime | None

    @classmethod
    def of(cls, person: Person, at: datetime, since: datetime | None) -> "Days":
        """From the moments of the two digests."""
        today = at.astimezone(person.zone).date()
        before = since.astimezone(person.zone).date() if since else today - timedelta(days=1)
        return cls(today, before, since)

    def section_of(self, row: Row, came_at: datetime | None = None) -> str:
        """Under which heading a task stands: the first that holds, so that it stands under one.

        `came_at` is since when he can do what is nearly due: who did not have it on the day of the reminder
        gets that in his first digest after it.
        """
        heading = when(row.due_on, self.today)
        if heading == "late" or row.due_on is None:
            return heading if heading == "late" else self._if_new(row)
        if self.is_near(row) and (self._begins_now(row.due_on) or self._is_since(came_at)):
            return "reminder"
        return "week" if heading == "week" else self._if_new(row)

    def is_near(self, row: Row) -> bool:
        """Whether it is due within three working days, today too."""
        due_on = row.due_on
        return due_on is not None and working_days_before(due_on, DAYS_BEFORE) <= self.today <= due_on

    def _begins_now(self, due_on: date) -> bool:
        return self.before < working_days_before(due_on, DAYS_BEFORE)

    def _is_since(self, came_at: datetime | None) -> bool:
        return came_at is not None and (self.since is None or came_at > self.since)

    def _if_new(self, row: Row) -> str:
        return "new" if self.since is None or row.opened_at > self.since else "later"


def digest_of(person: Person, *, at: datetime, since: datetime | None, now: datetime) -> Digest | None:
    """What this person is told at this moment, as far as he may see it; None while he is away everywhere.

    Where he is away, organisation by organisation, is left out, and so is what he can't do.
    """
    days = Days.of(person, at, since)
    with translation.override(person.language), member_scope(person, now=now) as member:
        places = present_at(member, today=days.today)
        if not places and member.rights:
            return None
        rows = can_be_done(member, places, today=days.today, now=now)
        books = places & member.where(Right.CIRCULATE)
        own = {row.invoice_id for row in rows}
        by_mail = places_with_links(person, {row.organisation_id for row in rows})
        due = fallen_due(books, after=days.before, until=days.today, but=own) if books else []
        questions = questions_to_answer(person.id, places, today=days.today)
        return _digest(person, rows, due, days, questions=questions, by_mail=by_mail)


def _digest(
    person: Person,
    rows: list[Row],
    due: list[Assignment],
    days: Days,
    *,
    questions: int,
    by_mail: Collection[UUID],
) -> Digest:
    lines: dict[str, list[Line]] = defaultdict(list)
    came = came_to(person, [row for row in rows if days.is_near(row)])
    for row in rows:
        lines[days.section_of(row, came.get(row.id))].append(_line(row, person, by_mail))
    by_invoice: dict[UUID, list[Assignment]] = defaultdict(list)
    for task in due:
        by_invoice[task.invoice_id].append(task)
    lines["fallen_due"] = [_line_of(tasks) for tasks in by_invoice.values()]
    return Digest(
        person,
        waiting=len(rows),
        later=len(lines["later"]),
        opens_tasks=bool(by_mail),
        fallen_due=len(by_invoice),
        questions=questions,
        sections=[
            Section(title, lines[key][:LISTED], max(0, len(lines[key]) - LISTED))
            for key, title in TITLES.items()
            if lines[key]
        ],
    )


def _line(row: Row, person: Person, by_mail: Collection[UUID]) -> Line:
    return Line(
        due_on=row.due_on,
        supplier=row.supplier_name,
        number=row.number,
        amount=signed(row.amount, row.currency, row.kind),
        place=row.organisation_name,
        link=_link(row, person, by_mail),
        named=row.for_person_name or "",
    )


def _link(row: Row, person: Person, by_mail: Collection[UUID]) -> str:
    """To the invoice; where mails may open tasks, to this one without signing in (rules 3.4)."""
    if row.organisation_id not in by_mail or row.confidential or row.fallback:
        return link_to("invoice", row.invoice_id)
    return link_for(person, organisation_id=row.organisation_id, assignment_id=row.id)


def _line_of(tasks: list[Assignment]) -> Line:
    invoice, task = tasks[0].invoice, tasks[0]
    return Line(
        due_on=task.due_on,
        supplier=invoice.supplier_name,
        number=invoice.number,
        amount=signed(invoice.with_vat, invoice.currency, invoice.kind),
        place=task.organisation.name,
        link=link_to("invoice", invoice.id),
        waits_for=", ".join(sorted({_holder(each) for each in tasks})),
    )


def _holder(task: Assignment) -> str:
    """Who is asked; one who stands in as "B, for A" (rules 4.7)."""
    if task.for_person is None:
        return holder_of(task)
    return _("%(what)s, on behalf of %(name)s") % {"what": holder_of(task), "name": task.for_person.name}
