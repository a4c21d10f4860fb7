"""What can keep the embedded server from running, told so that somebody can do something about it."""


class CannotStart(Exception):
    """The server cannot run; the message says what happened, why, and what to do next."""


class AlreadyRunning(CannotStart):
    """Another process holds the data folder."""
