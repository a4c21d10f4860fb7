"""Refusals and reasons in words: what happened, why, and what to do next (rules 7.6)."""

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from omloop.einvoice import Finding
from omloop.sending import refusals
from omloop.sending.delivering import NO_PICTURE, NO_WAY, NOT_MAILED
from omloop.sending.refusals import SendingRefused


def tell_refusal(refusal: SendingRefused) -> str:
    """Why this was not done, and what to do."""
    texts: dict[type[SendingRefused], str] = {
        refusals.NotADraft: _("This invoice was sent or put away meanwhile, so nothing has changed."),
        refusals.NumberInUse: _(
            "This number was sent before, or it belongs to a number series of your organisation. Give the "
            "invoice another number, or write it here as a draft."
        ),
        refusals.NotTheSeller: _(
            "This invoice names another seller: neither its KvK number nor its VAT number is that of your "
            "organisation. Choose the right organisation, or look at the number in the file."
        ),
        refusals.NotSendable: _("This invoice can't be sent once more: it has arrived, or is on its way."),
        refusals.PrefixInUse: _("There is or was a series with this prefix already. Choose another one."),
        refusals.LastSeries: _("This is the only series of its kind. Add another one first."),
        refusals.AttachmentRefused: _(
            "This file can't go along: an e-invoice carries PDF, PNG, JPEG, CSV, XLSX and ODS, together at "
            "most 10 MB."
        ),
    }
    return texts.get(type(refusal), str(refusal))


def findings_in_words(findings: list[Finding]) -> list[str]:
    """Each broken rule in the reader's language, once."""
    is_english = (get_language() or "").startswith("en")
    return list(dict.fromkeys(each.en if is_english else each.nl for each in findings))


def reason_in_words(reason: str) -> str:
    """Why an invoice did not arrive, and what to do."""
    return {
        NO_WAY: _(
            "The customer does not receive in Omloop, and no e-mail address of his is known. Fill that in at "
            "the customer, then send again."
        ),
        NOT_MAILED: _(
            "The mail server did not take it. Look at the address at the customer, then send again."
        ),
        NO_PICTURE: _(
            "The invoice with its attachments is too large for one PDF. Change the PDF settings for sending, "
            "then send again."
        ),
    }.get(reason, "")
