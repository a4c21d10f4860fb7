"""The page on which an invoice is coded, beside its picture (rules 3.2, 3.8)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.urls import reverse

from omloop.circulation.pages.pager import Pager, pager_among
from omloop.circulation.reading.sheet import Sheet, sheet_of
from omloop.circulation.reading.to_code import to_code
from omloop.circulation.reading.worklist import Count
from omloop.coding.editing import Desk
from omloop.coding.forms import CodingForm, left_of, said_in
from omloop.coding.shown import Because, Shown, because_of, shown_of
from omloop.invoices.models import Invoice
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.payees.models import AccountKind
from omloop.payees.queries import standing_of


@dataclass(frozen=True, kw_only=True)
class CodingPage:
    """All that the page shows; without a desk there is nothing to code here, or not for him.

    `sends`: the step that waits is the coding, and it is his. `queue`: what else waits for that.
    """

    sheet: Sheet
    shown: Shown | None
    manages: bool
    desk: Desk | None = None
    form: CodingForm | None = None
    proposed: list[Because] = field(default_factory=list)
    left: Decimal | None = None
    sends: bool = False
    queue: list[UUID] = field(default_factory=list)
    has_g_account: bool = False

    @property
    def pager(self) -> Pager | None:
        """The neighbours among what waits to be coded."""
        entries = [(each, reverse("coding", args=[each])) for each in self.queue]
        return pager_among(entries, self.sheet.invoice.id, count=Count.of(len(entries)))


def coding_page(
    invoice: Invoice, member: Member, *, data: Any = None, today: date, now: datetime
) -> CodingPage:
    """Read it, in a fixed number of queries; `data` is what was sent: of that each line is kept as typed."""
    shown = shown_of(invoice, member)
    page: dict[str, Any] = {
        "sheet": sheet_of(invoice, member, today=today, now=now),
        "shown": shown,
        "manages": member.can(Right.MANAGE_SETTINGS, invoice.organisation_id),
    }
    is_open = shown is not None and shown.can_code and invoice.without_vat is not None
    if shown is None or (data is None and not is_open):
        return CodingPage(**page, left=shown.left if shown else None)
    desk = Desk.of(invoice)
    form, proposed = desk.first(shown) if data is None else (desk.changed(data) or desk.sent(data), [])
    return CodingPage(
        **page,
        desk=desk,
        form=form,
        proposed=because_of(proposed, member),
        left=_left(form, data),
        sends=_sends(page["sheet"]),
        queue=to_code(member, today=today),
        has_g_account=_has_g_account(invoice),
    )


def _sends(sheet: Sheet) -> bool:
    offer = sheet.offer
    return offer is not None and offer.codes and not offer.is_on_hold and not offer.awaits


def _left(form: CodingForm, data: Any) -> Decimal:
    if form.lines[0].is_bound:
        return left_of(said_in(data), form.total)
    return left_of([dict(line.initial) for line in form.lines], form.total)


def _has_g_account(invoice: Invoice) -> bool:
    """Whether a part of it is paid on the supplier's G-account."""
    standing = standing_of(invoice)
    return "gaccount" in invoice.profile or (
        standing is not None and standing.account.kind == AccountKind.G_ACCOUNT
    )
