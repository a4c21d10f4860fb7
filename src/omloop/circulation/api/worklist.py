"""The worklist, the circulation of an invoice and decisions by API, through the same gate as the pages."""

from collections.abc import Callable
from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from ninja import Header, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import Field

from omloop.circulation.deciding import forwarding, gate, on_hold, withdrawing
from omloop.circulation.models import Assignment, Decision
from omloop.circulation.pages.answers import waits_for
from omloop.circulation.reading.listing import Entry, actions_asked, entries_of
from omloop.circulation.reading.timeline import timeline
from omloop.circulation.reading.worklist import PAGE, Cursor, Filter, worklist
from omloop.circulation.refusals import UnknownAssignment, UnknownDecision
from omloop.intake.api import LONGEST_KEY
from omloop.intake.idempotency import Answer, answer_once
from omloop.invoices.models import Invoice
from omloop.invoices.queries import NoSuchPlace, visible_to
from omloop.organisations.middleware import MemberRequest

router = Router(tags=["circulation"])
PageSize = Annotated[int, Field(ge=1, le=200)]


class TaskOut(Schema):
    """What waits; `amount` is with VAT, as it stands on the invoice; `why` says why it is yours.

    `action` is what to decide with: it answers the next step too where that asks you again. `on_hold_until`
    is the day on which it is, or was, back; 9999-12-31: when somebody releases it.
    """

    assignment: UUID
    invoice: UUID
    document: UUID
    organisation: UUID
    organisation_name: str
    kind: str
    number: str
    supplier: str
    amount: str | None
    currency: str
    import_date: date
    due_on: date | None
    action: str
    why: str
    on_behalf_of: str | None
    on_hold_until: date | None
    findings: int


class WorklistOut(Schema):
    """By due date; give `next` as `after` for what follows."""

    items: list[TaskOut]
    next: str | None


class MomentOut(Schema):
    """A moment of the circulation; `kind` is received, validated, decided, handed_on, now or next."""

    kind: str
    at: datetime | None
    person: str
    on_behalf_of: str
    group: str
    action: str
    counted_as_check: bool
    remark: str
    why: list[str]
    assignment: UUID | None
    decision: UUID | None
    withdrawn_at: datetime | None
    withdrawal: str


class DecisionIn(Schema):
    """A decision on the task that you saw. A return or rejection says why in `remark`."""

    assignment: UUID
    action: Literal["check", "approve", "return", "reject"]
    remark: Annotated[str, Field(max_length=4000)] = ""
    return_to: UUID | None = None


class ForwardIn(Schema):
    """Who get the task that you saw, and what for; several are all needed."""

    assignment: UUID
    people: Annotated[list[UUID], Field(min_length=1, max_length=20)]
    remark: Annotated[str, Field(max_length=4000)] = ""


class ReleaseIn(Schema):
    """The task that you saw, and a remark."""

    assignment: UUID
    remark: Annotated[str, Field(max_length=4000)] = ""


class HoldIn(ReleaseIn):
    """Why it is put on hold, in `remark`, and the day on which it is back (none: when it is released)."""

    until: date | None = None


class WithdrawIn(Schema):
    """Your decision, as the circulation names it, and a remark."""

    decision: UUID
    remark: Annotated[str, Field(max_length=4000)] = ""


class DecisionOut(Schema):
    """What it came to: the state of the invoice, and who is asked next (empty: nobody)."""

    state: str
    counted_as_check: bool
    waits_for: str


@router.get("/worklist", response=WorklistOut)
def list_tasks(
    request: MemberRequest, filter: Filter = Filter.ALL, after: str = "", limit: PageSize = PAGE
) -> Any:
    """What waits for the holder of this key, in the key's organisation."""
    page = worklist(request.member, today=timezone.localdate(), only=filter, after=_place(after), limit=limit)
    asked = actions_asked(page.rows, request.member, now=timezone.now())
    items = [_task(entry, asked) for entry in entries_of(page.rows)]
    return {"items": items, "next": str(page.following) if page.following else None}


@router.get("/invoices/{uuid:invoice_id}/circulation", response=list[MomentOut])
def show_circulation(request: MemberRequest, invoice_id: UUID) -> Any:
    """What was, what is and what comes, in order."""
    return [
        {
            **{name: getattr(moment, name) for name in ("at", "action", "counted_as_check", "remark", "why")},
            "kind": moment.kind.value,
            "decision": moment.decision_id,
            "withdrawn_at": moment.withdrawn_at,
            "withdrawal": moment.withdrawal,
            "person": moment.person_name,
            "on_behalf_of": moment.for_person_name,
            "group": moment.group_name,
            "assignment": moment.assignment.id if moment.assignment else None,
        }
        for moment in timeline(find_invoice(request, invoice_id), today=timezone.localdate())
    ]


@router.post("/invoices/{uuid:invoice_id}/decisions", response={201: DecisionOut})
def decide(
    request: MemberRequest, invoice_id: UUID, body: DecisionIn, idempotency_key: Header[str] = ""
) -> Any:
    """Check, approve, return or reject; 409 when somebody else was first, 422 without a needed remark."""
    invoice = find_invoice(request, invoice_id)
    if not idempotency_key:
        return Status(*_decide(request, invoice, body))
    if len(idempotency_key) > LONGEST_KEY:
        raise HttpError(422, f"An Idempotency-Key has at most {LONGEST_KEY} characters.")
    status, answer = answer_once(
        organisation_id=invoice.organisation_id,
        key=f"{request.connection_key.id}:{idempotency_key}",
        request_hash=sha256(f"{invoice_id}\n{body.model_dump_json()}".encode()).hexdigest(),
        now=timezone.now(),
        answer=lambda: _decide(request, invoice, body),
    )
    return Status(status, answer)


@router.post("/invoices/{uuid:invoice_id}/forward", response={201: DecisionOut})
def forward(request: MemberRequest, invoice_id: UUID, body: ForwardIn) -> Any:
    """Give the holder's task to one or several who can do it; 409 when somebody was first, 422 when not."""
    invoice = find_invoice(request, invoice_id)
    return Status(
        *_answer(
            invoice,
            body.assignment,
            lambda: forwarding.forward(
                assignment_id=body.assignment,
                people=body.people,
                remark=body.remark,
                actor=request.member,
                now=timezone.now(),
            ),
        )
    )


@router.post("/invoices/{uuid:invoice_id}/hold", response={201: DecisionOut})
def hold(request: MemberRequest, invoice_id: UUID, body: HoldIn) -> Any:
    """Put a task on hold: it stays where it is; 422 without a remark, or until a day that is not to come."""
    return _put(request, invoice_id, body, on_hold.put_on_hold)


@router.post("/invoices/{uuid:invoice_id}/release", response={201: DecisionOut})
def release(request: MemberRequest, invoice_id: UUID, body: ReleaseIn) -> Any:
    """Release a task on hold; 409 when it is not."""
    return _put(request, invoice_id, body, on_hold.release)


@router.post("/invoices/{uuid:invoice_id}/withdraw", response={201: DecisionOut})
def withdraw(request: MemberRequest, invoice_id: UUID, body: WithdrawIn) -> Any:
    """Withdraw the holder's own decision; 409 when somebody decided after it."""
    decision, remark, who, now = body.decision, body.remark, request.member, timezone.now()
    if not Decision.objects.filter(id=decision, invoice=find_invoice(request, invoice_id)).exists():
        raise UnknownDecision
    return Status(*_told(withdrawing.withdraw(decision_id=decision, remark=remark, actor=who, now=now)))


def _put(
    request: MemberRequest, invoice_id: UUID, body: ReleaseIn, act: Callable[..., gate.Outcome]
) -> Status[Any]:
    said = {"assignment_id": body.assignment, **body.model_dump(exclude={"assignment"})}
    invoice, who = find_invoice(request, invoice_id), {"actor": request.member, "now": timezone.now()}
    return Status(*_answer(invoice, body.assignment, lambda: act(**said, **who)))


def _decide(request: MemberRequest, invoice: Invoice, body: DecisionIn) -> Answer:
    return _answer(
        invoice,
        body.assignment,
        lambda: gate.decide(
            assignment_id=body.assignment,
            action=body.action,
            remark=body.remark,
            return_to=body.return_to,
            actor=request.member,
            now=timezone.now(),
        ),
    )


def _answer(invoice: Invoice, assignment_id: UUID, act: Callable[[], gate.Outcome]) -> Answer:
    if not Assignment.objects.filter(id=assignment_id, invoice=invoice).exists():
        raise UnknownAssignment
    return _told(act())


def _told(outcome: gate.Outcome) -> Answer:
    return 201, {
        "state": outcome.invoice.state,
        "counted_as_check": outcome.counted_as_check,
        "waits_for": waits_for(outcome),
    }


def _task(entry: Entry, asked: dict[UUID, str]) -> dict[str, Any]:
    row = entry.row
    names = (
        "organisation_name",
        "kind",
        "number",
        "currency",
        "due_on",
        "on_hold_until",
        "findings",
    )
    return {
        **{name: getattr(row, name) for name in names},
        "assignment": row.id,
        "action": asked[row.step_id],
        "invoice": row.invoice_id,
        "document": entry.document_id,
        "organisation": row.organisation_id,
        "supplier": row.supplier_name,
        "amount": entry.amount,
        "import_date": entry.import_date,
        "why": entry.why,
        "on_behalf_of": row.for_person_name,
    }


def find_invoice(request: MemberRequest, invoice_id: UUID) -> Invoice:
    """The invoice that an address names; Http404 when the holder of the key can't see it."""
    found = visible_to(request.member).select_related("document").filter(id=invoice_id).first()
    if found is None:
        raise Http404
    return found


def _place(text: str) -> Cursor | None:
    try:
        return Cursor.parse(text) if text else None
    except ValueError:
        raise NoSuchPlace(text) from None
