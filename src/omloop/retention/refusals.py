"""What is refused around keeping and destroying, in the reader's language."""

from django.utils.translation import gettext as _


class RetentionRefused(ValueError):
    """Nothing was changed; the message is for people."""


class OnlyPeopleDecide(RetentionRefused):
    """A program or key may not decide what goes."""

    def __init__(self) -> None:
        super().__init__(_("Only people decide on what may go. Sign in yourself."))


class ReasonMissing(RetentionRefused):
    """A legal hold says why."""

    def __init__(self) -> None:
        super().__init__(_("Say why it is held: who lifts it later reads that."))


class AlreadyKept(RetentionRefused):
    """The same mark stands already."""

    def __init__(self) -> None:
        super().__init__(_("This was marked already. Look at it below."))


class NotKept(RetentionRefused):
    """There is no such mark to lift."""

    def __init__(self) -> None:
        super().__init__(_("There is nothing to lift any more: somebody did it before you."))


class BeingDestroyed(RetentionRefused):
    """What may go does not grow while a list is carried out."""

    def __init__(self) -> None:
        super().__init__(_("A list is being destroyed at this moment. Do this once that is done."))


class IsClosed(RetentionRefused):
    """A closed organisation has its own way."""

    def __init__(self) -> None:
        super().__init__(_("This organisation is closed: what may go is deleted under “Close or end”."))


class AlreadyProposed(RetentionRefused):
    """One list at a time."""

    def __init__(self) -> None:
        super().__init__(_("A list waits already, or is being destroyed. Settle that first."))


class NothingChosen(RetentionRefused):
    """Nothing on the list may go."""

    def __init__(self) -> None:
        super().__init__(_("Choose at least one line of what may go."))


class NotProposed(RetentionRefused):
    """The list is over."""

    def __init__(self) -> None:
        super().__init__(_("This list does not wait any more. Below you see how it stands."))


class SecondPersonNeeded(RetentionRefused):
    """Who proposed it, or another account of him, can't confirm it."""

    def __init__(self) -> None:
        super().__init__(_("You proposed this list. Somebody else confirms it: two people decide what goes."))


class ListChanged(RetentionRefused):
    """Something was held, marked or let go meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("What may go has changed since. Withdraw this list and propose it anew."))
