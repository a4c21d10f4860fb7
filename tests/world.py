"""The small named world: Anna approves, Bram stands in, Sanne does the books, Otto is from elsewhere."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from uuid import UUID, uuid4

from django.contrib.auth.hashers import make_password

from omloop.audit.actors import OPERATOR
from omloop.environments.services import create_environment, give_role
from omloop.intake.models import Channel, Document
from omloop.organisations.holding import hold
from omloop.organisations.models import Organisation
from omloop.organisations.rights import DefaultGroup
from omloop.organisations.services import create_organisation, grant
from omloop.people.models import Person
from omloop.people.services import add_person
from omloop.tenancy.scope import tenant_scope

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
PASSWORD = "correct horse battery staple"


@dataclass
class World:
    """Two environments that don't know each other: Noordgroep with two companies, Vuurtoren with one."""

    anna: Person
    bram: Person
    sanne: Person
    marit: Person
    otto: Person
    zwaluw: Organisation
    beheer: Organisation
    vuurtoren: Organisation
    noordgroep_id: UUID
    elsewhere_id: UUID
    database: str = field(default="")

    @property
    def people(self) -> dict[str, Person]:
        """By first name."""
        return {
            p.name.split()[0].lower(): p for p in (self.anna, self.bram, self.sanne, self.marit, self.otto)
        }


def build_world() -> World:
    """Make it through the services, as an operator would."""
    marit, otto = make_person("Marit Hoekstra"), make_person("Otto Vermeer")
    anna, bram, sanne = map(make_person, ("Anna de Vries", "Bram Willems", "Sanne Bakker"))
    group = create_environment(name="Noordgroep", administrator_id=marit.id, actor=OPERATOR, now=BEGINNING)
    other = create_environment(name="Elders", administrator_id=otto.id, actor=OPERATOR, now=BEGINNING)
    zwaluw = make_organisation(group.id, "Zwaluw Techniek B.V.", "90001001", marit)
    beheer = make_organisation(group.id, "Noord Beheer B.V.", "90001002", marit)
    vuurtoren = make_organisation(other.id, "Vuurtoren Horeca B.V.", "90001009", otto)
    for organisation in (zwaluw, beheer):
        place(anna, organisation, DefaultGroup.APPROVER)
        place(bram, organisation, DefaultGroup.APPROVER)
        place(sanne, organisation, DefaultGroup.FINANCE)
    for default in DefaultGroup:
        place(otto, vuurtoren, default)
    return World(anna, bram, sanne, marit, otto, zwaluw, beheer, vuurtoren, group.id, other.id)


def make_person(name: str) -> Person:
    """`Anna de Vries` is anna@noordgroep.example."""
    person = add_person(email=f"{name.split()[0].lower()}@noordgroep.example", name=name)
    person.password = hashed()
    person.digest_days = []  # a digest of the timetable would come between the mails that a test awaits
    person.save(update_fields=["password", "digest_days"])
    return person


@cache
def hashed() -> str:
    """Of `PASSWORD`, as the product hashes it: once, for a good hash takes its time."""
    return make_password(PASSWORD)


def make_organisation(environment_id: UUID, name: str, kvk: str, administrator: Person) -> Organisation:
    """With its first administrator."""
    return create_organisation(
        environment_id=environment_id,
        name=name,
        kvk=kvk,
        administrator_id=administrator.id,
        actor=OPERATOR,
        now=BEGINNING,
    )


def place(person: Person, organisation: Organisation, group: str) -> None:
    """Put a person in a group, and in the environment."""
    with tenant_scope(None, [organisation.id], [organisation.environment_id]):
        grant(
            organisation_id=organisation.id, person_id=person.id, group=group, actor=OPERATOR, now=BEGINNING
        )
        give_role(
            environment_id=organisation.environment_id, person_id=person.id, actor=OPERATOR, now=BEGINNING
        )


def make_document(organisation: Organisation, *, confidential: bool = False) -> Document:
    """A received file without bytes, for tests that look at walls and not at files; inside a scope."""
    hold(organisation.id)
    document: Document = Document.objects.create(
        organisation=organisation,
        sha256=uuid4().hex * 2,
        size=1,
        filename="invoice.xml",
        channel=Channel.UPLOAD,
        received_at=BEGINNING,
        import_date=BEGINNING.date(),
        confidential=confidential,
    )
    return document
