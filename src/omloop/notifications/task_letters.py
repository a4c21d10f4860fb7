"""What is told of one task: that it reached somebody, or was taken back (rules 3.13, 3.15)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from omloop.absences.queries import away_on
from omloop.audit.models import AuditEvent
from omloop.circulation.models import Assignment
from omloop.circulation.sheet import signed
from omloop.invoices.models import Invoice
from omloop.notifications.letter import Letter, name_of, people_of, to_person
from omloop.people.mail import link_to


def task_reached(event: AuditEvent) -> Iterator[Letter]:
    """To who holds the task now, unless he opened it himself.

    What waits for a group names nobody: it stands on the worklist and in the digest of its members.
    """
    related = ("holder", "for_person", "invoice", "organisation")
    waiting = Assignment.objects.filter(id=event.detail["assignment"], ended_at=None).select_related(*related)
    for task in waiting.exclude(holder=None).exclude(holder_id=event.person_id):
        if task.holder.is_active:
            link = link_to("invoice", task.invoice_id)
            yield to_person(task.holder, "task_reached", _task(task), link, invoice=task.invoice, task=task)


def taken_back(event: AuditEvent) -> Iterator[Letter]:
    """To the substitute: the task is not his any more (rules 3.15); a group is told by its worklist."""
    if "named" not in event.detail:
        return
    words = {"by": name_of(event.person_id)}
    invoice = Invoice.objects.get(id=event.subject_id)
    for person in people_of(UUID(event.detail["named"])):
        yield to_person(person, "taken_back", words, link_to("invoice", invoice.id), invoice=invoice)


def rests(task: Assignment, *, now: datetime) -> bool:
    """Whether its holder gets no mail about it: on a day off, or while he is away there (rules 3.13).

    His days off are those without a digest, if he has one; the next digest names the task.
    """
    holder = task.holder
    if holder is None:
        return False
    today = now.astimezone(holder.zone).date()
    if holder.digest_days and today.isoweekday() not in holder.digest_days:
        return True
    return holder.id in away_on([task.organisation_id], today).get(task.organisation_id, {})


def _task(task: Assignment) -> dict[str, Any]:
    """What a mail says of the invoice; of a confidential one nothing (rules 2.12)."""
    named = {"place": task.organisation.name, "named": task.for_person.name if task.for_person else ""}
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
