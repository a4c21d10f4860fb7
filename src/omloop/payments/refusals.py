"""What is refused around payments, in the reader's language."""

from django.utils.translation import gettext as _


class PaymentRefused(ValueError):
    """Something that can't be done with a payment; the message is for people."""


class FilesAreOff(PaymentRefused):
    """The organisation makes no payment files."""

    def __init__(self) -> None:
        super().__init__(_("Payment files are switched off here. Who manages the settings switches them on."))


class NotAnAccount(PaymentRefused):
    """The account that is paid from can't be right."""

    def __init__(self) -> None:
        super().__init__(
            _("Fill in the holder of the account, and an IBAN of which the check digits are right.")
        )


class NotABank(PaymentRefused):
    """A BIC has eight or eleven characters."""

    def __init__(self) -> None:
        super().__init__(_("A BIC has 8 or 11 letters and digits, such as ABNANL2A. It may be left empty."))


class NothingToPay(PaymentRefused):
    """None of what was chosen can be paid by a file now."""

    def __init__(self) -> None:
        super().__init__(_("None of these invoices can go in a payment file now: look at the list again."))


class DayIsPast(PaymentRefused):
    """A bank carries out from today on."""

    def __init__(self) -> None:
        super().__init__(_("Choose today or a later day for the bank to carry it out."))


class NotPaidYet(PaymentRefused):
    """What is reported as paid has been paid: not on a day to come."""

    def __init__(self) -> None:
        super().__init__(_("Choose the day on which it was paid, today at the latest."))


class WhyIsMissing(PaymentRefused):
    """It needs a reason."""

    def __init__(self) -> None:
        super().__init__(_("Write why it did not go through: an auditor reads it later."))


class CountsNoMore(PaymentRefused):
    """It was ended before."""

    def __init__(self) -> None:
        super().__init__(_("This payment counts no more already."))
