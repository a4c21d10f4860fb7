"""Why there is no such PDF."""


class NoPdf(LookupError):
    """There is nothing to make it of: no PDF came along, and the settings say that none is made."""


class NoOriginalPdf(LookupError):
    """The supplier sent no PDF."""


class TooLarge(ValueError):
    """The invoice or its attachments are too much to make a PDF of."""


class NoHybrid(ValueError):
    """The e-invoice says something that can't be written in CII."""
