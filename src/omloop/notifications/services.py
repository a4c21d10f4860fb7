"""Telling of an event: a notice in the app, and one mail job a recipient, as each wants to be told."""

from datetime import datetime
from uuid import UUID

from procrastinate.contrib.django import app

from omloop.audit.models import AuditEvent
from omloop.environments.models import EnvironmentRole
from omloop.notifications.choices import Choices
from omloop.notifications.letter import Letter
from omloop.notifications.letters import LETTERS
from omloop.notifications.models import EnvironmentNotice, Notice
from omloop.notifications.task_letters import awake
from omloop.organisations.activity import active_people
from omloop.tenancy.scope import current_scope


def announce(event: AuditEvent, *, now: datetime) -> None:
    """Write the notices of an event and defer a job for each mail, in the open transaction.

    Ids only: the words are found when it is sent or shown. Twice makes no second notice.
    """
    letters = list(LETTERS[event.name](event))
    choices = Choices.of({UUID(letter.recipient) for letter in letters if letter.recipient})
    _note(event, [letter for letter in letters if choices.notes(letter)])
    task = app.configure_task("notifications.send", allow_unknown=False)
    for letter in awake(filter(choices.mails, letters), now=now):
        task.defer(event_id=str(event.id), chain_id=str(event.chain_id), recipient=letter.recipient)


def _note(event: AuditEvent, letters: list[Letter]) -> None:
    """None for who is deactivated there, or has no place there any more: he could not see it."""
    people = {UUID(letter.recipient) for letter in letters}
    if not people:
        return
    if event.chain_id in current_scope().environment_ids:
        placed = EnvironmentRole.objects.filter(
            environment_id=event.chain_id, person_id__in=people, valid__upper_inf=True, is_active=True
        )
        here = set(placed.values_list("person_id", flat=True))
        told = [EnvironmentNotice(environment_id=event.chain_id, **_told(event, each)) for each in letters]
        EnvironmentNotice.objects.bulk_create(
            [each for each in told if each.person_id in here], ignore_conflicts=True
        )
        return
    active = active_people(event.chain_id, people)
    notices = [_notice(event, each) for each in letters if UUID(each.recipient) in active]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)


def _notice(event: AuditEvent, letter: Letter) -> Notice:
    return Notice(
        organisation_id=event.chain_id,
        invoice=letter.invoice,
        assignment=letter.task,
        confidential=bool(letter.invoice and letter.invoice.confidential),
        **_told(event, letter),
    )


def _told(event: AuditEvent, letter: Letter) -> dict[str, object]:
    return {
        "person_id": UUID(letter.recipient),
        "event_id": event.id,
        "kind": letter.template,
        "told_at": event.at,
    }
