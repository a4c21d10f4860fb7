"""What each organisation received, had recognised and sent in a month, to divide the cost (rules 1.10)."""

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
    """An organisation and what it received and sent in each month of a year, by the month's first day.

    Recognised are the PDFs and images among the received.
    """

    organisation: Organisation
    received: dict[date, int]
    recognised: dict[date, int]
    sent: dict[date, int]

    @property
    def total(self) -> int:
        """Received in the whole year."""
        return sum(self.received.values())

    @property
    def total_recognised(self) -> int:
        """Recognised in the whole year."""
        return sum(self.recognised.values())

    @property
    def total_sent(self) -> int:
        """Sent in the whole year."""
        return sum(self.sent.values())


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
    def sent(self) -> dict[date, int]:
        """What all of them sent together, by month."""
        return {month: sum(row.sent[month] for row in self.rows) for month in months_of(self.year)}

    @property
    def total(self) -> int:
        """Received by all of them, the whole year."""
        return sum(row.total for row in self.rows)

    @property
    def total_recognised(self) -> int:
        """Recognised by all of them, the whole year."""
        return sum(row.total_recognised for row in self.rows)

    @property
    def total_sent(self) -> int:
        """Sent by all of them, the whole year."""
        return sum(row.total_sent for row in self.rows)


def usage_of(environment_id: UUID, year: int) -> Usage:
    """How many documents each organisation received, had recognised and sent; each file counts once.

    By import date, and by the day of sending. Counts only, so an administrator sees them without seeing a
    document; confidential ones count too, for they cost as much. Four queries; inside a scope that shows
    the environment.
    """
    counted = [_counted(kind, environment_id, year) for kind in ("received", "recognised", "sent")]
    organisations = Organisation.objects.filter(environment_id=environment_id).order_by("name", "id")
    months = months_of(year)
    rows = [
        Used(place, *({month: each.get((place.id, month), 0) for month in months} for each in counted))
        for place in organisations
    ]
    return Usage(year, rows)


def months_of(year: int) -> list[date]:
    """The first days of its twelve months."""
    return [date(year, month, 1) for month in range(1, 13)]


def usage_everywhere(month: date) -> Iterator[tuple[str, Used]]:
    """Each environment's name and what its organisations used, for the operator; opens its own scopes."""
    for environment_id in directory.every_environment():
        with tenant_scope(None, [], [environment_id]):
            usage = usage_of(environment_id, month.year)
            for row in usage.rows:
                yield row.organisation.environment.name, row


def _counted(kind: str, environment_id: UUID, year: int) -> dict[tuple[UUID, date], int]:
    """By organisation and month; `kind` is the end of a function's name."""
    asked = (str(environment_id), date(year, 1, 1), date(year + 1, 1, 1))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM usage_{kind}(%s, %s, %s)", asked)  # noqa: S608 - three names of ours
        return {(organisation_id, month): count for organisation_id, month, count in cursor.fetchall()}
