"""What can't be written."""


class Unwritable(ValueError):
    """The document says something that the syntax has no place for; the message says what."""
