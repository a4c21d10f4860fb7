"""What the operator of an installation does by command line (rules 1.3)."""

from uuid import UUID

from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.environments.models import Environment
from omloop.environments.services import create_environment
from omloop.kernel.identifiers import is_kvk_number
from omloop.organisations.deactivation import close_account, open_account
from omloop.organisations.locks import lock_rights
from omloop.organisations.models import Organisation
from omloop.organisations.policies import administrators_of
from omloop.organisations.refusals import AdministratorThere, NotAMember
from omloop.organisations.rights import DefaultGroup
from omloop.organisations.services import create_organisation, grant, make_connection_key
from omloop.people.models import Person
from omloop.people.services import add_person
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope


class KvkTaken(ValueError):
    """Another organisation of this installation has this KvK number."""


class NobodyThere(ValueError):
    """No such organisation, person or membership."""


def add_organisation(*, kvk: str, name: str, environment: str, email: str, person_name: str) -> Organisation:
    """Make an organisation, and its environment and administrator where they are not there yet.

    Raises KvkTaken, and ValueError for a KvK number that is not eight digits.
    """
    if not is_kvk_number(kvk):
        raise ValueError(f"a KvK number has eight digits, {kvk!r} has not")
    if directory.organisations_of("kvk", kvk):
        raise KvkTaken(f"KvK {kvk} is in use by an organisation of this installation")
    now = timezone.now()
    person = find_person(email) or add_person(email=email, name=person_name)
    environment_id = _environment_of(person, environment)
    if environment_id is None:
        made = create_environment(name=environment, administrator_id=person.id, actor=OPERATOR, now=now)
        environment_id = made.id
    return create_organisation(
        environment_id=environment_id,
        name=name,
        kvk=kvk,
        administrator_id=person.id,
        actor=OPERATOR,
        now=now,
    )


def make_key(*, kvk: str, email: str, name: str) -> str:
    """The text of a new connection key; raises NobodyThere."""
    person, organisation_ids = find_person(email), directory.organisations_of("kvk", kvk)
    if person is None or not organisation_ids:
        raise NobodyThere(
            f"nobody has the address {email}" if person is None else f"no organisation has KvK {kvk}"
        )
    with tenant_scope(None, organisation_ids):
        try:
            _, text = make_connection_key(
                organisation_id=organisation_ids[0],
                holder=person,
                name=name,
                actor=OPERATOR,
                now=timezone.now(),
            )
        except NotAMember as error:
            raise NobodyThere(str(error)) from error
    return text


def name_administrator(*, kvk: str, email: str) -> Organisation:
    """Name an administrator for an organisation that has none left (rules 1.3).

    Raises NobodyThere, and AdministratorThere while somebody active administers it.
    """
    person, organisation_ids = find_person(email), directory.organisations_of("kvk", kvk)
    if person is None or not organisation_ids:
        raise NobodyThere(
            f"nobody has the address {email}" if person is None else f"no organisation has KvK {kvk}"
        )
    place = organisation_ids[0]
    with tenant_scope(None, [place]):
        lock_rights([place])
        if administrators_of([place])[place]:
            raise AdministratorThere(f"the organisation with KvK {kvk} has an administrator")
        grant(
            organisation_id=place,
            person_id=person.id,
            group=DefaultGroup.ADMINISTRATOR,
            actor=OPERATOR,
            now=timezone.now(),
        )
        found: Organisation = Organisation.objects.get(id=place)
    return found


def switch_account(*, email: str, is_open: bool, even_if_last: bool = False) -> Person:
    """Close or open a person's whole account (rules 1.5); raises NobodyThere and LastAdministrator."""
    person = find_person(email)
    if person is None:
        raise NobodyThere(f"nobody has the address {email}")
    places = directory.organisations_of("person", person.id), directory.environments_of("person", person.id)
    with tenant_scope(None, *places):
        if is_open:
            open_account(person=person, actor=OPERATOR, now=timezone.now())
        else:
            close_account(person=person, actor=OPERATOR, now=timezone.now(), even_if_last=even_if_last)
    return person


def find_person(email: str) -> Person | None:
    """The person with this address, however it is written."""
    return Person.objects.filter(email__iexact=email).first()


def _environment_of(person: Person, name: str) -> UUID | None:
    """The environment of this name in which the person has a place."""
    with tenant_scope(None, [], directory.environments_of("person", person.id)):
        found = Environment.objects.filter(name=name).first()
    return found.id if found else None
