"""What an outcome means for the money, in a sentence (rules 3.10, 3.12)."""

from decimal import Decimal

from django.utils.translation import gettext as _

from omloop.disputes.models import Dispute
from omloop.invoices.crediting import credit_notes_of
from omloop.kernel.money import Money
from omloop.organisations.members import Member
from omloop.web import words


def what_follows(over: Dispute, reader: Member) -> str:
    """What can be paid now that this dispute is over, and what to do."""
    if over.outcome == Dispute.Outcome.LAPSED:
        return _("The dispute is over: nothing of this invoice is paid. Cancel it when you need it no more.")
    if over.outcome == Dispute.Outcome.AGREED:
        amount = words.money(Money(over.agreed or Decimal(0), over.invoice.currency))
        return _("The dispute is over: %(amount)s of this invoice is owed, as agreed.") % {"amount": amount}
    if over.outcome == Dispute.Outcome.CREDITED and not credit_notes_of(over.invoice, reader):
        return _(
            "The dispute is over: no credit note of this invoice is known here, so all of it is owed. Link "
            "the credit note to it."
        )
    if over.outcome == Dispute.Outcome.CREDITED:
        return _("The dispute is over: what its credit notes leave of this invoice is owed.")
    return _("The dispute is over: it holds back nothing of this invoice any more.")
