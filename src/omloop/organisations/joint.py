"""Two holdings that don't see each other and one joint company that both see (rules 1.6).

The plan names the parties; its effect is computed before anything is saved, from the members that the chosen
organisations have and those that they would get. What makes the holdings blind for each other is that nobody
of one is a member of the other: the shares themselves give no right.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from omloop.organisations.founding import Company, add_organisation
from omloop.organisations.locks import lock_rights
from omloop.organisations.members import Member, read_member
from omloop.organisations.models import GroupMember, Organisation
from omloop.organisations.refusals import WizardRefused
from omloop.organisations.rights import RIGHTS_OF, DefaultGroup, Right
from omloop.organisations.services import grant
from omloop.organisations.shares import Part, set_parents
from omloop.people.models import Person

JOINT = "joint"
NEEDED = (Right.MANAGE_MEMBERS, Right.MANAGE_SETTINGS)
"""What one holds in an organisation that the wizard arranges; in a new one its maker holds both."""
SEEING = {Right.VIEW_ALL, Right.VIEW_OWN}
MANAGES, SEES, BOTH = "manages", "sees", "both"


@dataclass(frozen=True)
class Place:
    """An organisation that is there, or the company that will be one."""

    organisation_id: UUID | None = None
    company: Company | None = None


@dataclass(frozen=True)
class Party:
    """One side: its holding, its share in the joint company, who administers and who works there."""

    key: str
    holding: Place
    percent: Decimal
    administrators: frozenset[UUID]
    people: frozenset[UUID]
    group: str

    def grants(self) -> set[tuple[UUID, str]]:
        """Who gets which group, in his holding and in the joint company."""
        administrators = {(person, str(DefaultGroup.ADMINISTRATOR)) for person in self.administrators}
        return administrators | {(person, self.group) for person in self.people}


@dataclass(frozen=True)
class Plan:
    """What the wizard will do."""

    environment_id: UUID
    joint: Place
    parties: tuple[Party, Party]

    def places(self) -> dict[str, Place]:
        """The three organisations, by key."""
        return {**{party.key: party.holding for party in self.parties}, JOINT: self.joint}


@dataclass(frozen=True)
class EffectRow:
    """What one person can do in each of the three afterwards: `manages`, `sees`, `both` or nothing; and
    whether he sees both holdings."""

    person: Person
    reach: dict[str, str]
    crosses: bool


def effect_of(plan: Plan, *, actor: Member, now: datetime) -> list[EffectRow]:
    """Who sees and manages what once the plan is carried out, by name; raises WizardRefused."""
    check(plan, actor=actor)
    reach: dict[UUID, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for key, place in plan.places().items():
        if place.organisation_id is None and actor.person_id:
            reach[actor.person_id][key].add(MANAGES)
    _add_members(plan, reach, now)
    for party in plan.parties:
        for person_id, group in party.grants():
            for key in (party.key, JOINT):
                reach[person_id][key] |= _words(RIGHTS_OF[group])
    people = Person.objects.filter(id__in=reach).order_by("name", "id")
    return [_row(person, reach[person.id], plan) for person in people]


def _add_members(plan: Plan, reach: dict[UUID, dict[str, set[str]]], now: datetime) -> None:
    """Those who are there already."""
    keys = {place.organisation_id: key for key, place in plan.places().items() if place.organisation_id}
    rows = GroupMember.objects.at(now).filter(organisation_id__in=keys, group__rights__valid__contains=now)
    for place, person, right in rows.values_list("organisation_id", "person_id", "group__rights__right"):
        reach[person][keys[place]] |= _words({right})


def _words(rights: Collection[str]) -> set[str]:
    held = set(rights)
    return ({SEES} if held & SEEING else set()) | ({MANAGES} if Right.MANAGE_MEMBERS in held else set())


def _row(person: Person, reach: dict[str, set[str]], plan: Plan) -> EffectRow:
    said = {key: BOTH if len(held) > 1 else next(iter(held)) for key, held in reach.items() if held}
    crosses = all(SEES in reach.get(party.key, set()) for party in plan.parties)
    return EffectRow(person, said, crosses)


def check(plan: Plan, *, actor: Member) -> None:
    """Raise RightMissing for an organisation he may not arrange, NumberImpossible for a new one's number,
    WizardRefused for a plan that can't be."""
    for place in plan.places().values():
        if place.company:
            place.company.numbers()
        for right in NEEDED if place.organisation_id else ():
            actor.demand(right, place.organisation_id)  # type: ignore[arg-type]
    chosen = [place.organisation_id for place in plan.places().values() if place.organisation_id]
    if len(set(chosen)) < len(chosen):
        raise WizardRefused("joint", "three different organisations are needed")
    first, second = plan.parties
    if first.percent + second.percent > 100:
        raise WizardRefused("percent", "together more than 100%")
    if (first.administrators | first.people) & (second.administrators | second.people):
        raise WizardRefused("people", "somebody stands at both parties")
    for party in plan.parties:
        if not party.administrators:
            raise WizardRefused("administrators", "each party needs an administrator")
        if actor.person_id in party.people or (
            actor.person_id in party.administrators and party.holding.organisation_id
        ):
            raise WizardRefused("own", "nobody gives himself rights")


def carry_out(plan: Plan, *, actor: Member, now: datetime) -> UUID:
    """Make what is not there, set the shares, grant; the id of the joint company.

    All or nothing: it runs in the scope of the request. Raises what `check`, `add_organisation` and
    `set_parents` raise.
    """
    check(plan, actor=actor)
    lock_rights([place.organisation_id for place in plan.places().values() if place.organisation_id])
    made = {key: _ensure(plan, place, actor, now) for key, place in plan.places().items()}
    actor = _read_again(actor, now)
    parts = [Part(party.percent, parent_id=made[party.key]) for party in plan.parties]
    set_parents(organisation_id=made[JOINT], parts=parts, actor=actor, now=now)
    for party in plan.parties:
        for person_id, group in sorted(party.grants()):
            for key in (party.key, JOINT):
                if person_id != actor.person_id:  # He is its administrator by having made it.
                    grant(organisation_id=made[key], person_id=person_id, group=group, actor=actor, now=now)
    return made[JOINT]


def _ensure(plan: Plan, place: Place, actor: Member, now: datetime) -> UUID:
    if place.organisation_id:
        return place.organisation_id
    assert place.company is not None  # noqa: S101 - a place is one or the other
    made: Organisation = add_organisation(
        environment_id=plan.environment_id, company=place.company, actor=actor, now=now
    )
    return made.id


def _read_again(actor: Member, now: datetime) -> Member:
    """With the rights in what he has just made."""
    person = Person.objects.get(id=actor.person_id or UUID(int=0))
    return read_member(person, now=now, origin=actor.origin)
