"""What is refused around a dispute, in the reader's language."""

from django.utils.translation import gettext as _


class DisputeRefused(ValueError):
    """A dispute that can't be; the message is for people."""


class AlreadyDisputed(DisputeRefused):
    """The invoice is disputed already."""

    def __init__(self) -> None:
        super().__init__(_("This invoice is disputed already. Add a note to that dispute."))


class DisputeIsOver(DisputeRefused):
    """Somebody ended it meanwhile."""

    def __init__(self) -> None:
        super().__init__(_("This dispute was ended already."))


class PayableNotAPart(DisputeRefused):
    """The part that is payable is not more than nothing and less than the whole."""

    def __init__(self) -> None:
        super().__init__(
            _("The part that is payable is more than nothing and less than the amount of the invoice.")
        )


class FollowUpIsPast(DisputeRefused):
    """One looks again on a day to come."""

    def __init__(self) -> None:
        super().__init__(_("Choose a day after today to look at it again, or none."))


class NothingSaid(DisputeRefused):
    """A dispute has a reason, a note has a text."""

    def __init__(self) -> None:
        super().__init__(_("Write what it is about: a colleague reads it later."))


class SenderIsElsewhere(DisputeRefused):
    """It did not come directly: who sent it can't be told in Omloop."""

    def __init__(self) -> None:
        super().__init__(
            _("This invoice did not come directly in Omloop, so its sender can't be told here. Write to him.")
        )
