"""Zwaluw keeps and destroys, told for tests: Sanne does the books, Marit administers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import psycopg
from django.conf import settings
from django.test import Client
from django.urls import reverse

from omloop.intake.files import place_of
from omloop.intake.models import Document
from omloop.invoices.models import Invoice
from omloop.organisations.members import member_scope, system_scope
from omloop.organisations.models import Organisation
from omloop.people.models import Person
from omloop.retention.deciding import confirm_removal, propose_removal
from omloop.retention.going import Reckoning, groups_of, may_go
from omloop.retention.models import Destroyed, Removal
from tests.relocation.farewell import Farewell, signed_in
from tests.world import World

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
TODAY = date(2026, 11, 26)


@dataclass
class Keeping:
    """What Zwaluw has, of which something is old."""

    world: World
    run_jobs: Callable[[], None]
    owner: Callable[[], psycopg.Connection]

    def __post_init__(self) -> None:
        self.farewell = Farewell(self.world, self.run_jobs)

    @property
    def page(self) -> str:
        return reverse("retention", args=[self.world.zwaluw.id])

    def old(self, number: int, year: int = 2018) -> UUID:
        """A real file of then, approved by Anna."""
        document_id = self.farewell.decided(number, datetime(year, 3, 1, 12, tzinfo=UTC))
        self.farewell.date_back(date(year, 2, 1), document_id=document_id)
        return document_id

    def invoice(self, document_id: UUID) -> Invoice:
        with system_scope("test", self.world.zwaluw.id):
            found: Invoice = Invoice.objects.get(document_id=document_id)
            return found

    def path(self, document_id: UUID) -> Path:
        with system_scope("test", self.world.zwaluw.id):
            digest = Document.objects.get(id=document_id).sha256
        return Path(settings.DATA) / place_of(self.world.zwaluw.id, digest)

    def see(self, person: Person) -> str:
        return signed_in(person).get(self.page).content.decode()

    def post(self, person: Person, name: str, *args: UUID, **fields: object) -> str:
        """Send a form and read the page that follows."""
        client: Client = signed_in(person)
        return client.post(reverse(name, args=args), fields, follow=True).content.decode()

    def may_go(self, day: date = TODAY, *, confidential: bool | None = None) -> list[str]:
        with system_scope("test", self.world.zwaluw.id):
            zwaluw = Organisation.objects.get(id=self.world.zwaluw.id)
            on = Reckoning.of(zwaluw, now=datetime(day.year, day.month, day.day, 9, tzinfo=UTC))
            return [f"{each.key}: {each.count}" for each in groups_of(may_go(on, confidential=confidential))]

    def propose(self, *keys: str, by: Person | None = None, confidential: bool = False) -> Removal:
        with member_scope(by or self.world.sanne, now=NOW) as member:
            zwaluw = Organisation.objects.get(id=self.world.zwaluw.id)
            return propose_removal(zwaluw, keys=keys, confidential=confidential, actor=member, now=NOW)

    def confirm(self, removal: Removal, by: Person | None = None) -> None:
        with member_scope(by or self.world.marit, now=NOW) as member:
            confirm_removal(removal, actor=member, now=NOW)

    def removal(self) -> Removal:
        with system_scope("test", self.world.zwaluw.id):
            found: Removal = Removal.objects.order_by("-id")[0]
            return found

    def register(self) -> list[Destroyed]:
        with system_scope("test", self.world.zwaluw.id):
            return list(Destroyed.objects.order_by("import_date", "document_id"))

    def documents(self) -> set[UUID]:
        with system_scope("test", self.world.zwaluw.id):
            return set(Document.objects.values_list("id", flat=True))
