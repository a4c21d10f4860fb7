"""What the operator of an installation does by command line (rules 1.3)."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.environments.models import Environment
from omloop.environments.services import create_environment
from omloop.kernel.identifiers import compact, is_kvk_number
from omloop.organisations.activation import WAITING, activate, confirm_number, refuse
from omloop.organisations.deactivation import close_account, open_account
from omloop.organisations.locks import lock_rights
from omloop.organisations.models import Activation, Identifier, Organisation
from omloop.organisations.policies import administrators_of
from omloop.organisations.refusals import AdministratorThere, NotAMember
from omloop.organisations.rights import DefaultGroup
from omloop.organisations.services import create_organisation, grant, make_connection_key
from omloop.people.models import Person
from omloop.people.services import add_person
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope


class KvkTaken(ValueError):
    """An organisation of this installation is activated with this KvK number."""


class NobodyThere(ValueError):
    """No such organisation, person or membership."""


class WhichOne(ValueError):
    """Several organisations have this KvK number and none is activated: the message names their ids."""


def add_organisation(*, kvk: str, name: str, environment: str, email: str, person_name: str) -> Organisation:
    """Make an organisation, and its environment and administrator where they are not there yet.

    Raises KvkTaken, and ValueError for a KvK number that is not eight digits.
    """
    if not is_kvk_number(kvk):
        raise ValueError(f"a KvK number has eight digits, {kvk!r} has not")
    found = directory.organisations_of("kvk", compact(kvk))
    if _activated_of(found):
        raise KvkTaken(f"KvK {kvk} is in use by an organisation of this installation that is activated")
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


def organisation_with(number: str) -> UUID:
    """The organisation that a KvK number means: the activated one, else the only one; or that of an id.

    Raises NobodyThere, and WhichOne when several have the number and none is activated.
    """
    by_id = _as_id(number)
    if by_id is not None:
        if by_id not in directory.organisations_of("chain", by_id):
            raise NobodyThere(f"no organisation has the id {number}")
        return by_id
    found = directory.organisations_of("kvk", compact(number))
    if not found:
        raise NobodyThere(f"no organisation has KvK {number}")
    if len(found) == 1:
        return found[0]
    activated = _activated_of(found)
    if not activated:
        raise WhichOne(_question(number, found))
    return activated[0]


def make_key(*, kvk: str, email: str, name: str) -> str:
    """The text of a new connection key; raises NobodyThere and WhichOne."""
    organisation_id, person = organisation_with(kvk), find_person(email)
    if person is None:
        raise NobodyThere(f"nobody has the address {email}")
    with tenant_scope(None, [organisation_id]):
        try:
            _, text = make_connection_key(
                organisation_id=organisation_id,
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

    Raises NobodyThere, WhichOne, and AdministratorThere while somebody active administers it.
    """
    organisation_id, person = organisation_with(kvk), find_person(email)
    if person is None:
        raise NobodyThere(f"nobody has the address {email}")
    with tenant_scope(None, [organisation_id]):
        lock_rights([organisation_id])
        if administrators_of([organisation_id])[organisation_id]:
            raise AdministratorThere(f"the organisation with KvK {kvk} has an administrator")
        grant(
            organisation_id=organisation_id,
            person_id=person.id,
            group=DefaultGroup.ADMINISTRATOR,
            actor=OPERATOR,
            now=timezone.now(),
        )
        named: Organisation = Organisation.objects.get(id=organisation_id)
    return named


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


def _activated_of(organisation_ids: list[UUID]) -> list[UUID]:
    with tenant_scope(None, organisation_ids):
        rows = Activation.objects.filter(
            organisation_id__in=organisation_ids, outcome=Activation.Outcome.ACTIVATED
        )
        return list(rows.values_list("organisation_id", flat=True))


def _question(number: str, organisation_ids: list[UUID]) -> str:
    with tenant_scope(None, organisation_ids):
        names = Organisation.objects.filter(id__in=organisation_ids).order_by("created_at")
        known = ", ".join(f"{found.id} ({found.name})" for found in names)
    return (
        f"{len(organisation_ids)} organisations have KvK {number} and none is activated. "
        f"Name the one you mean by its id: {known}"
    )


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def waiting() -> list[str]:
    """A line for each organisation that waits for the operator: what for, and since when."""
    places = directory.everything(WAITING)
    lines = []
    with tenant_scope(None, places):
        asked = {each.organisation_id: each for each in Activation.objects.filter(outcome="")}
        numbers: dict[UUID, list[str]] = defaultdict(list)
        for identifier in Identifier.objects.filter(organisation_id__in=places, confirmed_at=None):
            numbers[identifier.organisation_id].append(identifier.number)
        for found in Organisation.objects.filter(id__in=places).order_by("created_at"):
            lines.append(_line(found, asked.get(found.id), numbers[found.id]))
    return lines


def _line(found: Organisation, asked: Activation | None, numbers: list[str]) -> str:
    wants = f"activation, asked on {asked.asked_at:%Y-%m-%d}" if asked else "confirmation of a number"
    return "  ".join((found.kvk or "no KvK", str(found.id), found.name, wants, ", ".join(numbers)))


def activate_organisation(number: str) -> str:
    """Activate the organisation that this number means; its name. Raises what `activate` raises."""
    with _at(number) as organisation:
        activate(organisation_id=organisation.id, actor=OPERATOR, now=timezone.now())
        return str(organisation)


def refuse_organisation(number: str, reason: str) -> str:
    """Refuse its activation; its name. Raises what `refuse` raises."""
    with _at(number) as organisation:
        refuse(organisation_id=organisation.id, reason=reason, actor=OPERATOR, now=timezone.now())
        return str(organisation)


def confirm_number_of(number: str, confirmed: str) -> str:
    """Confirm a number of the organisation; its address. Raises what `confirm_number` raises."""
    with _at(number) as organisation:
        found = confirm_number(
            organisation_id=organisation.id, number=compact(confirmed), actor=OPERATOR, now=timezone.now()
        )
        return found.address


@contextmanager
def _at(number: str) -> Iterator[Organisation]:
    organisation_id = organisation_with(number)
    with tenant_scope(None, [organisation_id]):
        yield Organisation.objects.get(id=organisation_id)
