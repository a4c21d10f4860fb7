"""At start-up the room adds its mail and notice to those that events bring about."""

from django.apps import AppConfig


class RetentionConfig(AppConfig):
    """The room that knows how long things are kept."""

    name = "omloop.retention"

    def ready(self) -> None:
        from omloop.notifications.letters import LETTERS
        from omloop.notifications.sayings import SAYINGS
        from omloop.retention import letters

        LETTERS.update(letters.LETTERS)
        SAYINGS.update(letters.SAYINGS)
