"""The mails around a planned last working day: what still waits, and that he can still act (rules 4.9)."""

from collections.abc import Iterator
from datetime import date

from omloop.audit.models import AuditEvent
from omloop.environments.models import Environment
from omloop.notifications.letter import Letter, administrators, name_of, to_person
from omloop.people.mail import link_to


def about_last_day(event: AuditEvent) -> Iterator[Letter]:
    """To the administrators of the environment, but for who leaves unless nobody else is there."""
    words = {
        "who": name_of(event.subject_id),
        "environment": Environment.objects.get(id=event.chain_id).name,
        "last_on": date.fromisoformat(event.detail["last_on"]),
        "tasks": event.detail.get("tasks", 0),
        "is_refused": event.name == "last_day.refused",
    }
    link = link_to("last_day", event.subject_id, event.chain_id)
    told = list(administrators(event.chain_id))
    for person in [each for each in told if each.id != event.subject_id] or told:
        yield to_person(person, "last_day", words, link)
