"""Which invoices a member may see, page by page, and what was found of a document."""

import base64
import binascii
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from omloop.intake import queries as intake
from omloop.intake.models import Document
from omloop.invoices.models import AddedAttachment, Attachment, Invoice, Validation
from omloop.organisations.members import Member
from omloop.organisations.rights import Right

PAGE = 50
"""Rows on a page of a list."""
Row = TypeVar("Row", Invoice, Document)


class NoSuchPlace(ValueError):
    """The place in a list is not one that Omloop gave."""


@dataclass(frozen=True)
class Place:
    """Where a page of a list begins: after this row, newest first."""

    received_at: datetime
    id: UUID

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(f"{self.received_at.isoformat()} {self.id}".encode()).decode()

    @classmethod
    def parse(cls, text: str) -> "Place":
        """The place that `str` wrote; anything else raises NoSuchPlace."""
        try:
            moment, key = base64.urlsafe_b64decode(text).decode().split(" ")
            place = cls(datetime.fromisoformat(moment), UUID(key))
        except (binascii.Error, UnicodeError, ValueError):
            raise NoSuchPlace(text) from None
        if place.received_at.utcoffset() is None:
            raise NoSuchPlace(text)
        return place


def visible_to(member: Member) -> QuerySet[Invoice]:
    """All invoices where he sees all; elsewhere those that are or were his: held, decided, by his group, or
    shown to him for advice or information.

    Circulation stands above this room, so its tables are reached by the names that they give to an
    invoice (`assignments`, `decisions`, `consultations`) and nothing of it is imported. Who decided or was
    asked keeps seeing it.
    """
    everywhere = Q(organisation__in=member.where(Right.VIEW_ALL))
    own = member.where(Right.VIEW_OWN) - member.where(Right.VIEW_ALL)
    if not own:
        return Invoice.objects.filter(everywhere)
    return Invoice.objects.filter(everywhere | (Q(organisation__in=own) & _his(member, own)))


def _his(member: Member, organisation_ids: Collection[UUID]) -> Q:
    # Asked invoice by invoice, so that finding one does not read all that he ever held.
    of_these = Invoice.objects.filter(organisation__in=organisation_ids, id=OuterRef("id"))
    person = member.person_id
    held = (
        Q(assignments__holder=person)
        | Q(assignments__for_person=person)
        | Q(assignments__group__in=member.group_ids)
    )
    decided = Q(decisions__person=person) | Q(decisions__for_person=person)
    asked = Q(consultations__person=person)
    return Q(*(Exists(of_these.filter(each)) for each in (held, decided, asked)), _connector=Q.OR)


def follows(place: Place) -> Q:
    """What comes after this place, newest first."""
    return Q(received_at__lt=place.received_at) | Q(received_at=place.received_at, id__gt=place.id)


def page_of(
    rows: QuerySet[Row], organisation_ids: Collection[UUID], after: Place | None, size: int = PAGE
) -> tuple[list[Row], Place | None]:
    """The next invoices or documents, newest first, and where the page after them begins.

    Each organisation is asked for its newest by its own index, so that a page costs the same however
    many there are.
    """
    if after is not None:
        rows = rows.filter(follows(after))
    newest = [
        rows.filter(organisation=organisation_id)
        .order_by("-received_at", "id")
        .values("id", "received_at")[: size + 1]
        for organisation_id in sorted(organisation_ids)
    ]
    if not newest:
        return [], None
    merged = newest[0]
    if len(newest) > 1:
        merged = merged.union(*newest[1:], all=True).order_by("-received_at", "id")[: size + 1]
    ids = [row["id"] for row in merged]
    found = rows.model.objects.filter(id__in=ids).select_related("organisation").in_bulk()
    page = [found[each] for each in ids[:size]]
    return page, Place(page[-1].received_at, page[-1].id) if len(ids) > size else None


def originals_visible_to(member: Member) -> QuerySet[Document]:
    """The documents that he sees themselves, or through their invoice."""
    documents = intake.visible_to(member).values("id")
    return Document.objects.filter(
        Q(id__in=documents) | Q(id__in=visible_to(member).values("document_id"))
    ).select_related("organisation")


def attachments_visible_to(member: Member) -> QuerySet[Attachment]:
    """The attachments of the invoices that he sees."""
    return Attachment.objects.filter(invoice__in=visible_to(member)).select_related("invoice__document")


def added_visible_to(member: Member) -> QuerySet[AddedAttachment]:
    """The attachments that people added to the invoices that he sees."""
    return AddedAttachment.objects.filter(invoice__in=visible_to(member))


def unreadable_to(member: Member) -> QuerySet[Document]:
    """What came in and could not be read: a list to be handled (rules 2.2)."""
    return intake.visible_to(member).filter(state=Document.State.UNREADABLE)


def set_aside_to(member: Member) -> QuerySet[Document]:
    """What somebody set aside, as no part of the books."""
    return intake.visible_to(member).filter(state=Document.State.SET_ASIDE)


def pictures_to(member: Member) -> QuerySet[Document]:
    """The PDFs and images of which he may say what they say (rules 2.2)."""
    waiting = intake.visible_to(member).filter(state=Document.State.PICTURE)
    return waiting.filter(organisation__in=member.where(Right.ADD))


def validation_of(document: Document) -> Validation | None:
    """What the rules said last."""
    newest: Validation | None = document.validations.order_by("-validated_at", "-id").first()
    return newest


def first_findings(documents: Collection[Document]) -> dict[UUID, dict[str, Any]]:
    """By document, the first thing that was found last; one query."""
    newest = Validation.objects.filter(document__in=documents)
    newest = newest.order_by("document_id", "-validated_at", "-id").distinct("document_id")
    return {each.document_id: each.findings[0] for each in newest if each.findings}


def findings_of(document: Document) -> list[dict[str, Any]]:
    """What was found last; nothing before the document is read."""
    validation = validation_of(document)
    return list(validation.findings) if validation else []
