"""What is open with somebody who goes away, and what his substitutes have for him (rules 3.15, 4.3, 4.8)."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from omloop.absences.queries import Absence
from omloop.circulation.models import BY_DUE_DATE, Assignment
from omloop.circulation.reading.sheet import signed
from omloop.kernel.money import Money
from omloop.people.models import Person

MOST = 200
"""Tasks on a page, the most urgent first."""
RELATED = ("invoice", "organisation", "holder", "step")


@dataclass(frozen=True)
class OpenTask:
    """One task: of which invoice, who would get it or has it, and whether it came in during the absence."""

    task: Assignment
    person: Person
    is_of_period: bool

    @property
    def amount(self) -> Money | None:
        """What the invoice comes to."""
        invoice = self.task.invoice
        return signed(invoice.with_vat, invoice.currency, invoice.kind)


def open_before(absence: Absence) -> list[OpenTask]:
    """What waits for the absent one himself, with the substitute who would get it, by due date."""
    covers = {cover.organisation_id: cover for cover in absence.covers}
    tasks = Assignment.objects.filter(
        organisation_id__in=covers, holder=absence.person, ended_at=None
    ).select_related(*RELATED)
    return [
        OpenTask(
            task,
            covers[task.organisation_id].substitute,
            covers[task.organisation_id].as_cover().contains(task.invoice.import_date),
        )
        for task in tasks.order_by(BY_DUE_DATE, "id")[:MOST]
    ]


def count_open(person_id: UUID, organisation_ids: Collection[UUID]) -> int:
    """How many tasks wait for him himself there."""
    waiting = Assignment.objects.filter(holder_id=person_id, ended_at=None)
    return int(waiting.filter(organisation_id__in=organisation_ids).count())


def stood_in_for(person: Person) -> list[OpenTask]:
    """The open tasks that substitutes have for him, by due date."""
    tasks = Assignment.objects.filter(for_person=person, holder__isnull=False, ended_at=None)
    rows = tasks.select_related(*RELATED).order_by(BY_DUE_DATE, "id")[:MOST]
    return [OpenTask(task, task.holder, False) for task in rows if task.holder]


def ticked(values: Collection[str]) -> list[UUID]:
    """The ids of a form's ticks; what is none counts as not ticked."""
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found
