"""What is told of one task: that it reached somebody, or was taken back (rules 3.13, 3.15)."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from omloop.absences.queries import away_on
from omloop.audit.models import AuditEvent
from omloop.circulation.models import Assignment
from omloop.circulation.reading.sheet import signed
from omloop.circulation.who.policies import RIGHT_FOR, Standings, members_of
from omloop.invoices.models import Invoice
from omloop.notifications.letter import Letter, name_of, people_of, to_person
from omloop.organisations.rights import Right
from omloop.people.mail import link_to
from omloop.people.models import Person


def task_reached(event: AuditEvent) -> Iterator[Letter]:
    """To who holds the task now, or each of its group who can do it; but not to who opened it himself.

    A group's goes once to it (rules 3.9): who takes the task, or gives it back, writes to nobody.
    """
    related = ("holder", "group", "for_person", "invoice", "organisation", "step")
    waiting = Assignment.objects.filter(id=event.detail["assignment"], ended_at=None).select_related(*related)
    for task in waiting:
        words, link = _task(task), link_to("invoice", task.invoice_id)
        for person in _who_can(task):
            if person.id != event.person_id:
                yield to_person(person, "task_reached", words, link, invoice=task.invoice, task=task)


def _who_can(task: Assignment) -> Iterable[Person]:
    """Its holder, unless deactivated; of a group those of its members who may do it now."""
    if task.group_id is None:
        return people_of(task.holder_id)
    now = timezone.now()
    right = Right.CIRCULATE if task.fallback else RIGHT_FOR[task.step.action]
    standings = Standings(invoice=task.invoice, right=right, barred=task.barred, now=now)
    members = members_of(task.group_id, now=now)
    standings.load(members)
    return Person.objects.filter(id__in=filter(standings.may_act, members), is_active=True).order_by("id")


def taken_back(event: AuditEvent) -> Iterator[Letter]:
    """To the substitute: the task is not his any more (rules 3.15); a group is told by its worklist."""
    if "named" not in event.detail:
        return
    words = {"by": name_of(event.person_id)}
    invoice = Invoice.objects.get(id=event.subject_id)
    for person in people_of(UUID(event.detail["named"])):
        yield to_person(person, "taken_back", words, link_to("invoice", invoice.id), invoice=invoice)


def awake(letters: Iterable[Letter], *, now: datetime) -> list[Letter]:
    """Those that go now: none about a task on a day off, or while its reader is away there (rules 3.13).

    His days off are those without a digest, if he has one; the next digest names the task.
    """
    sent = list(letters)
    people = Person.objects.in_bulk([UUID(each.recipient) for each in sent if each.task])
    days = {person.id: now.astimezone(person.zone).date() for person in people.values()}
    places = {each.task.organisation_id for each in sent if each.task}
    away = {day: away_on(places, day) for day in set(days.values())}

    def rests(letter: Letter) -> bool:
        person = people.get(UUID(letter.recipient)) if letter.task else None
        if letter.task is None or person is None:
            return False
        today = days[person.id]
        if person.digest_days and today.isoweekday() not in person.digest_days:
            return True
        return person.id in away[today].get(letter.task.organisation_id, {})

    return [letter for letter in sent if not rests(letter)]


def _task(task: Assignment) -> dict[str, Any]:
    """What a mail says of the invoice; of a confidential one nothing (rules 2.12)."""
    named = {
        "place": task.organisation.name,
        "named": task.for_person.name if task.for_person else "",
        "is_of_group": task.group_id is not None,
    }
    invoice = task.invoice
    if task.confidential:
        return {**named, "is_hidden": True}
    return {
        **named,
        "supplier": invoice.supplier_name,
        "number": invoice.number,
        "due_on": task.due_on,
        "amount": signed(invoice.with_vat, invoice.currency, invoice.kind),
    }
