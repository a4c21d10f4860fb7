"""What the lists of invoices and of unreadable documents show."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import get_language

from omloop.intake.models import Document
from omloop.invoices.models import Invoice
from omloop.invoices.pictures import SHOWN_PAGES, seen_in
from omloop.invoices.queries import (
    NoSuchPlace,
    Place,
    findings_of,
    first_findings,
    page_of,
    unreadable_to,
    visible_to,
)
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.pdf.guarded import Seen

LOOK = {
    Invoice.State.RECEIVED: (1, "neutral"),
    Invoice.State.HELD: (1, "attention"),
    Invoice.State.CIRCULATING: (2, "info"),
    Invoice.State.APPROVED: (4, "good"),
    Invoice.State.REJECTED: (4, "danger"),
}
"""How far the ring of a state is filled, in quarters, and its tone."""


@dataclass(frozen=True)
class InvoiceRow:
    """An invoice in the list."""

    invoice: Invoice
    ring: int
    tone: str


@dataclass(frozen=True)
class InvoiceList:
    """A page of invoices; `next` is where the following page begins."""

    rows: list[InvoiceRow]
    next: Place | None
    state: str
    states: list[tuple[str, str | Promise]]
    organisation: Organisation | None
    has_unreadable: bool
    is_first: bool

    @classmethod
    def read(cls, member: Member, asked: Mapping[str, str]) -> "InvoiceList":
        """Read the page that `asked` (state, organisation, after) names; Http404 when there is none."""
        state, organisation = asked.get("state", ""), _organisation(member, asked)
        if state and state not in Invoice.State.values:
            raise Http404
        invoices = visible_to(member).filter(state=state) if state else visible_to(member)
        page, following = page_of(invoices, _places(member, organisation), _place(asked))
        return cls(
            rows=[InvoiceRow(each, *LOOK[Invoice.State(each.state)]) for each in page],
            next=following,
            state=state,
            states=list(Invoice.State.choices),
            organisation=organisation,
            has_unreadable=unreadable_to(member).exists(),
            is_first="after" not in asked,
        )


@dataclass(frozen=True)
class DocumentRow:
    """A document that can't be read, with the first reason."""

    document: Document
    reason: str
    rule: str
    can_read_again: bool


@dataclass(frozen=True)
class UnreadableList:
    """A page of what can't be read."""

    rows: list[DocumentRow]
    next: Place | None
    is_first: bool

    @classmethod
    def read(cls, member: Member, asked: Mapping[str, str]) -> "UnreadableList":
        """Read the page that `asked` (organisation, after) names; raises Http404 for one there is not."""
        organisation = _organisation(member, asked)
        documents, following = page_of(unreadable_to(member), _places(member, organisation), _place(asked))
        findings = first_findings(documents)
        rows = [_document_row(each, findings.get(each.id, {}), member) for each in documents]
        return cls(rows, following, is_first="after" not in asked)


@dataclass(frozen=True)
class DocumentPage:
    """A document that has no invoice to show: it waits, or can't be read."""

    document: Document
    findings: list[dict[str, Any]]
    can_read_again: bool
    seen: Seen | None

    @classmethod
    def read(cls, member: Member, document: Document) -> "DocumentPage":
        """Read what is known of it."""
        is_unreadable = document.state == Document.State.UNREADABLE
        findings = findings_of(document) if is_unreadable else []
        return cls(
            document,
            [{**finding, "text": in_words(finding)} for finding in findings],
            can_read_again=_can_read_again(member, document),
            seen=seen_in(document) if is_unreadable else None,
        )

    @property
    def pages(self) -> range:
        """The numbers of the pages that are shown."""
        return range(1, min(self.seen.pages, SHOWN_PAGES) + 1 if self.seen else 1)


def in_words(finding: dict[str, Any]) -> str:
    """What a finding says, in the language of who looks."""
    return str(finding.get("nl" if (get_language() or "nl").startswith("nl") else "en", ""))


def _document_row(document: Document, finding: dict[str, Any], member: Member) -> DocumentRow:
    return DocumentRow(
        document, in_words(finding), finding.get("rule", ""), _can_read_again(member, document)
    )


def _can_read_again(member: Member, document: Document) -> bool:
    is_unreadable = document.state == Document.State.UNREADABLE
    return is_unreadable and member.can(Right.ADD, document.organisation_id)


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


def _place(asked: Mapping[str, str]) -> Place | None:
    if not asked.get("after"):
        return None
    try:
        return Place.parse(asked["after"])
    except NoSuchPlace:
        raise Http404 from None
