"""One invoice as it lies before a member: the paper, why it is his, and what he can do."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from omloop.circulation.deciding.offer import Offer, offer_of
from omloop.circulation.models import Assignment
from omloop.circulation.reading.consulted import Adviser, advisers_of
from omloop.circulation.reading.paper import Paper, paper_of
from omloop.circulation.routing.why import explain, hold_line, read_names
from omloop.invoices.attaching import added_to
from omloop.invoices.models import AddedAttachment, Attachment, Invoice, Validation
from omloop.invoices.pictures import pages_shown
from omloop.invoices.queries import validation_of
from omloop.kernel.money import Money
from omloop.organisations.members import Member
from omloop.recognition.services import PROFILE as TYPED


@dataclass(frozen=True)
class Sheet:
    """An invoice with what its preview and its page share. `why` are sentences; empty where nothing waits.

    `pictures` are the pages to show where there is no sheet, for it came as a PDF or image.
    """

    invoice: Invoice
    offer: Offer | None
    why: list[str]
    validation: Validation | None
    attachments: list[Attachment]
    added: list[AddedAttachment]
    paper: Paper | None
    pictures: range
    advisers: list[Adviser]

    @property
    def payable(self) -> Money | None:
        """What one owes: a credit note counts as a minus."""
        invoice = self.invoice
        amount = invoice.with_vat if invoice.payable is None else invoice.payable
        return signed(amount, invoice.currency, invoice.kind)

    @property
    def without_vat(self) -> Money | None:
        """The total without VAT, with the same sign."""
        return signed(self.invoice.without_vat, self.invoice.currency, self.invoice.kind)

    @property
    def with_vat(self) -> Money | None:
        """The total with VAT, with the same sign."""
        return signed(self.invoice.with_vat, self.invoice.currency, self.invoice.kind)

    @property
    def vat(self) -> Money | None:
        """The VAT in it, with the same sign."""
        return signed(self.invoice.vat, self.invoice.currency, self.invoice.kind)

    @property
    def attached(self) -> int:
        """How many attachments it has, those that were added too."""
        return len(self.attachments) + len(self.added)

    @property
    def is_typed(self) -> bool:
        """Whether a person said what it says, from a PDF or image."""
        return bool(self.validation and self.validation.profile == TYPED)

    @property
    def findings(self) -> int:
        """How many errors and warnings there are."""
        return self.validation.fatal + self.validation.warnings if self.validation else 0


def sheet_of(invoice: Invoice, member: Member, *, today: date, now: datetime) -> Sheet:
    """Read it, in a fixed number of queries; `invoice` comes with its document and organisation."""
    offer = offer_of(invoice, member, today=today, now=now)
    attachments = list(Attachment.objects.filter(invoice=invoice).order_by("position"))
    validation = validation_of(invoice.document)
    is_typed = validation is not None and validation.profile == TYPED
    paper = None if is_typed else paper_of(invoice, attached=sum(each.size for each in attachments))
    return Sheet(
        invoice=invoice,
        offer=offer,
        why=_why(offer.task, today) if offer else [],
        validation=validation,
        attachments=attachments,
        added=added_to(invoice),
        paper=paper,
        pictures=range(0) if paper else pages_shown(invoice.document),
        advisers=advisers_of(invoice, member, today=today, now=now) if offer and offer.can_consult else [],
    )


def _why(task: Assignment, today: date) -> list[str]:
    """What led the task here, and whether it is on hold."""
    line = hold_line(task.on_hold_until, today)
    return [*explain(task.why, read_names([task.why])), *([line] if line else [])]


def signed(amount: Decimal | None, currency: str, kind: str) -> Money | None:
    """An amount of an invoice as one owes it: a credit note counts as a minus."""
    if amount is None:
        return None
    return Money(-amount if kind == Invoice.Kind.CREDIT_NOTE else amount, currency)
