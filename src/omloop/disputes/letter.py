"""The text in which the supplier is told: written here, sent by the one who may (rules 3.12).

Omloop has no channel to send it by; the page opens one's own mail program, or gives the text to copy.
"""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from omloop.disputes.models import Dispute
from omloop.disputes.queries import address_of
from omloop.invoices.models import Invoice
from omloop.kernel.money import Money
from omloop.web import words


@dataclass(frozen=True)
class Letter:
    """A mail to the supplier that nobody has sent yet; `address` is empty where the invoice names none."""

    address: str
    subject: str
    text: str

    @property
    def link(self) -> str:
        """What opens it in one's own mail program."""
        said = {"subject": self.subject, "body": self.text}
        return f"mailto:{quote(self.address)}?{urlencode(said, quote_via=quote)}"


def letter_of(dispute: Dispute, *, sender: str) -> Letter:
    """In the language of the reader: what is disputed, why, what is paid all the same, what is asked."""
    invoice = dispute.invoice
    parts = {"number": invoice.number, "organisation": invoice.organisation.name}
    lines = [
        _("Dear supplier,"),
        _("We dispute invoice %(number)s to %(organisation)s, for this reason:") % parts,
        dispute.reason,
    ]
    if dispute.payable is not None:
        amount = words.money(Money(dispute.payable, invoice.currency))
        lines.append(
            _("We pay %(amount)s of it; the rest we hold until this is settled.") % {"amount": amount}
        )
    if dispute.expects_credit_note:
        lines.append(_("Please send us a credit note."))
    lines.append(f"{_('Kind regards,')}\n{sender}\n{invoice.organisation.name}")
    subject = _("Invoice %(number)s is disputed") % parts
    return Letter(address_of(invoice), subject, "\n\n".join(lines))


def returned_letter(invoice: Invoice, reason: str) -> Letter:
    """For an invoice with a wrong name on it: why it comes back, and what is asked (rules 2.10)."""
    parts = {"number": invoice.number, "organisation": invoice.organisation.name}
    lines = [
        _("Dear supplier,"),
        _("Invoice %(number)s does not have the right name on it, so we return it to you:") % parts,
        reason,
        _("Please send us a credit note, and a new invoice to %(organisation)s.") % parts,
        f"{_('Kind regards,')}\n{invoice.organisation.name}",
    ]
    subject = _("Invoice %(number)s is returned") % parts
    return Letter(address_of(invoice), subject, "\n\n".join(lines))
