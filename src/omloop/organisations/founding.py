"""Making an organisation: with its groups, its numbers and its first administrator (rules 1.3, 1.7)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from omloop.audit.actors import Actor
from omloop.audit.services import record
from omloop.environments.models import Environment
from omloop.organisations.away import note_if_away
from omloop.organisations.members import Member
from omloop.organisations.models import (
    Group,
    GroupMember,
    GroupRight,
    Identifier,
    Membership,
    Organisation,
)
from omloop.organisations.numbers import compact
from omloop.organisations.refusals import MayNotAdd, NumberThere
from omloop.organisations.rights import RIGHTS_OF, DefaultGroup
from omloop.tenancy import directory
from omloop.tenancy.history import since
from omloop.tenancy.scope import new_organisation_id

SCHEMES = {"kvk": "0106", "vat": "9944", "oin": "0190", "gln": "0088"}
"""The fields of `Company` that are numbers, and the scheme of each."""


@dataclass(frozen=True, kw_only=True)
class Company:
    """What is known of a company when it is added; every number as it was typed."""

    name: str
    kvk: str = ""
    vat: str = ""
    oin: str = ""
    gln: str = ""
    kind: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""

    def numbers(self) -> dict[str, str]:
        """Its numbers by scheme; raises NumberImpossible for one that can't exist."""
        given = {scheme: getattr(self, name) for name, scheme in SCHEMES.items()}
        return {scheme: compact(scheme, number) for scheme, number in given.items() if number}


def add_organisation(*, environment_id: UUID, company: Company, actor: Member, now: datetime) -> Organisation:
    """Add an organisation to an environment; who adds it is its first administrator.

    Raises MayNotAdd, NumberImpossible, and NumberThere when the environment has the KvK number already.
    """
    if environment_id not in actor.adds_to or actor.person_id is None:
        raise MayNotAdd("you may not add organisations to this environment")
    kvk = company.numbers().get(Identifier.Scheme.KVK)
    Environment.objects.select_for_update().get(id=environment_id)
    if kvk and Organisation.objects.filter(environment_id=environment_id, kvk=kvk).exists():
        raise NumberThere(kvk)
    return found(
        environment_id=environment_id,
        company=company,
        administrator_id=actor.person_id,
        actor=actor,
        now=now,
    )


def found(
    *, environment_id: UUID, company: Company, administrator_id: UUID, actor: Actor, now: datetime
) -> Organisation:
    """Make the organisation inside the scope of this moment, which sees it from here on."""
    numbers = company.numbers()
    organisation = Organisation(
        id=new_organisation_id(),
        environment_id=environment_id,
        name=company.name,
        kvk=numbers.get(Identifier.Scheme.KVK, ""),
        kind=company.kind,
        street=company.street,
        postal_code=company.postal_code,
        city=company.city,
        created_at=now,
    )
    organisation.save(force_insert=True)
    directory.enter("chain", organisation.id, organisation_id=organisation.id)
    if organisation.kvk:
        directory.enter("kvk", organisation.kvk, organisation_id=organisation.id)
    Identifier.objects.bulk_create(
        Identifier(organisation=organisation, scheme=scheme, number=number, added_at=now)
        for scheme, number in numbers.items()
    )
    make_default_groups(organisation.id, now=now)
    record("organisation.created", actor=actor, chain_id=organisation.id, subject_id=organisation.id, at=now)
    _place_first_administrator(organisation.id, administrator_id, actor, now)
    return organisation


def make_default_groups(organisation_id: UUID, *, now: datetime) -> None:
    """The five groups of rules 1.4, with their rights as rows."""
    groups = [
        Group(organisation_id=organisation_id, name=default.value, default=default.value)
        for default in DefaultGroup
    ]
    Group.objects.bulk_create(groups)
    GroupRight.objects.bulk_create(
        GroupRight(organisation_id=organisation_id, group=group, right=right, valid=since(now))
        for group in groups
        for right in sorted(RIGHTS_OF[group.default])
    )


def _place_first_administrator(organisation_id: UUID, person_id: UUID, actor: Actor, now: datetime) -> None:
    """Not by `grant`: nobody gives himself rights, but whoever founds begins as administrator (rules 1.3)."""
    group = Group.objects.get(organisation_id=organisation_id, default=DefaultGroup.ADMINISTRATOR)
    detail = {"group": DefaultGroup.ADMINISTRATOR.value}
    Membership.objects.create(organisation_id=organisation_id, person_id=person_id, valid=since(now))
    GroupMember.objects.create(
        organisation_id=organisation_id, group=group, person_id=person_id, valid=since(now)
    )
    directory.enter("person", person_id, organisation_id=organisation_id)
    record(
        "rights.granted",
        actor=actor,
        chain_id=organisation_id,
        subject_id=person_id,
        at=now,
        detail=detail,
    )
    note_if_away(organisation_id, person_id, detail, actor=actor, now=now)
