"""Why something about sending was not done, named after the situation."""

from collections.abc import Sequence

from omloop.einvoice import Finding


class SendingRefused(ValueError):
    """What was asked can't be done now; nothing has changed."""


class NotADraft(SendingRefused):
    """It has been sent or discarded meanwhile."""


class Incomplete(SendingRefused):
    """A draft lacks what an invoice needs before the rules can judge it; `problems` are sentences."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = list(problems)


class NotValid(SendingRefused):
    """The rules of e-invoicing break: it is not numbered and not sent (rules 2.7)."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(" ".join(finding.en for finding in findings))
        self.findings = list(findings)


class NumberInUse(SendingRefused):
    """The number of an uploaded invoice was sent before, or belongs to a series of the organisation."""


class NotTheSeller(SendingRefused):
    """The uploaded invoice names another seller than the organisation."""


class NotSendable(SendingRefused):
    """It is not in a state in which it can be sent once more."""


class PrefixInUse(SendingRefused):
    """Another series, perhaps one that ended, has this prefix."""


class LastSeries(SendingRefused):
    """Without this series nothing of its kind could be numbered."""


class AttachmentRefused(SendingRefused):
    """The file is too large, or of a kind that e-invoices don't carry (BR-CL-24)."""
