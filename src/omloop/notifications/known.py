"""What a page of notices speaks of, read set by set: a query a table, however many notices there are."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import models

from omloop.audit.models import AuditEvent
from omloop.environments.models import Environment
from omloop.invoices.models import Invoice
from omloop.invoices.queries import visible_to
from omloop.notifications.notices import Row
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.people.models import Person


@dataclass
class Known:
    """The events of these notices, and the rows that they name by id; as the member may see them.

    What is gone, or not his to see, is missing: looking it up raises KeyError.
    """

    rows: Sequence[Row]
    member: Member

    def __post_init__(self) -> None:
        self._tables: dict[type[models.Model], dict[UUID, Any]] = {}
        self._read: dict[Callable[[Known], dict[UUID, str]], dict[UUID, str]] = {}

    @cached_property
    def events(self) -> dict[UUID, AuditEvent]:
        """By id."""
        return AuditEvent.objects.in_bulk({row.event_id for row in self.rows})

    @cached_property
    def invoices(self) -> dict[UUID, Invoice]:
        """Those that he sees."""
        wanted = {row.about_id for row in self.rows if row.about_id}
        return {each.id: each for each in visible_to(self.member).filter(id__in=wanted)} if wanted else {}

    def table(self, model: type[models.Model], *related: str) -> dict[UUID, Any]:
        """The rows of a table that the events name anywhere, in one query."""
        if model not in self._tables:
            manager: models.Manager[Any] = model._default_manager
            found = manager.filter(pk__in=self._ids)
            found = found.select_related(*related) if related else found  # without names it joins all
            self._tables[model] = {row.pk: row for row in found}
        return self._tables[model]

    def person(self, person_id: UUID | None) -> str:
        """The name; empty for nobody."""
        return self.table(Person)[person_id].name if person_id else ""

    def place(self, chain_id: UUID) -> str:
        """The name of an organisation or environment."""
        found = self.table(Organisation).get(chain_id) or self.table(Environment)[chain_id]
        return str(found.name)

    def once(self, read: "Callable[[Known], dict[UUID, str]]") -> dict[UUID, str]:
        """What this function reads, read once for the whole page."""
        if read not in self._read:
            self._read[read] = read(self)
        return self._read[read]

    @cached_property
    def _ids(self) -> set[UUID]:
        return {each for event in self.events.values() for each in _named(event)}


def _named(event: AuditEvent) -> Iterator[UUID]:
    """Every id that stands in an event."""
    yield from filter(None, (event.chain_id, event.subject_id, event.person_id, event.for_person_id))
    for value in event.detail.values():
        if isinstance(value, str) and len(value) == 36:
            try:
                yield UUID(value)
            except ValueError:
                continue
