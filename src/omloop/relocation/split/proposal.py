"""Proposing how to split an environment: by who owns a company, and by who works where (rules 6.1)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from uuid import UUID

from omloop.environments.models import EnvironmentRole
from omloop.organisations.models import STILL, Organisation, Share
from omloop.organisations.rights import Right
from omloop.relocation.rights.standing import Standing
from omloop.relocation.split.services import BOTH, party_by_places

NUMBERS = ("1", "2")
LEGAL_FORMS = (" B.V.", " N.V.", " BV", " NV")


def propose_parties(organisations: Sequence[Organisation], standing: Standing) -> dict[str, str]:
    """The form of the wizard filled in, to be changed by hand.

    The two top companies with the largest groups are the parties, each with what it owns; what both own, and
    what neither owns, is of both. Nothing is proposed where fewer than two companies stand at the top.
    """
    below = _owned_by(organisations)
    owned = {company for companies in below.values() for company in companies}
    tops = [each for each in organisations if each.id not in owned]
    groups = {top.id: set(_all_below(top.id, below)) for top in tops}
    first_two = sorted(tops, key=lambda top: (-len(groups[top.id]), top.name))[:2]
    if len(first_two) < 2:
        return {}
    one, other = (groups[top.id] for top in first_two)
    places = (one - other, other - one)
    sides = {f"organisation_{each.id}": _side_of(each.id, places) or BOTH for each in organisations}
    names = {f"name_{number}": _short(top.name) for number, top in zip(NUMBERS, first_two, strict=True)}
    return names | sides | _people(standing, [sorted(each) for each in places])


def _owned_by(organisations: Collection[Organisation]) -> dict[UUID, list[UUID]]:
    """By parent, the companies of the environment in which it holds a share."""
    here = [each.id for each in organisations]
    below: dict[UUID, list[UUID]] = {}
    rows = Share.objects.filter(STILL, organisation_id__in=here, parent_id__in=here)
    for parent, company in rows.values_list("parent_id", "organisation_id"):
        below.setdefault(parent, []).append(company)
    return below


def _all_below(company: UUID, below: Mapping[UUID, Collection[UUID]]) -> Iterator[UUID]:
    """This company and all that it owns; nobody owns himself in a circle."""
    yield company
    for each in below.get(company, ()):
        yield from _all_below(each, below)


def _side_of(organisation_id: UUID, places: Sequence[Collection[UUID]]) -> str:
    return next((n for n, side in zip(NUMBERS, places, strict=True) if organisation_id in side), "")


def _short(name: str) -> str:
    for form in LEGAL_FORMS:
        name = name.removesuffix(form)
    return name[:60]


def _people(standing: Standing, places: Sequence[Sequence[UUID]]) -> dict[str, str]:
    """Everybody goes where he has rights, and each party gets an administrator of its own."""
    people = {person for person, _place in standing.places} | set(standing.roles)
    found = {person: party_by_places(person, places, standing) for person in people}
    proposed = {f"person_{person}": BOTH if side is None else NUMBERS[side] for person, side in found.items()}
    taken: set[UUID] = set()
    for at, number in enumerate(NUMBERS):
        able = [p for p in standing.roles if found[p] in (at, None) and p not in standing.resting | taken]
        if able:
            best = max(able, key=lambda p: (_fitness(p, found[p] == at, places[at], standing), str(p)))
            proposed[f"administrator_{number}"] = str(best)
            taken.add(best)
    return proposed


def _fitness(
    person: UUID, is_its_own: bool, places: Sequence[UUID], standing: Standing
) -> tuple[bool, bool, int, int]:
    """Who administers already comes first, then who belongs to this party alone and may do most there."""
    is_administrator = standing.roles.get(person) == EnvironmentRole.Role.ADMINISTRATOR
    rights = [standing.rights((person, place)) for place in places]
    manages = sum(Right.MANAGE_MEMBERS in each for each in rights)
    return is_administrator, is_its_own, manages, sum(Right.APPROVE in each for each in rights)
