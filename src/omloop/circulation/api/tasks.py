"""Who has a task, by API: a group's is taken and given back, a forwarded one taken back, a person named.

None of it decides anything (rules 3.1, 3.9, 3.15); through the same services as the pages.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils import timezone
from ninja import Router, Schema, Status

from omloop.circulation.api.worklist import find_invoice
from omloop.circulation.deciding import naming, taking, taking_back
from omloop.circulation.deciding.offer import holder_of
from omloop.circulation.models import Assignment
from omloop.circulation.refusals import UnknownAssignment
from omloop.circulation.scheme import rerouting
from omloop.circulation.scheme.proposing import propose_rule
from omloop.invoices.models import Invoice
from omloop.organisations.middleware import MemberRequest

router = Router(tags=["circulation"])


class TaskIn(Schema):
    """The task that you saw."""

    assignment: UUID


class NameIn(TaskIn):
    """Whose invoice it is; `as_rule` suggests that this supplier's go to that person from now on."""

    person: UUID
    as_rule: bool = False


class PassedOnOut(Schema):
    """The task as it is now, to decide on, and who has it: a person or a group."""

    assignment: UUID
    waits_for: str


@router.post("/invoices/{uuid:invoice_id}/take", response={201: PassedOnOut})
def take(request: MemberRequest, invoice_id: UUID, body: TaskIn) -> Any:
    """Take a task of a group of the holder's: it waits for him alone; 409 when somebody was first."""
    return _pass_on(request, invoice_id, body, taking.take_task)


@router.post("/invoices/{uuid:invoice_id}/give-back", response={201: PassedOnOut})
def give_back(request: MemberRequest, invoice_id: UUID, body: TaskIn) -> Any:
    """Give a task that the holder took back to its group; 403 when another has it."""
    return _pass_on(request, invoice_id, body, taking.give_back)


@router.post("/invoices/{uuid:invoice_id}/take-back", response={201: PassedOnOut})
def take_back(request: MemberRequest, invoice_id: UUID, body: TaskIn) -> Any:
    """Take back what the holder forwarded, or a substitute has for him; 403 when nobody has it for him."""
    return _pass_on(request, invoice_id, body, taking_back.take_back)


@router.post("/invoices/{uuid:invoice_id}/name", response={201: PassedOnOut})
def name(request: MemberRequest, invoice_id: UUID, body: NameIn) -> Any:
    """Say whose invoice it is, where nobody who can decide has it; 409 where somebody has, 422 for a person
    who can't."""

    def act(assignment_id: UUID, **who: Any) -> Assignment:
        opened = naming.name_person(assignment_id=assignment_id, person_id=body.person, **who)
        if body.as_rule:
            propose_rule(opened.invoice, person_id=body.person, **who)
        return opened

    return _pass_on(request, invoice_id, body, act)


@router.post("/invoices/{uuid:invoice_id}/follow-scheme", response={201: list[PassedOnOut]})
def follow_scheme(request: MemberRequest, invoice_id: UUID) -> Any:
    """Have an invoice under way follow the scheme of today: what was decided lapses; the tasks that are open
    then. 409 when it is not under way, or still to be coded."""
    invoice = find_invoice(request, invoice_id)
    who: dict[str, Any] = {"actor": request.member, "now": timezone.now()}
    tasks = rerouting.follow_scheme_of_today(invoice.id, **who)
    return Status(201, [_out(task) for task in tasks])


def _pass_on(
    request: MemberRequest, invoice_id: UUID, body: TaskIn, act: Callable[..., Assignment]
) -> Status[Any]:
    invoice = find_invoice(request, invoice_id)
    who: dict[str, Any] = {"actor": request.member, "now": timezone.now()}
    return Status(201, _out(act(assignment_id=_task_of(invoice, body), **who)))


def _task_of(invoice: Invoice, body: TaskIn) -> UUID:
    if not Assignment.objects.filter(id=body.assignment, invoice=invoice).exists():
        raise UnknownAssignment
    return body.assignment


def _out(task: Assignment) -> dict[str, Any]:
    return {"assignment": task.id, "waits_for": holder_of(task)}
