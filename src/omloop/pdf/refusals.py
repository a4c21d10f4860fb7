"""Why a file is not used, in Dutch and English."""

from enum import StrEnum

MOST_PAGES = 500
"""Pages of one file that are merged."""
MOST_PIXELS = 60_000_000
"""Pixels of one image that are drawn."""


class Reason(StrEnum):
    """What is the matter with a file."""

    BROKEN = "broken"
    ENCRYPTED = "encrypted"
    EMPTY = "empty"
    OTHER_TYPE = "other_type"
    TOO_LARGE = "too_large"
    TOO_MANY_PAGES = "too_many_pages"


WHY: dict[Reason, tuple[str, str]] = {
    Reason.BROKEN: (
        "Het bestand is beschadigd of te zwaar om te openen.",
        "The file is damaged, or too heavy to open.",
    ),
    Reason.ENCRYPTED: (
        "Het bestand is beveiligd met een wachtwoord.",
        "The file is protected by a password.",
    ),
    Reason.EMPTY: ("Het bestand heeft geen pagina's.", "The file has no pages."),
    Reason.OTHER_TYPE: (
        "Dit soort bestand kan niet worden samengevoegd.",
        "This kind of file can't be merged.",
    ),
    Reason.TOO_LARGE: ("De afbeelding is te groot om af te drukken.", "The image is too large to print."),
    Reason.TOO_MANY_PAGES: (
        f"Het bestand heeft meer dan {MOST_PAGES} pagina's.",
        f"The file has more than {MOST_PAGES} pages.",
    ),
}


class NotUsable(ValueError):
    """This file can't be shown, merged or read; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(WHY[reason][1])
        self.reason = reason


class WorkerBusy(RuntimeError):
    """Others have kept the worker busy for too long: try again in a moment."""


class WorkerDied(RuntimeError):
    """The worker ran out of time or memory over this job, or crashed; the next one gets a new worker."""


class JobFailed(RuntimeError):
    """A mistake in the program: the worker's own error, by name."""
