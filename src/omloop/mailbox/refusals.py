"""Why something with incoming mail or folders was not done."""


class AlreadyAnswered(ValueError):
    """Somebody let the mail in, or refused it, before."""


class FolderTaken(ValueError):
    """Another organisation's files come from this folder, or from one around it or in it."""


class NoFolder(ValueError):
    """This organisation has no watched folder, or the path is none that can be watched."""
