"""The mail and the notice about a list of what may go: to who can be the second person (rules 2.8)."""

from collections.abc import Iterator

from omloop.audit.models import AuditEvent
from omloop.notifications.known import Known
from omloop.notifications.letter import Letter, name_of, to_person
from omloop.notifications.letters import Writer
from omloop.notifications.notices import Row
from omloop.notifications.sayings import Saying
from omloop.notifications.sayings import Writer as SayingWriter
from omloop.organisations.models import Organisation
from omloop.people.mail import link_to
from omloop.people.models import Person


def about_removal(event: AuditEvent) -> Iterator[Letter]:
    """To each who may confirm the list."""
    place = Organisation.objects.get(id=event.chain_id)
    words = {"place": place.name, "by": name_of(event.person_id)}
    for person in Person.objects.filter(id__in=event.detail["told"], is_active=True).order_by("id"):
        yield to_person(person, "removal", words, link_to("retention", place.id))


def _say_removal(row: Row, event: AuditEvent, known: Known) -> Saying:
    """The notice that says the same."""
    return Saying({"place": known.place(event.chain_id)}, "retention", (event.chain_id,))


LETTERS: dict[str, Writer] = {"retention.proposed": about_removal}
SAYINGS: dict[str, SayingWriter] = {"removal": _say_removal}
