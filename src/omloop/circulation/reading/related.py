"""What an invoice has to do with others, and how it ended, as its page shows it (rules 2.5, 2.10-2.12)."""

from dataclasses import dataclass, field

from omloop.circulation.ending.cancelling import can_end
from omloop.circulation.ending.crediting import OPEN_TO_CHOICE
from omloop.circulation.ending.judging_duplicates import is_seen_by, suspected
from omloop.circulation.reading.sheet import signed
from omloop.disputes.letter import Letter, returned_letter
from omloop.intake.models import Document
from omloop.invoices.again import ENDS
from omloop.invoices.crediting import credit_notes_of, credited_by, offered_to_credit
from omloop.invoices.models import Cancellation, Duplicate, Invoice, Misdelivery
from omloop.invoices.queries import visible_to
from omloop.invoices.unread import first_of
from omloop.kernel.money import Money
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right


@dataclass(frozen=True)
class Beside:
    """Another invoice, to be looked at beside this one; with what one owes by it."""

    invoice: Invoice
    owed: Money | None


@dataclass(frozen=True, kw_only=True)
class Related:
    """The others that he may see; `first` is None where the first is hidden from him, or gone.

    `together` is what is owed by an invoice and its credit notes.
    """

    duplicate: Duplicate | None = None
    first: Beside | None = None
    can_judge: bool = False
    copies: list[Beside] = field(default_factory=list)
    credited: Beside | None = None
    credit_notes: list[Beside] = field(default_factory=list)
    together: Money | None = None
    to_credit: list[Invoice] = field(default_factory=list)
    cancellation: Cancellation | None = None
    letter: Letter | None = None
    misdelivery: Misdelivery | None = None
    again_because: str = ""
    again_of: Document | None = None
    can_take_in_again: bool = False
    can_cancel: bool = False
    places: list[Organisation] = field(default_factory=list)
    can_hide: bool = False

    @property
    def has_notice(self) -> bool:
        """Whether there is anything to tell."""
        told = (self.duplicate, self.cancellation, self.misdelivery, self.copies, self.credited)
        again = (self.again_because, self.can_take_in_again)
        return any((*told, *again, self.credit_notes, self.to_credit))

    @property
    def can_end(self) -> bool:
        """Whether there is anything that he can do with an invoice that should not be here."""
        return self.can_cancel or bool(self.places) or self.can_hide


def related_to(invoice: Invoice, member: Member) -> Related:
    """Read it, in a fixed number of queries."""
    place = invoice.organisation_id
    duplicate = _duplicate_of(invoice)
    credited = credited_by(invoice, member)
    notes = credit_notes_of(invoice, member)
    cancellation = _cancellation_of(invoice)
    is_open = invoice.kind == Invoice.Kind.CREDIT_NOTE and invoice.state in OPEN_TO_CHOICE
    chooses = is_open and invoice.credits_id is None and member.can(Right.CIRCULATE, place)
    return Related(
        duplicate=duplicate,
        first=_beside(_first_of(duplicate, member)) if duplicate else None,
        can_judge=duplicate is not None and _can_judge(duplicate, member),
        copies=[beside(each) for each in _copies_of(invoice, member)],
        credited=_beside(credited),
        credit_notes=[beside(each) for each in notes],
        together=_together([credited or invoice, *([invoice] if credited else notes)]),
        to_credit=offered_to_credit(invoice, member) if chooses else [],
        cancellation=cancellation,
        letter=_letter(invoice, cancellation, member),
        misdelivery=Misdelivery.objects.filter(document=invoice.document).select_related("sent_by").first(),
        again_because=invoice.document.again_because,
        again_of=first_of(invoice.document, member),
        can_take_in_again=invoice.state in ENDS and member.can(Right.ADD, place),
        can_cancel=can_end(invoice) and member.can(Right.CANCEL, place),
        places=_other_places(invoice, member),
        can_hide=not invoice.confidential and member.can(Right.VIEW_CONFIDENTIAL, place),
    )


def beside(invoice: Invoice) -> Beside:
    """An invoice with what one owes by it."""
    amount = invoice.with_vat if invoice.payable is None else invoice.payable
    return Beside(invoice, signed(amount, invoice.currency, invoice.kind))


def _beside(invoice: Invoice | None) -> Beside | None:
    return beside(invoice) if invoice else None


def _duplicate_of(invoice: Invoice) -> Duplicate | None:
    """What was decided, or what is still to be; before booking it may be found only now.

    Of an invoice that ended in another way nobody has to say it any more.
    """
    rows = Duplicate.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice)
    known: Duplicate | None = rows.select_related("decided_by").first()
    if invoice.state in (Invoice.State.REJECTED, Invoice.State.CANCELLED):
        return known if known and known.outcome else None
    if known or invoice.state != Invoice.State.APPROVED or invoice.booked_at:
        return known
    return suspected(invoice)


def _can_judge(duplicate: Duplicate, member: Member) -> bool:
    can = not duplicate.outcome and member.can(Right.RELEASE, duplicate.organisation_id)
    return can and is_seen_by(duplicate, member)


def _first_of(duplicate: Duplicate, member: Member) -> Invoice | None:
    own = visible_to(member).filter(organisation_id=duplicate.organisation_id)
    found: Invoice | None = own.filter(id=duplicate.first_id).select_related("document").first()
    return found


def _copies_of(invoice: Invoice, member: Member) -> list[Invoice]:
    """What is held as a duplicate of this one, or hangs on it as a copy."""
    rows = Duplicate.objects.filter(organisation_id=invoice.organisation_id, first_id=invoice.id)
    of_this = rows.exclude(outcome=Duplicate.Outcome.ORIGINAL).values("invoice_id")
    found = visible_to(member).filter(id__in=of_this).select_related("document")
    return list(found.order_by("received_at", "id"))


def _together(invoices: list[Invoice]) -> Money | None:
    """What they come to; None for one alone, an unknown amount, or several currencies."""
    owed = [beside(each).owed for each in invoices]
    known = [each for each in owed if each is not None]
    if len(invoices) < 2 or len(known) < len(owed) or len({each.currency for each in known}) > 1:
        return None
    return Money(sum((each.amount for each in known), start=known[0].amount * 0), known[0].currency)


def _cancellation_of(invoice: Invoice) -> Cancellation | None:
    rows = Cancellation.objects.filter(organisation_id=invoice.organisation_id, invoice=invoice)
    found: Cancellation | None = rows.select_related("cancelled_by").first()
    return found


def _letter(invoice: Invoice, cancellation: Cancellation | None, member: Member) -> Letter | None:
    """The text for the supplier, for who may dispute alone (rules 2.10)."""
    if cancellation is None or cancellation.ground != Cancellation.Ground.WRONG_NAME:
        return None
    if not member.can(Right.DISPUTE, invoice.organisation_id):
        return None
    return returned_letter(invoice, cancellation.reason)


def _other_places(invoice: Invoice, member: Member) -> list[Organisation]:
    """Where it could belong: the other organisations to which he adds."""
    if not can_end(invoice) or not member.can(Right.ADD, invoice.organisation_id):
        return []
    others = member.where(Right.ADD) - {invoice.organisation_id}
    return list(Organisation.objects.filter(id__in=others).order_by("name", "id")) if others else []
