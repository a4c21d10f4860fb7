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
    """What is payable is not more than nothing and less than what is due."""

    def __init__(self) -> None:
        super().__init__(_("What is payable is more than nothing and less than what is due by this invoice."))


class AgreedOnNothing(DisputeRefused):
    """Agreed on another amount, without that amount."""

    def __init__(self) -> None:
        super().__init__(_("Write the amount that you agreed on: that is what can be paid."))


class InvoiceCancelled(DisputeRefused):
    """Nothing of a cancelled invoice is paid, so there is nothing to dispute."""

    def __init__(self) -> None:
        super().__init__(_("This invoice is cancelled: nothing of it is paid, so it can't be disputed."))


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
