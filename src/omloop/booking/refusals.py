"""What is refused around booking, in the reader's language."""

from django.utils.translation import gettext as _


class BookingRefused(ValueError):
    """Something that can't be booked so; the message is for people."""


class AlreadyClosed(BookingRefused):
    """Somebody closed it meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("This is closed already."))


class NotClosed(BookingRefused):
    """The month is open."""

    def __init__(self) -> None:
        super().__init__(_("This month is open already."))


class NothingSaid(BookingRefused):
    """It needs a reason."""

    def __init__(self) -> None:
        super().__init__(_("Write why: an auditor reads it later."))


class NoFixedAccounts(BookingRefused):
    """It isn't known yet what creditors and VAT are booked on."""

    def __init__(self) -> None:
        super().__init__(_("Choose the accounts of creditors, VAT, suspense and accruals first."))


class NothingToBook(BookingRefused):
    """None of what was chosen can be booked now."""

    def __init__(self) -> None:
        super().__init__(_("None of these invoices can be booked now: look at the list again."))


class NoLongerCounts(BookingRefused):
    """It was taken out or reversed already."""

    def __init__(self) -> None:
        super().__init__(_("This was taken out or reversed already."))


class FullyBookedOnIt(BookingRefused):
    """The pre-booking is what the full booking stands on."""

    def __init__(self) -> None:
        super().__init__(_("Take out the full booking first: it stands on this pre-booking."))


class UnknownAccount(BookingRefused):
    """A ledger account that is not of this organisation, or has ended."""

    def __init__(self) -> None:
        super().__init__(_("Choose ledger accounts that are in use here."))
