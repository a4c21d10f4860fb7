"""How what a room refuses is answered: its status, and its words in the language of the reader."""

from omloop.circulation.pages.answers import status_of
from omloop.circulation.refusals import Refusal
from omloop.coding import refusals as coding
from omloop.coding.wording import tell_refusal as tell_coding
from omloop.disputes import refusals as disputes
from omloop.sending.refusals import SendingRefused
from omloop.sending.wording import tell_refusal as tell_sending

REFUSALS: tuple[type[Exception], ...] = (
    Refusal,
    coding.CodingRefused,
    disputes.DisputeRefused,
    SendingRefused,
)
TOO_LATE = (
    coding.AlreadyBooked,
    coding.NotToBeCoded,
    disputes.AlreadyDisputed,
    disputes.DisputeIsOver,
    disputes.InvoiceCancelled,
    SendingRefused,
)
"""Somebody or something was first, or it is in no state for this: 409. Any other is 422; circulation has a
table of its own, for its pages answer with a status too."""


def status_and_words(refusal: Exception) -> tuple[int, str]:
    """The HTTP status, and what is wrong and what to do."""
    if isinstance(refusal, Refusal):
        return status_of(refusal), str(refusal)
    status = 409 if isinstance(refusal, TOO_LATE) else 422
    if isinstance(refusal, coding.CodingRefused):
        return status, tell_coding(refusal)
    if isinstance(refusal, SendingRefused):
        return status, tell_sending(refusal)
    return status, str(refusal)
