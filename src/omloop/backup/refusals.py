"""Why a backup is not made or not restored, one error for each situation; the message is for the operator."""

from pathlib import Path


class BackupRefused(Exception):
    """No backup was made, or none restored: the kinds below say why and what to do."""


class TargetTaken(BackupRefused):
    """A file with that name is there already."""

    def __init__(self, target: Path) -> None:
        super().__init__(f"{target} exists already, and a backup never replaces another. Choose a new name.")


class NoKeys(BackupRefused):
    """Without its keys an installation can't read its secrets any more."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} has no keys, or something that is none. "
            "Is OMLOOP_DATA the folder of this installation?"
        )


class CannotWrite(BackupRefused):
    """The disk is full, or the place is not ours."""

    def __init__(self, place: Path, error: OSError) -> None:
        super().__init__(
            f"{error.filename or place} can't be written: {error.strerror or error}. "
            "Look whether the disk is full and the folder yours, then start again."
        )


class CannotRead(BackupRefused):
    """The archive can't be opened, or the disk under it fails."""

    def __init__(self, archive: Path, error: OSError) -> None:
        super().__init__(f"{archive} can't be read: {error.strerror or error}.")


class NotWhole(BackupRefused):
    """The archive is not what a backup wrote: cut off, changed, or never one."""

    def __init__(self, fault: str) -> None:
        super().__init__(f"This is no whole backup: {fault}. Take another one.")


class FromNewer(BackupRefused):
    """A newer Omloop or PostgreSQL made it than is here."""


class NotEmpty(BackupRefused):
    """There is something already where the backup should come."""
