"""Who owns a company (rules 1.6): its parents and their shares, set together, each change as history."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from omloop.audit.services import record
from omloop.environments.models import Environment
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.models import STILL, Organisation, Share
from omloop.organisations.refusals import Circle, ParentElsewhere, ParentTwice, TooMuch
from omloop.organisations.rights import Right
from omloop.tenancy.history import since

WHOLE = Decimal(100)
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Part:
    """A share in percent of a parent: an organisation of the environment, or a name from outside."""

    percent: Decimal
    parent_id: UUID | None = None
    parent_name: str = ""


def set_parents(*, organisation_id: UUID, parts: Collection[Part], actor: Member, now: datetime) -> None:
    """These are the parents from now on; shares that stay the same go on. It gives nobody a right.

    Raises RightMissing, TooMuch, ParentTwice, ParentElsewhere and Circle. The environment is locked, so that
    two changes at once can't make a circle; the database checks both at commit once more.
    """
    actor.demand(Right.MANAGE_SETTINGS, organisation_id)
    hold({organisation_id, *(part.parent_id for part in parts if part.parent_id)})
    organisation = Organisation.objects.get(id=organisation_id)
    Environment.objects.select_for_update(no_key=True).get(id=organisation.environment_id)
    _check(organisation, parts)
    held = {
        Part(share.percent, share.parent_id, share.parent_name): share
        for share in Share.objects.filter(STILL, organisation=organisation)
    }
    wanted = {replace(part, percent=part.percent.quantize(CENT)) for part in parts}
    if wanted == set(held):
        return
    gone = [share.id for part, share in held.items() if part not in wanted]
    Share.objects.filter(id__in=gone).end(now)
    Share.objects.bulk_create(
        Share(organisation=organisation, valid=since(now), **vars(part)) for part in wanted - set(held)
    )
    record(
        "group.parents_set",
        actor=actor,
        chain_id=organisation_id,
        subject_id=organisation_id,
        at=now,
        detail={"parents": [_as_text(part) for part in sorted(wanted, key=_as_text)]},
    )


def _check(organisation: Organisation, parts: Collection[Part]) -> None:
    if sum((part.percent for part in parts), Decimal(0)) > WHOLE:
        raise TooMuch(str(organisation))
    if len({part.parent_id or part.parent_name.casefold() for part in parts}) < len(parts):
        raise ParentTwice(str(organisation))
    parents = {part.parent_id for part in parts if part.parent_id}
    inside = Organisation.objects.filter(id__in=parents, environment_id=organisation.environment_id)
    if inside.count() < len(parents):
        raise ParentElsewhere(str(organisation))
    if organisation.id in all_above(parents, _parents_in(organisation.environment_id)):
        raise Circle(str(organisation))


def all_above(start: Iterable[UUID], parents: Mapping[UUID, Collection[UUID]]) -> set[UUID]:
    """These companies and all that own them, directly or through others."""
    found: set[UUID] = set()
    open_ends = list(start)
    while open_ends:
        company = open_ends.pop()
        if company not in found:
            found.add(company)
            open_ends.extend(parents.get(company, ()))
    return found


def _parents_in(environment_id: UUID) -> dict[UUID, list[UUID]]:
    parents: dict[UUID, list[UUID]] = defaultdict(list)
    rows = Share.objects.filter(STILL, organisation__environment_id=environment_id, parent__isnull=False)
    for company, parent in rows.values_list("organisation_id", "parent_id"):
        parents[company].append(parent)
    return parents


def _as_text(part: Part) -> str:
    return f"{part.percent} {part.parent_id or part.parent_name}"
