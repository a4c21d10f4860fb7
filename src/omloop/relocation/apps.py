"""At start-up the room adds its mails and notices to those that events bring about."""

from django.apps import AppConfig


class RelocationConfig(AppConfig):
    """The room that moves, splits and ends organisations."""

    name = "omloop.relocation"

    def ready(self) -> None:
        from omloop.notifications.letters import LETTERS
        from omloop.notifications.sayings import SAYINGS
        from omloop.relocation.moves import letters
        from omloop.relocation.moves.situation import is_being_moved
        from omloop.retention.carrying_out import wait_for

        wait_for(is_being_moved)
        LETTERS.update(letters.LETTERS)
        SAYINGS.update(letters.SAYINGS)
