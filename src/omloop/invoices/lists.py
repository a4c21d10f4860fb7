"""What the lists of invoices and of unreadable documents show."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from omloop.intake.models import Document
from omloop.invoices.again import again_to
from omloop.invoices.filtering import FilterForm
from omloop.invoices.finding import ARCHIVE, MOST, count_found, page_found
from omloop.invoices.models import Invoice
from omloop.invoices.pictures import SHOWN_PAGES, seen_in
from omloop.invoices.queries import (
    PAGE,
    NoSuchPlace,
    Place,
    findings_of,
    first_findings,
    page_of,
    pictures_to,
    unreadable_to,
    visible_to,
)
from omloop.invoices.saved import Shown, filters_for
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
    Invoice.State.CANCELLED: (4, "neutral"),
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
    """A page of invoices; `next` is where the following page begins.

    `count` is how many the filter finds, `MOST` + 1 for more and None without a filter. `left_out` are
    organisations that a file with what is shown would leave out; `exports`: there is anything to take out.
    """

    rows: list[InvoiceRow]
    next: Place | None
    form: FilterForm
    places: list[Organisation]
    organisation: Organisation | None
    count: int | None
    states: list[tuple[str, str | Promise]]
    has_unreadable: bool
    has_come_again: bool
    to_recognise: int
    is_first: bool
    saved: list[Shown]
    left_out: list[Organisation]
    exports: bool
    may_share: bool

    @classmethod
    def read(cls, member: Member, asked: Mapping[str, str]) -> "InvoiceList":
        """Read the page that `asked` names: the fields of the filter, and after; Http404 for none."""
        form, places, chosen = read_filter(member, asked)
        shown, place = [each.id for each in places if chosen in (None, each)], _place(asked)
        page, following, count = _found(member, form, shown, place)
        allowed = member.where(Right.EXPORT)
        return cls(
            rows=[InvoiceRow(each, *LOOK[Invoice.State(each.state)]) for each in page],
            next=following,
            form=form,
            places=places,
            organisation=chosen,
            count=count,
            states=[*Invoice.State.choices, (ARCHIVE, _("archive"))],
            has_unreadable=unreadable_to(member).exists(),
            has_come_again=again_to(member).exists(),
            to_recognise=pictures_to(member)[:PAGE].count(),
            is_first="after" not in asked,
            saved=filters_for(member),
            left_out=[each for each in places if each.id in shown and each.id not in allowed],
            exports=bool(page and allowed.intersection(shown)),
            may_share=bool(member.where(Right.MANAGE_SETTINGS) & ({chosen.id} if chosen else set(shown))),
        )

    @property
    def state(self) -> str:
        """The state that is asked for, if one is."""
        return str(self.form.data.get("state", ""))

    @property
    def most(self) -> int | None:
        """How many are counted, where there are more."""
        return MOST if self.count is not None and self.count > MOST else None


def read_filter(
    member: Member, asked: Mapping[str, str]
) -> tuple[FilterForm, list[Organisation], Organisation | None]:
    """The filter, the organisations he may choose from, and the chosen one; Http404 for what there is not."""
    places = list(Organisation.objects.filter(id__in=member.rights).order_by("name", "id"))
    wanted = asked.get("organisation", "")
    chosen = next((each for each in places if str(each.id) == wanted), None)
    if (wanted and chosen is None) or asked.get("state", "") not in {"", ARCHIVE, *Invoice.State.values}:
        raise Http404
    return FilterForm(asked, places), places, chosen


def _found(
    member: Member, form: FilterForm, places: Collection[UUID], after: Place | None
) -> tuple[list[Invoice], Place | None, int | None]:
    if not form.is_valid():
        return [], None, None
    if not form.sought.is_anything:
        return *page_of(visible_to(member), places, after), None
    page, following = page_found(member, form.sought, places, after)
    return page, following, count_found(member, form.sought, places)


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
    can_recognise: bool
    can_put_aside: bool
    seen: Seen | None

    @classmethod
    def read(cls, member: Member, document: Document) -> "DocumentPage":
        """Read what is known of it."""
        is_unreadable = document.state == Document.State.UNREADABLE
        is_picture = document.state == Document.State.PICTURE
        findings = findings_of(document) if is_unreadable else []
        return cls(
            document,
            [{**finding, "text": in_words(finding)} for finding in findings],
            can_read_again=_can_read_again(member, document),
            can_recognise=is_picture and member.can(Right.ADD, document.organisation_id),
            can_put_aside=(is_unreadable or is_picture)
            and member.can(Right.CANCEL, document.organisation_id),
            seen=seen_in(document) if is_unreadable or is_picture else None,
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
