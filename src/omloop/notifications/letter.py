"""What a mail is: to whom, with which words, and by which link."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from omloop.circulation.models import Assignment
from omloop.environments.models import EnvironmentRole
from omloop.invoices.models import Invoice
from omloop.organisations.activity import acts, not_ended
from omloop.organisations.models import GroupMember
from omloop.organisations.rights import Right
from omloop.people.models import Person


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A mail to one person or address; `template` lies in `notifications/`.

    `link` is called by the job that sends, in the scope of the event's chain: a secret that it makes is in
    no queue and no trail. `invoice` and `task` are what it speaks of: the notice in the app points to them.
    """

    to: str
    language: str
    template: str
    words: dict[str, Any]
    link: Callable[[], str]
    recipient: str = ""
    invoice: Invoice | None = None
    task: Assignment | None = None


def to_person(
    person: Person,
    template: str,
    words: dict[str, Any],
    link: str,
    *,
    invoice: Invoice | None = None,
    task: Assignment | None = None,
) -> Letter:
    """A mail to somebody who has an account, in his language."""
    return Letter(
        to=person.email,
        language=person.language,
        template=template,
        words={**words, "name": person.name},
        link=lambda: link,
        recipient=str(person.id),
        invoice=invoice,
        task=task,
    )


def name_of(person_id: UUID | None) -> str:
    """What he is called; empty for nobody, and for who was deactivated."""
    return next((person.name for person in people_of(person_id)), "")


def people_of(person_id: UUID | None) -> Iterator[Person]:
    """The person with this id, unless deactivated; the event of a system names nobody."""
    if person_id is not None:
        yield from Person.objects.filter(id=person_id, is_active=True)


def who_may(right: Right, organisation_ids: Iterable[UUID]) -> QuerySet[Person]:
    """Who acts and holds a right now in one of these organisations."""
    held = GroupMember.objects.filter(
        acts(),
        not_ended(),
        not_ended("group__rights__valid"),
        organisation_id__in=list(organisation_ids),
        group__rights__right=right,
    )
    found: QuerySet[Person] = Person.objects.filter(id__in=held.values("person_id"), is_active=True)
    return found.order_by("id")


def administrators(environment_id: UUID) -> Iterator[Person]:
    """Who administers an environment now, in a scope that shows it."""
    held = EnvironmentRole.objects.filter(
        environment_id=environment_id, role=EnvironmentRole.Role.ADMINISTRATOR, valid__upper_inf=True
    )
    yield from Person.objects.filter(id__in=held.values("person_id"), is_active=True).order_by("id")
