"""What has no invoice yet: the list of what can't be read, and the page of one document (rules 2.2)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.translation import get_language

from omloop.intake.models import Document, SetAside
from omloop.intake.setting_aside import WAITING, aside_of, mail_of
from omloop.invoices.lists import place_in
from omloop.invoices.models import Misdelivery
from omloop.invoices.pictures import SHOWN_PAGES, seen_in
from omloop.invoices.queries import (
    Place,
    findings_of,
    first_findings,
    originals_visible_to,
    page_of,
    set_aside_to,
    unreadable_to,
)
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.pdf.guarded import Seen


@dataclass(frozen=True)
class DocumentRow:
    """A document that can't be read, with the first reason; or one that is set aside, and why."""

    document: Document
    reason: str
    rule: str
    aside: SetAside | None
    can_read_again: bool


@dataclass(frozen=True)
class UnreadableList:
    """A page of what can't be read, or of what was set aside."""

    rows: list[DocumentRow]
    next: Place | None
    is_first: bool
    only_aside: bool

    @classmethod
    def read(cls, member: Member, asked: Mapping[str, str]) -> "UnreadableList":
        """Read the page that `asked` (organisation, aside, after) names; Http404 for one there is not."""
        organisation, only_aside = _organisation(member, asked), "aside" in asked
        wanted = set_aside_to(member) if only_aside else unreadable_to(member)
        documents, following = page_of(wanted, _places(member, organisation), place_in(asked))
        findings, asides = first_findings(documents), _asides(documents) if only_aside else {}
        rows = [
            _document_row(each, findings.get(each.id, {}), asides.get(each.id), member) for each in documents
        ]
        return cls(rows, following, is_first="after" not in asked, only_aside=only_aside)


@dataclass(frozen=True, kw_only=True)
class DocumentPage:
    """A document that has no invoice to show: it waits, can't be read, or is set aside.

    `places` are where it could belong, `sender` is who would get an answer, `first` the document of these
    bytes before it.
    """

    document: Document
    findings: list[dict[str, Any]]
    can_read_again: bool
    can_type: bool
    can_set_aside: bool
    places: list[Organisation]
    sender: str
    aside: SetAside | None
    can_take_back: bool
    misdelivery: Misdelivery | None
    first: Document | None
    seen: Seen | None

    @classmethod
    def read(cls, member: Member, document: Document) -> "DocumentPage":
        """Read what is known of it."""
        adds = member.can(Right.ADD, document.organisation_id)
        is_unreadable = document.state == Document.State.UNREADABLE
        waits, is_aside = document.state in WAITING, document.state == Document.State.SET_ASIDE
        findings = findings_of(document) if is_unreadable or is_aside else []
        return cls(
            document=document,
            findings=[{**finding, "text": in_words(finding)} for finding in findings],
            can_read_again=is_unreadable and adds,
            can_type=waits and adds,
            can_set_aside=waits and adds,
            places=_other_places(document, member) if waits and adds else [],
            sender=_sender(document, member) if waits and adds else "",
            aside=aside_of(document) if is_aside else None,
            can_take_back=is_aside and adds,
            misdelivery=Misdelivery.objects.filter(document=document).select_related("sent_by").first(),
            first=first_of(document, member),
            seen=seen_in(document) if waits or is_aside else None,
        )

    @property
    def pages(self) -> range:
        """The numbers of the pages that are shown."""
        return range(1, min(self.seen.pages, SHOWN_PAGES) + 1 if self.seen else 1)


def in_words(finding: dict[str, Any]) -> str:
    """What a finding says, in the language of who looks."""
    return str(finding.get("nl" if (get_language() or "nl").startswith("nl") else "en", ""))


def first_of(document: Document, member: Member) -> Document | None:
    """The document of these bytes before it, if it was taken in again and he may see that one."""
    if document.again_of is None:
        return None
    found: Document | None = originals_visible_to(member).filter(id=document.again_of).first()
    return found


def _sender(document: Document, member: Member) -> str:
    """Who gets an answer: only the right *dispute* informs a supplier (rules 3.12)."""
    if not member.can(Right.DISPUTE, document.organisation_id):
        return ""
    mail = mail_of(document)
    return mail.sender if mail else ""


def _other_places(document: Document, member: Member) -> list[Organisation]:
    others = member.where(Right.ADD) - {document.organisation_id}
    found = Organisation.objects.filter(id__in=others, closed_at=None)
    return list(found.order_by("name", "id")) if others else []


def _asides(documents: Collection[Document]) -> dict[UUID, SetAside]:
    """One query, however many."""
    rows = SetAside.objects.filter(document__in=documents, undone_at=None).select_related("set_aside_by")
    return {each.document_id: each for each in rows}


def _document_row(
    document: Document, finding: dict[str, Any], aside: SetAside | None, member: Member
) -> DocumentRow:
    is_unreadable = document.state == Document.State.UNREADABLE
    can_read_again = is_unreadable and member.can(Right.ADD, document.organisation_id)
    return DocumentRow(document, in_words(finding), finding.get("rule", ""), aside, can_read_again)


def _organisation(member: Member, asked: Mapping[str, str]) -> Organisation | None:
    if not asked.get("organisation"):
        return None
    try:
        wanted = UUID(asked["organisation"])
    except ValueError:
        raise Http404 from None
    found: Organisation | None = Organisation.objects.filter(id=wanted, id__in=member.rights).first()
    if found is None:
        raise Http404
    return found


def _places(member: Member, organisation: Organisation | None) -> Collection[UUID]:
    return [organisation.id] if organisation else list(member.rights)
