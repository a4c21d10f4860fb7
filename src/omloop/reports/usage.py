"""What an organisation received and had recognised in a month, to divide the cost (rules 1.10)."""

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
    """An organisation and what it received in each month of a year, by the first day of the month; and how
    many of these were PDFs and images that had to be recognised."""

    organisation: Organisation
    received: dict[date, int]
    recognised: dict[date, int]

    @property
    def total(self) -> int:
        """In the whole year."""
        return sum(self.received.values())

    @property
    def total_recognised(self) -> int:
        """Recognised in the whole year."""
        return sum(self.recognised.values())


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

    @property
    def total_recognised(self) -> int:
        """Recognised by all of them, the whole year."""
        return sum(row.total_recognised for row in self.rows)


def usage_of(environment_id: UUID, year: int) -> Usage:
    """How many documents each organisation of the environment received; each file counts once.

    By import date. Counts only, so an administrator sees them without seeing a document; confidential ones
    count too, for they cost as much. Three queries; inside a scope that shows the environment.
    """
    counted, recognised = (_counted(name, environment_id, year) for name in ("received", "recognised"))
    organisations = Organisation.objects.filter(environment_id=environment_id).order_by("name", "id")
    rows = [
        Used(place, *(_by_month(each, place.id, year) for each in (counted, recognised)))
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


def _by_month(counted: dict[tuple[UUID, date], int], organisation_id: UUID, year: int) -> dict[date, int]:
    return {month: counted.get((organisation_id, month), 0) for month in months_of(year)}


def _counted(what: str, environment_id: UUID, year: int) -> dict[tuple[UUID, date], int]:
    """By organisation and month; `what` is the end of a function's name."""
    asked = (str(environment_id), date(year, 1, 1), date(year + 1, 1, 1))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM usage_{what}(%s, %s, %s)", asked)  # noqa: S608 - two names of ours
        return {(organisation_id, month): count for organisation_id, month, count in cursor.fetchall()}
