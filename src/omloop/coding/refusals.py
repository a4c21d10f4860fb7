"""Why a coding is refused, one error for each situation."""

from decimal import Decimal


class CodingRefused(ValueError):
    """A coding that can't be: the kinds below say why."""


class CodingDoesNotAddUp(CodingRefused):
    """The lines are together another amount than the invoice without VAT."""

    def __init__(self, *, lines: Decimal, invoice: Decimal, currency: str) -> None:
        super().__init__(f"the lines are {lines} together, the invoice is {invoice} without VAT")
        self.lines, self.invoice, self.currency = lines, invoice, currency


class AmountUnknown(CodingRefused):
    """The invoice has no amount without VAT that lines could add up to."""


class NoLines(CodingRefused):
    """A coding has one line at least."""


class NoSupplier(CodingRefused):
    """Nothing says whose invoices a template would be for."""


class TooManyLines(CodingRefused):
    """More lines than one invoice may have."""


class UnknownCode(CodingRefused):
    """A ledger account, cost centre or cost unit that is not of this organisation, or has ended."""


class NoSuchCode(UnknownCode):
    """The same, where one wrote the code and did not choose it."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


class NotToBeCoded(CodingRefused):
    """The invoice is rejected: nothing of it is booked."""


class AlreadyBooked(CodingRefused):
    """The invoice is booked with this coding: a new entry corrects it, never a change (rules 3.11)."""


class NoShare(CodingRefused):
    """A share of a key is more than nothing."""


class KeyNameTaken(CodingRefused):
    """Another key has this name."""


class KeyIsOver(CodingRefused):
    """Somebody changed or ended the key meanwhile."""


class TemplateIsOver(CodingRefused):
    """Somebody changed or ended the template meanwhile."""
