"""What one does by API with a file without an invoice, and with one that came again (rules 2.1, 2.2)."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from ninja import Router, Schema, Status
from ninja.errors import HttpError
from pydantic import Field

from omloop.intake import again, setting_aside
from omloop.intake.models import Document
from omloop.invoices.api_answers import DocumentOut
from omloop.invoices.aside_views import find_document
from omloop.organisations.middleware import MemberRequest

router = Router(tags=["documents"])


class Aside(Schema):
    """Why a file is no invoice: it stays with the document."""

    reason: str = Field(max_length=4000, examples=["General terms of a supplier"])


@router.post("/documents/{uuid:document_id}/set-aside", response=DocumentOut)
def set_document_aside(request: MemberRequest, document_id: UUID, body: Aside) -> Document:
    """Say that a file without an invoice is none: it is kept, and is no part of the books.

    409 where it was read, typed or set aside already.
    """
    found = find_document(request, document_id)
    try:
        setting_aside.set_aside(found, reason=body.reason, actor=request.member, now=timezone.now())
    except setting_aside.AsideWithoutReason as refusal:
        raise HttpError(422, "Say why in 'reason': it stays with the document.") from refusal
    except setting_aside.NotWaiting as refusal:
        raise HttpError(409, "This document waits for nobody: it was read, typed or set aside.") from refusal
    return _as_it_is(found)


@router.post("/documents/{uuid:document_id}/take-back", response=DocumentOut)
def put_document_back(request: MemberRequest, document_id: UUID) -> Document:
    """Undo that a document is set aside: it is read again; 409 where it is not set aside."""
    found = find_document(request, document_id)
    try:
        setting_aside.take_back(found, actor=request.member, now=timezone.now())
    except setting_aside.NotAside as refusal:
        raise HttpError(409, "This document is not set aside.") from refusal
    return _as_it_is(found)


@router.post("/documents/{uuid:document_id}/settle", response={204: None})
def settle_document(request: MemberRequest, document_id: UUID) -> Any:
    """Say that nothing is to be done with a file that came again after its end.

    204; what comes later stands on the list anew. 409 where it did not come again, or that is settled.
    """
    found = find_document(request, document_id)
    try:
        again.settle(found, actor=request.member, now=timezone.now())
    except again.NothingToSettle as refusal:
        raise HttpError(409, "Nothing of this document is to be settled.") from refusal
    return Status(204, None)


def _as_it_is(document: Document) -> Document:
    document.refresh_from_db(fields=["state"])
    return document
