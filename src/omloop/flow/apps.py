"""At start-up the story names the events after which it goes on."""

from django.apps import AppConfig


class FlowConfig(AppConfig):
    """The room that holds the story."""

    name = "omloop.flow"

    def ready(self) -> None:
        from omloop.audit.services import follow
        from omloop.flow.story import STORY

        follow(frozenset(STORY))
