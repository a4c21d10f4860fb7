"""What waits for a member as plain facts, for the API and the command line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from omloop.circulation.models import Step
from omloop.circulation.reading.worklist import Row, worklist
from omloop.circulation.routing.why import explain, read_names
from omloop.circulation.who.asked_once import answers_asked
from omloop.environments.models import Environment
from omloop.invoices.models import Invoice
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation


@dataclass(frozen=True)
class Entry:
    """A task with its invoice's document and import date, why it is there in full, and for whom."""

    row: Row
    document_id: UUID
    import_date: date
    environment: str
    why: str

    @property
    def amount(self) -> str | None:
        """With VAT, as it stands on the invoice: "1234.56"."""
        return None if self.row.amount is None else f"{self.row.amount:.2f}"


def entries_of(rows: Sequence[Row]) -> list[Entry]:
    """The rows with what else is told about them, in five queries."""
    invoices = Invoice.objects.in_bulk([row.invoice_id for row in rows])
    environments = _environments({row.organisation_id for row in rows})
    names = read_names(row.why for row in rows)
    return [
        Entry(
            row=row,
            document_id=invoices[row.invoice_id].document_id,
            import_date=invoices[row.invoice_id].import_date,
            environment=environments[row.organisation_id],
            why=" ".join(explain(row.why, names)),
        )
        for row in rows
    ]


def actions_asked(rows: Sequence[Row], member: Member, *, now: datetime) -> dict[UUID, str]:
    """By step, the action with which the member, who has these tasks, answers each (see `answers_asked`)."""
    steps = Step.objects.in_bulk([row.step_id for row in rows])
    tasks = [(steps[row.step_id], row.for_person_id) for row in rows]
    return answers_asked(tasks, person_id=member.person_id, now=now) if member.person_id else {}


def all_entries(member: Member, *, today: date) -> Iterator[Entry]:
    """Everything that waits for the member, by due date, page after page."""
    page = worklist(member, today=today)
    yield from entries_of(page.rows)
    while page.following is not None:
        page = worklist(member, today=today, after=page.following)
        yield from entries_of(page.rows)


def _environments(organisation_ids: set[UUID]) -> dict[UUID, str]:
    """The environment's name by organisation; empty where this scope does not see it."""
    places = dict(Organisation.objects.filter(id__in=organisation_ids).values_list("id", "environment_id"))
    names = dict(Environment.objects.filter(id__in=places.values()).values_list("id", "name"))
    return {place: names.get(environment, "") for place, environment in places.items()}
