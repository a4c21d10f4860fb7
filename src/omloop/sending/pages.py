"""What the page of a draft and that of a sent invoice show."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from omloop import einvoice
from omloop.einvoice import Document
from omloop.intake import files
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.sending.drafting import attachments_of
from omloop.sending.drafts import MOST_LINES, Draft, DraftLine
from omloop.sending.finishing import can_be_sent_again
from omloop.sending.lists import SalesRow
from omloop.sending.models import Customer, NumberSeries, SalesAttachment, SalesInvoice, SentStatus
from omloop.sending.pricing import Sums, sums_of
from omloop.sending.queries import customers_of
from omloop.sending.seller import settings_of
from omloop.sending.series import series_of
from omloop.sending.vat import EXEMPT, EXEMPTIONS, UNITS, VATS
from omloop.sending.wording import reason_in_words

BLANK = 3
"""Lines that a new draft offers."""


@dataclass(frozen=True)
class LineRow:
    """A line of the form, and what it comes to."""

    place: int
    line: DraftLine
    net: Decimal | None


@dataclass(frozen=True)
class DraftPage:
    """The form of a draft; `problems` are sentences that say what is lacking or wrong."""

    invoice: SalesInvoice
    draft: Draft
    lines: list[LineRow]
    sums: Sums
    vats: list[tuple[str, Decimal, Decimal]]
    customers: list[Customer]
    series: list[NumberSeries]
    attachments: list[SalesAttachment]
    units: list[tuple[str, Any]]
    rates: list[tuple[str, Any]]
    exemptions: tuple[str, ...]
    terms: str
    """The usual ones of the organisation."""
    problems: list[str] = field(default_factory=list)

    @property
    def is_exempt(self) -> bool:
        """Whether a line bears no VAT for a reason that one can choose."""
        return any(row.line.vat == EXEMPT for row in self.lines)

    @property
    def currency(self) -> str:
        """Of all amounts."""
        return self.invoice.organisation.currency


def draft_page(
    invoice: SalesInvoice, draft: Draft, *, more: int = 0, problems: Sequence[str] = ()
) -> DraftPage:
    """The form, with so many more empty lines."""
    lines = (*draft.lines, *[DraftLine()] * (more or (0 if draft.lines else BLANK)))[:MOST_LINES]
    sums = sums_of(lines)
    return DraftPage(
        invoice=invoice,
        draft=draft,
        lines=[LineRow(n, line, net) for n, (line, net) in enumerate(zip(lines, sums.lines, strict=True))],
        sums=sums,
        vats=[(str(VATS[name].label), taxable, tax) for name, (taxable, tax) in sums.by_vat.items()],
        customers=list(customers_of(invoice.organisation_id)),
        series=series_of(invoice.organisation_id, invoice.kind),
        attachments=list(attachments_of(invoice)),
        units=list(UNITS.items()),
        rates=[(name, vat.label) for name, vat in VATS.items()],
        exemptions=EXEMPTIONS,
        terms=settings_of(invoice.organisation_id).terms,
        problems=list(problems),
    )


@dataclass(frozen=True)
class Told:
    """One step of a sent invoice, and why it failed, in words."""

    status: SentStatus
    row: SalesRow
    why: str


@dataclass(frozen=True)
class SentPage:
    """A sent invoice: what it says, and what became of it, the newest first."""

    row: SalesRow
    document: Document
    told: list[Told]
    sends: bool
    can_be_sent_again: bool


def sent_page(invoice: SalesInvoice, member: Member, *, now: datetime) -> SentPage:
    """Read the page, in a fixed number of queries."""
    document = einvoice.read(files.read(invoice.organisation_id, invoice.sha256))
    statuses = SentStatus.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice)
    sends = member.can(Right.SEND, invoice.organisation_id)
    told = [
        Told(each, SalesRow.of(SalesInvoice(state=each.state)), reason_in_words(each.reason))
        for each in statuses.order_by("-id")
    ]
    return SentPage(
        SalesRow.of(invoice), document, told, sends, sends and can_be_sent_again(invoice, now=now)
    )
