"""The page of what needs attention: tasks that nobody present can do, with a way on for each (rules 4.3), and
what was rejected and waits for finance (rules 3.3)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from omloop.circulation.deciding.attention import Item, Trouble, needs_attention
from omloop.circulation.deciding.offer import holder_of, people_who_can
from omloop.circulation.reading.rejected import Rejected, ends_invoices, left_rejected
from omloop.circulation.reading.sheet import signed
from omloop.circulation.routing.why import read_names, short_reason
from omloop.circulation.who.policies import RIGHT_FOR
from omloop.environments.models import LastDay
from omloop.kernel.money import Money
from omloop.kernel.period import Period
from omloop.organisations.members import Member, RightMissing
from omloop.organisations.rights import Right
from omloop.people.models import Person
from omloop.web import words

MOST = 200
"""Tasks on the page, the most urgent first."""


@dataclass(frozen=True)
class Stuck:
    """A task on the list: what is wrong in a sentence, what it waits for, and who can be named."""

    item: Item
    trouble: str
    why: str
    amount: Money | None
    candidates: list[Person]


@dataclass(frozen=True)
class AttentionPage:
    """The tasks, whether there are more, who can still act after his last working day (rules 4.9), and what
    was rejected and waits for finance (rules 3.3)."""

    today: date
    stuck: list[Stuck]
    has_more: bool
    staying: list[LastDay]
    rejected: list[Rejected]


def attention_page(member: Member, organisation: str, *, today: date, now: datetime) -> AttentionPage:
    """Read it: tasks where he manages absences, what was rejected where he cancels or disputes.

    Raises RightMissing when he does neither anywhere.
    """
    absences, ends = set(member.where(Right.MANAGE_ABSENCES)), ends_invoices(member)
    places = absences | ends
    if not places:
        raise RightMissing(Right.MANAGE_ABSENCES, next(iter(member.rights), UUID(int=0)))
    asked = {place for place in places if str(place) == organisation} or places
    chosen = asked & absences
    items = needs_attention(chosen, today=today, now=now, limit=MOST + 1)
    names = read_names(item.assignment.why for item in items)
    able = _able({item.assignment.organisation_id for item in items if _may_name(member, item)}, now)
    stuck = [_stuck(item, names, able, today) for item in items[:MOST]]
    staying = LastDay.objects.filter(environment_id__in=member.environments, ended_at=None)
    refused = staying.exclude(refused_at=None).select_related("person", "environment").order_by("last_on")
    rejected = left_rejected(member, asked, limit=MOST)
    return AttentionPage(today, stuck, len(items) > MOST, list(refused), rejected)


def _may_name(member: Member, item: Item) -> bool:
    return member.can(Right.CIRCULATE, item.assignment.organisation_id)


def _able(places: set[UUID], now: datetime) -> dict[tuple[UUID, str], list[Person]]:
    """Who can do which kind of step where; nobody where the member may not name anybody."""
    found = {}
    for action, right in RIGHT_FOR.items():
        for place, people in people_who_can(places, right, now=now).items():
            found[place, action] = people
    return found


def _stuck(
    item: Item, names: dict[UUID, str], able: dict[tuple[UUID, str], list[Person]], today: date
) -> Stuck:
    task = item.assignment
    people = able.get((task.organisation_id, task.step.action), [])
    return Stuck(
        item=item,
        trouble=_trouble(item, today),
        why=short_reason(task.why, names),
        amount=signed(task.invoice.with_vat, task.invoice.currency, task.invoice.kind),
        candidates=[person for person in people if person.id not in {task.holder_id, *task.barred}],
    )


def _trouble(item: Item, today: date) -> str:
    parts = {"name": holder_of(item.assignment)}
    if item.trouble == Trouble.AWAY and item.away_until is not None:
        parts["day"] = words.period(Period(item.away_until, item.away_until), today)
        return _("%(name)s is away through %(day)s") % parts
    return {
        Trouble.AWAY: _("%(name)s is away, without an end date"),
        Trouble.INACTIVE: _("%(name)s is no longer active"),
        Trouble.RIGHT_MISSING: _("%(name)s has no right for this step any more"),
        Trouble.NOT_CONFIDENTIAL: _("%(name)s may not see confidential invoices"),
        Trouble.BARRED: _("Four eyes need somebody else than %(name)s"),
        Trouble.CHECKED: _("%(name)s checked the bank account, so somebody else approves"),
        Trouble.NOBODY_PRESENT: _("Nobody of the group %(name)s is present"),
    }[item.trouble] % parts
