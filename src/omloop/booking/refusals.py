"""What is refused around booking, in the reader's language."""

from collections.abc import Collection

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


class UnknownColumns(BookingRefused):
    """A profile names columns that there are not, or none."""

    def __init__(self, names: Collection[str]) -> None:
        said = ", ".join(sorted(names))
        super().__init__(
            _("These columns are not known: %(names)s. The list below has them all.") % {"names": said}
            if names
            else _("Name one column at least, one on each line.")
        )


class ProfileNameTaken(BookingRefused):
    """Another profile has this name."""

    def __init__(self) -> None:
        super().__init__(_("Another profile has this name. Choose another one."))


class UnknownAccount(BookingRefused):
    """A ledger account that is not of this organisation, or has ended."""

    def __init__(self) -> None:
        super().__init__(_("Choose ledger accounts that are in use here."))
