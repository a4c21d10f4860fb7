"""Anna's work at Zwaluw goes to others: what the tests of transfers start from."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from omloop.circulation.models import Assignment
from omloop.organisations.members import Member, member_scope
from omloop.people.models import Person
from omloop.transfers.models import Item, What
from omloop.transfers.preview import Preview, preview_invoices
from omloop.transfers.services import ask_transfer, carry_out
from omloop.transfers.undoing import undo
from omloop.transfers.wish import Conflict, Selection, Wish
from tests.circulation.company import Company, at

MARCH_10 = at("03-10")


@dataclass
class Handing:
    """Marit, the administrator, transfers."""

    company: Company

    @contextmanager
    def marit(self, now: datetime = MARCH_10) -> Iterator[Member]:
        with member_scope(self.company.world.marit, now=now) as member:
            yield member

    def newcomer(self, name: str, group: str = "approver") -> Person:
        """One more member."""
        address = f"{name.split()[0].lower()}@noordgroep.example"
        person = Person.objects.create_user(address, name=name)
        self.company.grant(person, group)
        return person

    def wish(self, left: Person, to: Person, *what: What, **more: Any) -> Wish:
        instead = {
            (self.company.organisation.id, conflict): person.id
            for conflict, person in more.pop("instead", {}).items()
        }
        return Wish(
            person_id=left.id,
            to_id=to.id,
            places=frozenset(more.pop("places", [self.company.organisation.id])),
            what=frozenset(what or [What.INVOICES]),
            instead=instead,
            selection=Selection(**more),
        )

    def preview(self, left: Person, to: Person, **more: Any) -> Preview:
        with self.marit() as marit:
            return preview_invoices(self.wish(left, to, **more), actor=marit, now=MARCH_10)

    def transfer(
        self,
        left: Person,
        to: Person,
        *what: What,
        now: datetime = MARCH_10,
        by: Person | None = None,
        **more: Any,
    ) -> UUID:
        with member_scope(by or self.company.world.marit, now=now) as maker:
            run_id = ask_transfer(wish=self.wish(left, to, *what, **more), actor=maker, now=now)
            carry_out(run_id=run_id, actor=maker, now=now)
            return run_id

    def undo(self, run_id: UUID, *items: UUID, now: datetime = MARCH_10) -> tuple[int, int]:
        with self.marit(now) as marit:
            return undo(run_id=run_id, item_ids=items or None, actor=marit, now=now)

    def items(self, run_id: UUID) -> list[Item]:
        with self.company.system():
            return self.items_within(run_id)

    def items_within(self, run_id: UUID) -> list[Item]:
        """The same, inside a scope."""
        return list(Item.objects.filter(transfer__run_id=run_id).order_by("id"))

    def clashes(self, preview: Preview) -> dict[Conflict, int]:
        """How many at Zwaluw, by conflict."""
        return {conflict: clash.count for (_, conflict), clash in preview.clashes.items()}

    def holder(self, invoice_id: UUID) -> str:
        """First name of who holds the open task, or the name of the group."""
        return name_of(self.company.task(invoice_id))


def name_of(task: Assignment) -> str:
    return (
        str(task.holder.name).split()[0].lower()
        if task.holder
        else str(task.group.name if task.group else "")
    )
