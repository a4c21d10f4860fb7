"""Why an organisation can't close, open or lose documents now, named after the situation."""

from omloop.relocation.ending.open_work import OpenWork


class EndingRefused(ValueError):
    """Nothing was changed."""


class NotAdministratorHere(PermissionError):
    """Only administrators of the organisation and of its environment agree to its end."""


class AlreadyEnding(EndingRefused):
    """There is one request at a time."""


class NotOpen(EndingRefused):
    """It is not asked any more, or the organisation is closed or moving already."""


class NotClosed(EndingRefused):
    """Only what is closed is opened again, or loses documents."""


class NothingMayGo(EndingRefused):
    """Every document is inside its term (rules 2.8)."""


class IsMoving(EndingRefused):
    """A plan to move it comes first."""


class ExportMissing(EndingRefused):
    """Nothing is deleted before an export of it has been made (rules 6.5)."""


class TooLateToCallOff(EndingRefused):
    """It is being done, or over."""


class StillOpenWork(EndingRefused):
    """Somebody still has something to do there (rules 6.7)."""

    def __init__(self, work: OpenWork) -> None:
        super().__init__("there is open work")
        self.work = work
