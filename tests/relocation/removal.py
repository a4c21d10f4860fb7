"""Zwaluw on the move: from Noordgroep to an environment of its own, told for tests."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.flow.command_line import take_in
from omloop.intake.models import Channel
from omloop.organisations.members import member_scope, system_member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import DefaultGroup
from omloop.organisations.services import grant
from omloop.people.models import Person
from omloop.relocation.moves import agreeing, proposing
from omloop.relocation.moves.access import Party, party_scope
from omloop.relocation.moves.agreeing import version_of
from omloop.relocation.moves.plans import Consent, MovePlan, Mover, Passenger
from omloop.relocation.moves.situation import Situation
from omloop.tenancy.scope import tenant_scope
from tests.strangers.victim import file
from tests.world import BEGINNING, World, make_person, place

FROM, TO = Consent.Side.FROM, Consent.Side.TO
Choice = Passenger.Choice


@dataclass
class Removal:
    """A plan with its two sides: Marit of Noordgroep, and Yusuf, who will administer the new environment."""

    world: World
    run_jobs: Callable[[], None]
    plan_id: UUID = field(init=False)

    def __post_init__(self) -> None:
        self.marit, self.yusuf = self.world.marit, make_person("Yusuf Demir")
        place(self.yusuf, self.world.zwaluw, DefaultGroup.APPROVER)
        self.grant(self.yusuf, DefaultGroup.ADMINISTRATOR)
        for default in (DefaultGroup.FINANCE, DefaultGroup.CHECKER):
            self.grant(self.yusuf, default)

    def grant(self, person: Person, group: str) -> None:
        with tenant_scope(None, [self.world.zwaluw.id]):
            grant(
                organisation_id=self.world.zwaluw.id, person_id=person.id, group=group, actor=OPERATOR,
                now=BEGINNING,
            )  # fmt: skip

    def propose(self, *organisations: Organisation, to_name: str = "Zwaluw", to_email: str = "") -> UUID:
        """Marit draws the plan up."""
        with member_scope(self.marit, now=timezone.now()) as marit:
            plan = proposing.propose(
                environment_id=self.world.noordgroep_id,
                organisation_ids=[o.id for o in organisations or (self.world.zwaluw,)],
                to_email=to_email or self.yusuf.email,
                to_name=to_name,
                actor=marit,
                now=timezone.now(),
            )
        self.plan_id = plan.id
        return self.plan_id

    @contextmanager
    def at(self, person: Person, plan_id: UUID | None = None) -> Iterator[Party]:
        """This person before the plan, by the address he was given."""
        plan = self.plan(plan_id)
        with party_scope(
            person, environment_id=plan.from_environment_id, plan_id=plan.id, now=timezone.now()
        ) as party:
            yield party

    def arrive(
        self, number: int, organisation: Organisation | None = None, *, confidential: bool = False
    ) -> UUID:
        """A real file comes in, is read and circulates; the document."""
        organisation_id = (organisation or self.world.zwaluw).id
        accepted = take_in(
            organisation_id=organisation_id,
            data=file(number, "MOVE"),
            filename="invoice.xml",
            channel=Channel.COMMAND_LINE,
            actor=system_member("test", organisation_id),
            confidential=confidential,
        )
        assert accepted.document_id
        return accepted.document_id

    def plan(self, plan_id: UUID | None = None) -> MovePlan:
        """As it stands now."""
        with tenant_scope(None, [], self.everywhere()):
            found: MovePlan = MovePlan.objects.select_related("undoes").get(id=plan_id or self.plan_id)
            return found

    def everywhere(self) -> list[UUID]:
        """Both environments of the world, and the new one once there is one."""
        known = [self.world.noordgroep_id, self.world.elsewhere_id]
        with tenant_scope(None, [], known):
            to = MovePlan.objects.exclude(to_environment=None).values_list("to_environment_id", flat=True)
            return [*known, *to]

    def movers(self) -> list[Mover]:
        with tenant_scope(None, [], self.everywhere()):
            return list(Mover.objects.filter(plan_id=self.plan_id).order_by("name"))

    def choose(
        self,
        by: Person | None = None,
        successors: dict[Person, Person] | None = None,
        **choices: str,
    ) -> None:
        """Change some choices by first name, and say who takes over at Zwaluw."""
        people = {**self.world.people, "yusuf": self.yusuf}
        with self.at(by or self.marit) as party:
            held = dict(Situation(party.plan, timezone.now()).choices)
            held |= {people[name].id: choice for name, choice in choices.items()}
            agreeing.choose(
                plan=party.plan,
                choices=held,
                successors={
                    (self.world.zwaluw.id, who.id): after.id for who, after in (successors or {}).items()
                },
                actor=party.member,
                now=timezone.now(),
            )

    def ask(self, by: Person | None = None) -> None:
        with self.at(by or self.marit) as party:
            agreeing.ask(plan=party.plan, actor=party.member, now=timezone.now())

    def consent(self, person: Person, side: str, to_environment_id: UUID | None = None) -> None:
        with self.at(person) as party:
            agreeing.consent(
                plan=party.plan, side=side, version=version_of(party.plan),
                to_environment_id=to_environment_id, actor=party.member, now=timezone.now(),
            )  # fmt: skip

    def agree(self) -> None:
        """Marit sends it, both say yes."""
        self.ask()
        self.consent(self.marit, FROM)
        self.consent(self.yusuf, TO)

    def move(self) -> MovePlan:
        """All of it, the job included."""
        self.agree()
        self.run_jobs()
        return self.plan()
