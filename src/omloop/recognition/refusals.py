"""Why data is not taken, one error for each situation."""


class TypingRefused(ValueError):
    """What was typed can't become an invoice now: the kinds below say why."""


class TypedMeanwhile(TypingRefused):
    """Somebody else was first."""


class NotTyped(TypingRefused):
    """An e-invoice says itself what it says: nobody types over it."""


class IsOver(TypingRefused):
    """The invoice is booked or was rejected: what it says stays as it is."""
