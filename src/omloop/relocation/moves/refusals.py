"""Why a move is refused, named after the situation."""

from collections.abc import Sequence

from omloop.relocation.moves.findings import Conflict


class MoveRefused(ValueError):
    """Nothing was changed."""


class NothingToMove(MoveRefused):
    """A plan moves at least one organisation."""


class NotHere(MoveRefused):
    """An organisation is not in the environment that the plan leaves."""


class NoOtherSide(MoveRefused):
    """A plan names somebody of the other side, by address."""


class PlanIsClosed(MoveRefused):
    """What is moving, moved or ended can't be changed any more."""


class NotAsked(MoveRefused):
    """Consent can be given once the plan has been sent, and before it expires."""


class OtherVersion(MoveRefused):
    """The plan was changed after this page was opened: consent is to exactly what was read."""


class NotYourSide(PermissionError):
    """Only an administrator of that side consents for it."""


class EnvironmentNotYours(MoveRefused):
    """Organisations come to an environment that you administer, and not to the one that they leave."""


class OpenConflicts(MoveRefused):
    """A move can't start while something stands in its way (rules 6.3)."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        super().__init__("; ".join(f"{c.kind.value} {c.name}" for c in conflicts))
        self.conflicts = list(conflicts)


class UndoUnderWay(MoveRefused):
    """There is one plan at a time to undo a move."""


class TooLateToUndo(MoveRefused):
    """A move can be undone for 30 days, once."""
