"""The end of Zwaluw, told for tests: Marit speaks for the organisation, Olga for the environment."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.test import Client
from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.environments.models import EnvironmentRole
from omloop.environments.services import give_role
from omloop.flow.command_line import take_in
from omloop.intake.models import Channel
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import Member, member_scope, operator_member, system_member, system_scope
from omloop.organisations.models import Organisation
from omloop.people.models import Person
from omloop.relocation.ending.models import Ending
from omloop.relocation.ending.services import ask_ending, call_off, consent_to_ending, open_ending
from omloop.tenancy.scope import act_in, tenant_scope
from tests.circulation.company import Company
from tests.strangers.victim import file
from tests.world import BEGINNING, World, make_person


@dataclass
class Farewell:
    """Zwaluw of Noordgroep, whose environment Olga administers; she is no member of Zwaluw."""

    world: World
    run_jobs: Callable[[], None]
    olga: Person = field(init=False)
    has_rule: bool = False

    def __post_init__(self) -> None:
        self.olga = make_person("Olga Smit")
        with tenant_scope(None, [], [self.world.noordgroep_id]):
            give_role(
                environment_id=self.world.noordgroep_id,
                person_id=self.olga.id,
                role=EnvironmentRole.Role.ADMINISTRATOR,
                actor=OPERATOR,
                now=BEGINNING,
            )

    @contextmanager
    def at(self, person: Person, now: datetime) -> Iterator[tuple[Organisation, Member]]:
        """This person at Zwaluw's end."""
        with member_scope(person, now=now) as member:
            act_in(self.world.zwaluw.id)
            yield Organisation.objects.get(id=self.world.zwaluw.id), member

    def ask(self, kind: str, by: Person | None = None, now: datetime | None = None, **to: object) -> Ending:
        now = now or timezone.now()
        with self.at(by or self.world.marit, now) as (zwaluw, member):
            return ask_ending(zwaluw, kind=kind, actor=member, now=now, **to)  # type: ignore[arg-type]

    def consent(self, ending: Ending, by: Person | None = None, now: datetime | None = None) -> Ending:
        now = now or timezone.now()
        with self.at(by or self.olga, now) as (zwaluw, member):
            return consent_to_ending(zwaluw, ending_id=ending.id, actor=member, now=now)

    def call_off(self, ending: Ending, by: Person) -> Ending:
        with self.at(by, timezone.now()) as (zwaluw, member):
            return call_off(zwaluw, ending_id=ending.id, actor=member, now=timezone.now())

    def close(self, **to: object) -> Ending:
        """Both agree that it closes."""
        return self.consent(self.ask("close", **to))

    def agree_to_delete(self) -> Ending:
        """Both agree that what may go goes, after the export."""
        asked = self.ask("delete")
        self.run_jobs()
        return self.consent(asked)

    def under_way(self) -> Ending | None:
        with tenant_scope(None, [self.world.zwaluw.id]):
            return open_ending(self.world.zwaluw.id)

    def ending(self, ending: Ending) -> Ending:
        """As it stands now."""
        with tenant_scope(None, [self.world.zwaluw.id]):
            found: Ending = Ending.objects.get(id=ending.id)
            return found

    def arrive(self, number: int, received_at: datetime, organisation: Organisation | None = None) -> UUID:
        """A real file, that came in at some moment."""
        organisation_id = (organisation or self.world.zwaluw).id
        accepted = take_in(
            organisation_id=organisation_id,
            data=file(number, "EIND"),
            filename=f"{number}.xml",
            channel=Channel.COMMAND_LINE,
            actor=operator_member(organisation_id),
            received_at=received_at,
        )
        assert accepted.document_id
        return accepted.document_id

    def decided(self, number: int, received_at: datetime) -> UUID:
        """The same, and Anna approved it."""
        company = Company(self.world, self.world.zwaluw)
        if not self.has_rule:
            company.rule(("approve", self.world.anna))
            self.has_rule = True
        document_id = self.arrive(number, received_at)
        with system_scope("test", self.world.zwaluw.id):
            invoice_id = Invoice.objects.get(document_id=document_id).id
        company.decide(self.world.anna, invoice_id, "approve")
        return document_id

    def date_back(self, issued_on: date, **which: object) -> None:
        """Zwaluw's invoices, or these, are from then by their own word too."""
        with system_scope("test", self.world.zwaluw.id):
            hold(self.world.zwaluw.id)
            Invoice.objects.filter(**which).update(issued_on=issued_on)

    def late(self, data: bytes) -> str:
        """Something comes in after all; what became of it."""
        return take_in(
            organisation_id=self.world.zwaluw.id,
            data=data,
            filename="laat.xml",
            channel=Channel.COMMAND_LINE,
            actor=system_member("test", self.world.zwaluw.id),
        ).outcome


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client
