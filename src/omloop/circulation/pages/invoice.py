"""The page of one invoice: where it is in its circulation, the paper, and one of its parts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from omloop.circulation.deciding.withdrawing import withdrawable
from omloop.circulation.models import Decision
from omloop.circulation.pages.pager import Pager, pager_among
from omloop.circulation.reading.consulted import Consulted, consulted_on
from omloop.circulation.reading.found import Found, found_in
from omloop.circulation.reading.history import History, history_of
from omloop.circulation.reading.paper import UNITS, in_fours
from omloop.circulation.reading.related import Related, related_to
from omloop.circulation.reading.sheet import Sheet, sheet_of
from omloop.circulation.reading.stages import Stage, progress_of, stages_of
from omloop.circulation.reading.timeline import Moment, timeline
from omloop.circulation.reading.worklist import count, worklist
from omloop.circulation.routing.held import HeldBy, held_by
from omloop.coding.shown import Shown, shown_of
from omloop.disputes.models import Dispute
from omloop.disputes.queries import dispute_of
from omloop.invoices.attaching import may_attach
from omloop.invoices.models import Invoice, InvoiceLine, Release
from omloop.invoices.paying import Payment, payment_of
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.payees.queries import Standing, standing_of

LINES = 200
"""Lines on one page of the part Lines."""


class Part(StrEnum):
    """What stands beside the paper."""

    DATA = "data"
    LINES = "lines"
    CODING = "coding"
    ATTACHMENTS = "attachments"
    VALIDATION = "validation"
    CIRCULATION = "circulation"
    HISTORY = "history"


TITLES = {
    Part.DATA: _("Data"),
    Part.LINES: _("Lines"),
    Part.CODING: _("Coding"),
    Part.ATTACHMENTS: _("Attachments"),
    Part.VALIDATION: _("Validation"),
    Part.CIRCULATION: _("Circulation"),
    Part.HISTORY: _("History"),
}

FORMATS = {
    "peppol-bis-3": "Peppol BIS Billing 3 (UBL 2.1)",
    "nlcius-ubl": "NLCIUS (UBL 2.1)",
    "nlcius-gaccount-ubl": "NLCIUS, G-account (UBL 2.1)",
    "en16931-ubl": "EN 16931 (UBL 2.1)",
    "en16931-cii": "EN 16931 (CII)",
    "nlcius-cii": "NLCIUS (CII)",
}


@dataclass(frozen=True)
class LinesPart:
    """Some lines of the invoice, with units in words, and where the next ones begin."""

    rows: list[tuple[InvoiceLine, str]]
    following: str
    start: str


@dataclass(frozen=True, kw_only=True)
class InvoicePage:
    """All that the page shows; of the parts only the one that is asked for is read."""

    sheet: Sheet
    today: date
    part: Part
    address: str
    tabs: list[tuple[Part, Any, str]]
    stages: list[Stage]
    pager: Pager | None
    can_let_pass: bool
    can_type: bool
    can_attach: bool
    held_by: HeldBy | None
    is_duplicate: bool
    withdrawable: Decision | None = None
    dispute: Dispute | None = None
    payee: Standing | None = None
    payment: Payment | None = None
    checks_accounts: bool = False
    can_dispute: bool = False
    related: Related
    consulted: list[Consulted] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    history: History | None = None
    lines: LinesPart | None = None
    coding: Shown | None = None
    findings: list[Found] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)

    @property
    def template(self) -> str:
        """What draws the part."""
        return f"circulation/parts/{self.part}.html"

    @property
    def is_over(self) -> bool:
        """Whether nobody has to decide any more, so that being late is past."""
        return self.sheet.invoice.state in (
            Invoice.State.APPROVED,
            Invoice.State.REJECTED,
            Invoice.State.CANCELLED,
        )

    @property
    def iban(self) -> str:
        """The account to pay to, in groups of four."""
        return in_fours(self.sheet.invoice.iban)

    @property
    def format(self) -> str:
        """What kind of e-invoice it is."""
        profile = self.sheet.validation.profile if self.sheet.validation else ""
        return str(_("PDF or image, typed")) if self.sheet.is_typed else FORMATS.get(profile, profile)


def invoice_page(
    invoice: Invoice, member: Member, *, part: str, start: str = "", today: date, now: datetime
) -> InvoicePage:
    """Read the page, in a fixed number of queries; `start` is the position after which lines are shown."""
    coding = shown_of(invoice, member)
    parts = set(Part) if coding else set(Part) - {Part.CODING}
    chosen = Part(part) if part in parts else Part.CIRCULATION
    sheet = sheet_of(invoice, member, today=today, now=now)
    address, holds = reverse("invoice", args=[invoice.id]), held_by(invoice)
    related = related_to(invoice, member)
    is_duplicate = related.duplicate is not None and not related.duplicate.outcome
    return InvoicePage(
        sheet=sheet,
        today=today,
        part=chosen,
        address=f"{address}?part={chosen}",
        tabs=[(each, TITLES[each], f"{address}?part={each}") for each in Part if each in parts],
        stages=list(stages_of(invoice, sheet.validation, progress_of(invoice), sheet.offer, holds)),
        pager=_pager(invoice.id, member, today),
        can_let_pass=invoice.state == Invoice.State.HELD
        and not is_duplicate
        and member.can(Right.RELEASE, invoice.organisation_id),
        is_duplicate=is_duplicate,
        can_type=sheet.is_typed and member.can(Right.ADD, invoice.organisation_id),
        can_attach=may_attach(member, invoice.organisation_id),
        held_by=holds,
        dispute=dispute_of(invoice),
        related=related,
        payee=standing_of(invoice),
        payment=payment_of(invoice),
        checks_accounts=member.can(Right.BOOK, invoice.organisation_id)
        and member.can(Right.VIEW_ALL, invoice.organisation_id),
        can_dispute=member.can(Right.DISPUTE, invoice.organisation_id),
        withdrawable=withdrawable(invoice, member, now=now) if chosen == Part.CIRCULATION else None,
        consulted=consulted_on(invoice, member) if chosen == Part.CIRCULATION else [],
        **_read(chosen, sheet, address, start, today),
        coding=coding,
    )


def _read(part: Part, sheet: Sheet, address: str, start: str, today: date) -> dict[str, Any]:
    invoice = sheet.invoice
    if part == Part.CIRCULATION:
        return {"moments": timeline(invoice, today=today), "releases": list(_releases(invoice))}
    if part == Part.HISTORY:
        return {"history": history_of(invoice)}
    if part == Part.LINES:
        return {"lines": _lines(invoice, address, int(start) if start.isdecimal() and len(start) < 9 else 0)}
    if part == Part.VALIDATION:
        return {"findings": found_in(sheet.validation, sheet.paper), "releases": list(_releases(invoice))}
    return {}


def _releases(invoice: Invoice) -> QuerySet[Release]:
    rows: QuerySet[Release] = Release.objects.filter(invoice=invoice).select_related("released_by")
    return rows.order_by("released_at")


def _lines(invoice: Invoice, address: str, start: int) -> LinesPart:
    lines = InvoiceLine.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice)
    rows = list(lines.filter(position__gt=start).order_by("position")[: LINES + 1])
    following = f"{address}?part=lines&from={rows[LINES - 1].position}" if len(rows) > LINES else ""
    shown = [(line, str(UNITS.get(line.unit, ""))) for line in rows[:LINES]]
    return LinesPart(shown, following, f"{address}?part=lines" if start else "")


def _pager(invoice_id: UUID, member: Member, today: date) -> Pager | None:
    rows = worklist(member, today=today).rows
    entries: Sequence[tuple[UUID, str]] = [
        (row.invoice_id, reverse("invoice", args=[row.invoice_id])) for row in rows
    ]
    if not any(key == invoice_id for key, _address in entries):
        return None
    return pager_among(entries, invoice_id, count=count(member, today=today))
