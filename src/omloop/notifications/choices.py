"""How people want to be told: by mail, in the app, both or neither (rules 3.13)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from omloop.notifications.letter import Letter
from omloop.notifications.models import NoticeChoice
from omloop.notifications.topics import BY_MAIL_IF_WISHED, MAIL_ALONE, TOPIC_OF, Topic


@dataclass(frozen=True)
class Ways:
    """By which ways somebody is told about a topic."""

    by_mail: bool
    in_app: bool


def as_delivered(topic: str) -> Ways:
    """In the app, and by mail unless that would be a mail per invoice."""
    return Ways(by_mail=topic not in BY_MAIL_IF_WISHED, in_app=True)


@dataclass(frozen=True)
class Choices:
    """What people chose, by person and topic; who chose nothing is told as delivered."""

    chosen: Mapping[tuple[UUID, str], Ways] = field(default_factory=dict)

    @classmethod
    def of(cls, people: Collection[UUID]) -> "Choices":
        """Read those of these people, in one query."""
        rows = NoticeChoice.objects.filter(person_id__in=people)
        return cls({(row.person_id, row.topic): Ways(row.by_mail, row.in_app) for row in rows})

    def about(self, person_id: UUID, topic: str) -> Ways:
        """How he is told about a topic."""
        return self.chosen.get((person_id, topic), as_delivered(topic))

    def mails(self, letter: Letter) -> bool:
        """Whether this goes by mail: always to an address without an account, and what can't be off."""
        topic = TOPIC_OF.get(letter.template)
        if topic is None or not letter.recipient:
            return True
        return self.about(UUID(letter.recipient), topic).by_mail

    def notes(self, letter: Letter) -> bool:
        """Whether this stands among his notices in the app; what waits for a group is on his worklist."""
        topic = TOPIC_OF.get(letter.template)
        if letter.task and letter.task.group_id:
            return False
        if not letter.recipient or letter.template in MAIL_ALONE:
            return False
        return topic is None or self.about(UUID(letter.recipient), topic).in_app


def choices_of(person_id: UUID) -> dict[Topic, Ways]:
    """How a person is told about each topic."""
    choices = Choices.of([person_id])
    return {topic: choices.about(person_id, topic) for topic in Topic}


def choose(person_id: UUID, wanted: Mapping[str, Ways]) -> None:
    """Keep what a person wants about himself; no organisation is touched by it."""
    NoticeChoice.objects.bulk_create(
        [
            NoticeChoice(person_id=person_id, topic=topic, by_mail=ways.by_mail, in_app=ways.in_app)
            for topic, ways in wanted.items()
        ],
        update_conflicts=True,
        unique_fields=["person", "topic"],
        update_fields=["by_mail", "in_app"],
    )
