"""Bringing documents by API."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from ninja import File, Header, Router, Schema, Status
from ninja.errors import HttpError
from ninja.files import UploadedFile
from pydantic import Field

from omloop.einvoice.refusals import MAX_BYTES
from omloop.intake import again
from omloop.intake.containers import Taken, bring
from omloop.intake.idempotency import Answer, answer_once
from omloop.intake.models import Channel
from omloop.intake.queries import visible_to
from omloop.intake.services import ACCEPTED, KEPT, KNOWN, FileTooLarge
from omloop.organisations.middleware import MemberRequest
from omloop.organisations.rights import Right

router = Router(tags=["documents"])
STATUS = {ACCEPTED: 201, KEPT: 202, KNOWN: 200}
"""The answer's status: of a container, that of the part that tells most."""
LONGEST_KEY = 200
"""Characters of an Idempotency-Key."""


class PartTakenIn(Schema):
    """What became of one file of a mail or ZIP; `left` inside it, `fault` says why."""

    name: str = Field(examples=["invoice.xml"])
    outcome: str = Field(examples=["accepted"])
    document: UUID | None
    fault: str = ""


class DocumentTakenIn(Schema):
    """What became of a file: `accepted`, `known`, or `kept` for where its organisation is moving to.

    `document` is left out where it may not be named, or where the file is kept aside. A mail or ZIP is
    `taken_apart`: it is no document, and `parts` are its files.
    """

    outcome: str = Field(examples=["accepted"])
    document: UUID | None
    parts: list[PartTakenIn] = []


@router.post("/documents", response={201: DocumentTakenIn, 200: DocumentTakenIn, 202: DocumentTakenIn})
def add_document(
    request: MemberRequest,
    file: File[UploadedFile | None] = None,
    filename: str = "",
    confidential: bool = False,
    idempotency_key: Header[str] = "",
) -> Any:
    """Take in a file: a multipart field `file`, or its raw bytes with `?filename=`.

    201 for a new document, 200 for bytes that were here, 202 for what is kept for an organisation that is
    moving to another installation. A mail (EML) or a ZIP is taken apart. It is safe when
    this answers; reading follows.
    """
    request.member.demand(Right.ADD, request.connection_key.organisation_id)
    data = bytes_of(request, file)
    if not filename:
        filename = (file.name if file else None) or "document"

    def take_in() -> Answer:
        return _take_in(request, data, filename, confidential)

    if not idempotency_key:
        return Status(*take_in())
    if len(idempotency_key) > LONGEST_KEY:
        raise HttpError(422, f"An Idempotency-Key has at most {LONGEST_KEY} characters.")
    key = request.connection_key
    status, answer = answer_once(
        organisation_id=key.organisation_id,
        key=f"{key.id}:{idempotency_key}",
        request_hash=sha256(f"{filename}\n{confidential}\n".encode("utf-8", "replace") + data).hexdigest(),
        now=timezone.now(),
        answer=take_in,
    )
    return Status(status, answer)


class Again(Schema):
    """Why a file is taken in once more: it stays with the document."""

    reason: str = Field(examples=["Rejected by mistake"])


@router.post("/documents/{uuid:document_id}/again", response={201: DocumentTakenIn})
def take_in_once_more(request: MemberRequest, document_id: UUID, body: Again) -> Any:
    """Take the file of a document in again on purpose: a document of its own of the same bytes.

    201 with the new document; 409 where somebody took that one in again already.
    """
    found = visible_to(request.member).filter(id=document_id).first()
    if found is None:
        raise Http404
    how: dict[str, Any] = {"channel": Channel.API, "actor": request.member, "now": timezone.now()}
    try:
        made = again.take_in_again(found, reason=body.reason, **how)
    except again.AgainWithoutReason as refusal:
        raise HttpError(422, "Say why in 'reason': it stays with the document.") from refusal
    except again.TakenInAgain as refusal:
        raise HttpError(409, "This document was taken in again already.") from refusal
    return Status(201, {"outcome": ACCEPTED, "document": made.id})


def _take_in(request: MemberRequest, data: bytes, filename: str, confidential: bool) -> Answer:
    brought = bring(
        organisation_id=request.connection_key.organisation_id,
        data=data,
        filename=filename,
        channel=Channel.API,
        actor=request.member,
        now=timezone.now(),
        confidential=confidential,
    )
    outcomes = {part.outcome for part in brought.parts}
    status = next((code for outcome, code in STATUS.items() if outcome in outcomes), 200)
    parts = [_as_json(part) for part in brought.parts]
    if brought.is_container:
        return status, {"outcome": "taken_apart", "document": None, "parts": parts}
    return status, {"outcome": parts[0]["outcome"], "document": parts[0]["document"]}


def _as_json(part: Taken) -> dict[str, str | None]:
    named = str(part.document_id) if part.document_id else None
    return {"name": part.name, "outcome": part.outcome, "document": named, "fault": part.fault}


def bytes_of(request: MemberRequest, file: UploadedFile | None) -> bytes:
    """The file of a request: its field `file`, else its body; raises `FileTooLarge`."""
    if file is None and request.content_type == "multipart/form-data":
        raise HttpError(422, "The form has no field 'file'.")
    data = file.read() if file and (file.size or 0) <= MAX_BYTES else b""
    if file is None:
        data = request.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES or (file and (file.size or 0) > MAX_BYTES):
        raise FileTooLarge(file.name if file else "the body")
    return data
