"""Questions for advice by API, through the same services as the pages."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from omloop.circulation.api.worklist import find_invoice
from omloop.circulation.deciding import consulting
from omloop.circulation.models import Assignment
from omloop.circulation.models.consultations import Consultation
from omloop.circulation.reading.consulted import RELATED, questions_for
from omloop.circulation.refusals import UnknownAssignment
from omloop.circulation.refusals.consultations import UnknownConsultation
from omloop.invoices.models import Invoice
from omloop.organisations.middleware import MemberRequest

router = Router(tags=["circulation"])
Remark = Annotated[str, Field(max_length=4000)]


class ConsultIn(Schema):
    """Whom you ask about the task that you saw, and whether the task waits for it; information never does."""

    assignment: UUID
    people: Annotated[list[UUID], Field(min_length=1, max_length=consulting.MOST)]
    kind: Literal["advice", "information"]
    waits: bool = False
    remark: Remark = ""


class AnswerIn(Schema):
    """Your advice; empty for what you saw for information."""

    remark: Remark = ""


class ConsultationOut(Schema):
    """A question; open until it is answered or recalled."""

    id: UUID
    invoice: UUID
    kind: str
    waits: bool
    person: str
    asked_by: str
    asked_at: datetime
    remark: str
    answered_at: datetime | None
    answer: str
    recalled_at: datetime | None


@router.get("/questions", response=list[ConsultationOut])
def list_questions(request: MemberRequest) -> Any:
    """What is asked of the holder of this key, the oldest first."""
    return [_shown(each) for each in questions_for(request.member)]


@router.get("/invoices/{uuid:invoice_id}/questions", response=list[ConsultationOut])
def list_questions_on(request: MemberRequest, invoice_id: UUID) -> Any:
    """All questions on an invoice, with their answers."""
    rows = Consultation.objects.filter(invoice=find_invoice(request, invoice_id))
    return [_shown(each) for each in rows.select_related(*RELATED).order_by("id")]


@router.post("/invoices/{uuid:invoice_id}/questions", response={201: list[ConsultationOut]})
def consult(request: MemberRequest, invoice_id: UUID, body: ConsultIn) -> Any:
    """Ask people for advice, or send them the invoice for information; 422 when one can't be asked."""
    invoice = find_invoice(request, invoice_id)
    if not Assignment.objects.filter(id=body.assignment, invoice=invoice).exists():
        raise UnknownAssignment
    made = consulting.consult(
        assignment_id=body.assignment,
        people=body.people,
        kind=body.kind,
        waits=body.waits,
        remark=body.remark,
        actor=request.member,
        now=timezone.now(),
    )
    rows = Consultation.objects.filter(id__in=[each.id for each in made]).select_related(*RELATED)
    return Status(201, [_shown(each) for each in rows.order_by("id")])


@router.post("/invoices/{uuid:invoice_id}/questions/{uuid:question_id}/answer", response=ConsultationOut)
def give_advice(request: MemberRequest, invoice_id: UUID, question_id: UUID, body: AnswerIn) -> Any:
    """Answer what is asked of the holder of this key; 409 when it was answered, recalled or decided."""
    said: dict[str, Any] = {"remark": body.remark, "actor": request.member, "now": timezone.now()}
    question = _find(find_invoice(request, invoice_id), question_id)
    return _shown(consulting.answer(consultation_id=question, **said))


@router.post("/invoices/{uuid:invoice_id}/questions/{uuid:question_id}/recall", response=ConsultationOut)
def recall_question(request: MemberRequest, invoice_id: UUID, question_id: UUID) -> Any:
    """Ask no longer; 403 for who neither asked, holds the task nor circulates."""
    question = _find(find_invoice(request, invoice_id), question_id)
    who, now = request.member, timezone.now()
    return _shown(consulting.recall(consultation_id=question, actor=who, now=now))


def _find(invoice: Invoice, question_id: UUID) -> UUID:
    if not Consultation.objects.filter(id=question_id, invoice=invoice).exists():
        raise UnknownConsultation
    return question_id


def _shown(each: Consultation) -> dict[str, Any]:
    names = (
        "id", "kind", "waits", "asked_at", "remark", "answered_at", "answer", "recalled_at",
    )  # fmt: skip
    return {
        **{name: getattr(each, name) for name in names},
        "invoice": each.invoice_id,
        "person": each.person.name,
        "asked_by": each.asked_by.name,
    }
