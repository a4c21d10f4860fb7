"""What is refused around the check of a bank account, in the reader's language."""

from django.utils.translation import gettext as _


class CheckRefused(ValueError):
    """A check that can't be; the message is for people."""


class OnlyPeopleCheck(CheckRefused):
    """A program or timer has not called anybody."""

    def __init__(self) -> None:
        super().__init__(_("Only a person checks a bank account; sign in as one."))


class HowIsMissing(CheckRefused):
    """Nothing was said of how, or why."""

    def __init__(self) -> None:
        super().__init__(_("Write it down: the colleague who looks after you, and an auditor, read it."))


class CheckedInTheFuture(CheckRefused):
    """The day has not come."""

    def __init__(self) -> None:
        super().__init__(_("You can't have checked it on a day that has not come. Choose today or before."))


class CheckedAlready(CheckRefused):
    """Somebody recorded a check that stands."""

    def __init__(self) -> None:
        super().__init__(_("A colleague recorded a check of this account already. Look at it below."))


class NothingToConfirm(CheckRefused):
    """No check waits: it was confirmed, or ended."""

    def __init__(self) -> None:
        super().__init__(_("There is no check to confirm (any more). Look at the account again."))


class NothingToEnd(CheckRefused):
    """No check stands."""

    def __init__(self) -> None:
        super().__init__(_("No check of this account stands, so nothing is paid on it already."))


class SecondPersonNeeded(CheckRefused):
    """Who recorded a check doesn't confirm it, not with another account of his either."""

    def __init__(self) -> None:
        super().__init__(_("You recorded this check. A colleague confirms it."))


class ApprovedAnInvoice(CheckRefused):
    """Who approved an invoice that waits for this check has no part in it."""

    def __init__(self) -> None:
        super().__init__(
            _("You approved an invoice that is to be paid on this account. Let two others check it.")
        )
