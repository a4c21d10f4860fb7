"""What a transfer refuses, in the reader's language: what, why, and what to do next."""

from django.utils.translation import gettext as _


class TransferRefused(Exception):
    """A transfer, or undoing one, that can't be done; nothing has changed."""


class NoSuchPlace(TransferRefused):
    """There is no organisation in which the maker may transfer this person's data."""

    def __init__(self) -> None:
        super().__init__(_("You may not transfer user data in any organisation that was chosen."))


class ReceiverUnfit(TransferRefused):
    """The other must be somebody else, active, and a member in one of the organisations."""

    def __init__(self) -> None:
        super().__init__(_("Choose somebody else who works in one of these organisations, and is active."))


class NothingChosen(TransferRefused):
    """Nothing was ticked."""

    def __init__(self) -> None:
        super().__init__(_("Tick at least one thing to transfer."))


class TooLate(TransferRefused):
    """The thirty days are over."""

    def __init__(self) -> None:
        super().__init__(_("More than 30 days have passed, so this transfer can't be undone any more."))
