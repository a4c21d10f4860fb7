"""What each organisation received in a month, so that a group or a host can divide the cost (rules 1.10)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from omloop.organisations.models import Organisation
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope


@dataclass(frozen=True)
class Used:
    """An organisation and what it received in each month of a year, by the first day of the month."""

    organisation: Organisation
    received: dict[date, int]

    @property
    def total(self) -> int:
        """In the whole year."""
        return sum(self.received.values())


@dataclass(frozen=True)
class Usage:
    """The usage of an environment's organisations in a year, by name."""

    year: int
    rows: list[Used]

    @property
    def received(self) -> dict[date, int]:
        """What all of them received together, by month."""
        return {month: sum(row.received[month] for row in self.rows) for month in months_of(self.year)}

    @property
    def total(self) -> int:
        """All of them, the whole year."""
        return sum(row.total for row in self.rows)


def usage_of(environment_id: UUID, year: int) -> Usage:
    """How many documents each organisation of the environment received; each file counts once.

    By import date. Counts only, so an administrator sees them without seeing a document; confidential ones
    count too, for they cost as much. Two queries; inside a scope that shows the environment.
    """
    counted = _received(environment_id, date(year, 1, 1), date(year + 1, 1, 1))
    organisations = Organisation.objects.filter(environment_id=environment_id).order_by("name", "id")
    rows = [
        Used(place, {month: counted.get((place.id, month), 0) for month in months_of(year)})
        for place in organisations
    ]
    return Usage(year, rows)


def months_of(year: int) -> list[date]:
    """The first days of its twelve months."""
    return [date(year, month, 1) for month in range(1, 13)]


def usage_everywhere(month: date) -> Iterator[tuple[str, Organisation, int]]:
    """Environment, organisation and what it received in the month, for the operator; opens its own scopes."""
    for environment_id in directory.every_environment():
        with tenant_scope(None, [], [environment_id]):
            usage = usage_of(environment_id, month.year)
            for row in usage.rows:
                environment = row.organisation.environment.name
                yield environment, row.organisation, row.received[month]


def _received(environment_id: UUID, first_on: date, before: date) -> dict[tuple[UUID, date], int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM usage_received(%s, %s, %s)", [environment_id, first_on, before])
        return {(organisation_id, month): count for organisation_id, month, count in cursor.fetchall()}
