"""What is refused around duplicates, credit notes and invoices that end, in the reader's language."""

from django.utils.translation import gettext as _

from omloop.circulation.refusals import Refusal


class EndsWithoutReason(Refusal):
    """An invoice is cancelled, or marked as original, with a reason."""

    def __init__(self) -> None:
        super().__init__(_("Write why: an auditor reads it later."))


class NotToBeCancelled(Refusal):
    """It is approved or cancelled already."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "An invoice that is approved or cancelled can't be cancelled. "
                "Have its approval withdrawn first."
            )
        )


class PreBooked(Refusal):
    """It stands in an export."""

    def __init__(self) -> None:
        super().__init__(
            _("This invoice stands in an export. Take it out or reverse it first, then try again.")
        )


class NoDuplicate(Refusal):
    """Nobody has to decide on it (any more)."""

    def __init__(self) -> None:
        super().__init__(_("This invoice is not held as a duplicate (any more): somebody decided on it."))


class FirstNotSeen(Refusal):
    """He may not see the invoice that came first."""

    def __init__(self) -> None:
        super().__init__(
            _("You may not see the invoice that came first, so you can't compare them. Finance holds it.")
        )


class SameOrganisation(Refusal):
    """It is sent to where it is."""

    def __init__(self) -> None:
        super().__init__(_("The invoice is in this organisation already. Choose the one that it belongs to."))


class TakesNothingIn(Refusal):
    """The other organisation is closed, leaving or arriving."""

    def __init__(self) -> None:
        super().__init__(
            _("That organisation takes nothing in now: it is closed or moving. Try again later.")
        )


class CannotBeCredited(Refusal):
    """No credit note, or no invoice of this organisation that he may see."""

    def __init__(self) -> None:
        super().__init__(_("Choose the invoice of this organisation that the credit note is about."))


class DecidedAlready(Refusal):
    """Somebody decided on the credit note by now."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody decided on this credit note already, so its invoice can't be chosen any more.")
        )


class ConfidentialAlready(Refusal):
    """Somebody was first."""

    def __init__(self) -> None:
        super().__init__(_("This invoice is confidential already."))


class CancelledSince(Refusal):
    """The invoice has ended."""

    def __init__(self) -> None:
        super().__init__(_("This invoice was cancelled, so your decision on it stays as it is."))
