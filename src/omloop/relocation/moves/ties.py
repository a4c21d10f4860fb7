"""Who has to do with the organisations of a plan, and how (rules 6.3)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from omloop.absences.models import AbsenceCover
from omloop.circulation.models import Assignment, SchemeStep, Step
from omloop.circulation.routing.handover import UNDER_WAY
from omloop.organisations.activity import acts
from omloop.organisations.chips import chip_word
from omloop.organisations.models import ConnectionKey, GroupMember, Membership, Organisation
from omloop.organisations.rights import DefaultGroup
from omloop.tenancy.directory import hash_key
from omloop.tenancy.models import TenancyDirectory


@dataclass
class Tie:
    """What holds one person to one organisation; who was deactivated there stands in no group."""

    is_member: bool = False
    groups: dict[UUID, str] = field(default_factory=dict)
    tasks: int = 0
    steps: int = 0
    rules: list[str] = field(default_factory=list)
    stands_in_for: list[UUID] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    @property
    def group_names(self) -> list[str]:
        """His groups as a page names them."""
        return sorted(
            chip_word(name, name if name in DefaultGroup.values else "") for name in self.groups.values()
        )

    @property
    def later(self) -> int:
        """The steps that name him and are not his task yet."""
        return max(self.steps - self.tasks, 0)

    @property
    def needs_successor(self) -> bool:
        """Whether he leaves something behind that must be somebody's: tasks, rules, substitutions."""
        return bool(self.tasks or self.steps or self.rules or self.stands_in_for)


Ties = Mapping[UUID, dict[UUID, Tie]]
"""By organisation, then by person."""
Found = dict[UUID, defaultdict[UUID, Tie]]


def read_ties(organisation_ids: Collection[UUID], *, now: datetime) -> Ties:
    """In seven queries, however much there is."""
    ties: Found = {place: defaultdict(Tie) for place in organisation_ids}
    of = {"organisation_id__in": list(organisation_ids)}
    for place, person in Membership.objects.at(now).filter(**of).values_list("organisation_id", "person_id"):
        ties[place][person].is_member = True
    members = GroupMember.objects.at(now).filter(acts(), **of)
    for place, person, group, default, name in members.values_list(
        "organisation_id", "person_id", "group_id", "group__default", "group__name"
    ):
        ties[place][person].groups[group] = default or name
    waiting = Assignment.objects.filter(**of, ended_at=None, holder__isnull=False)
    for place, person, count in _counted(waiting, "holder_id"):
        ties[place][person].tasks = count
    to_come = Step.objects.filter(**of, state__in=UNDER_WAY, person__isnull=False)
    for place, person, count in _counted(to_come, "person_id"):
        ties[place][person].steps = count
    _read_rules(ties, of, now)
    _read_substitutions(ties, of, now)
    keys = ConnectionKey.objects.filter(**of, revoked_at=None)
    for place, person, name in keys.values_list("organisation_id", "holder_id", "name"):
        ties[place][person].keys.append(name)
    return {place: dict(people) for place, people in ties.items()}


def _counted(rows: "QuerySet[Any]", person: str) -> Iterable[tuple[UUID, UUID, int]]:
    counted = rows.order_by().values("organisation_id", person).annotate(count=Count("id"))
    found: Iterable[tuple[UUID, UUID, int]] = counted.values_list("organisation_id", person, "count")
    return found


def _read_rules(ties: Found, of: dict[str, list[UUID]], now: datetime) -> None:
    steps = SchemeStep.objects.filter(**of, person__isnull=False, rule__valid__contains=now)
    rows = steps.order_by("-rule__priority", "rule_id").values_list(
        "organisation_id", "person_id", "rule__name"
    )
    for place, person, name in rows.distinct():
        ties[place][person].rules.append(name)


def _read_substitutions(ties: Found, of: dict[str, list[UUID]], now: datetime) -> None:
    today = timezone.localdate(now)
    not_over = Q(period__upper_inf=True) | Q(period__endswith__gt=today)
    covers = AbsenceCover.objects.filter(not_over, **of, cancelled_at=None)
    for place, person, substitute in covers.values_list("organisation_id", "person_id", "substitute_id"):
        ties[place][person]  # who is away has to do with it too
        ties[place][substitute].stands_in_for.append(person)


def works_elsewhere(
    people: Collection[UUID], environment_id: UUID, *, outside: Collection[UUID]
) -> set[UUID]:
    """Who of them is a member of another organisation of the environment than these."""
    by_key = {hash_key(person): person for person in people}
    rows = TenancyDirectory.objects.filter(kind="person", key__in=list(by_key), organisation_id__isnull=False)
    pairs = {(bytes(key), place) for key, place in rows.values_list("key", "organisation_id")}
    others = Organisation.objects.filter(id__in={p for _, p in pairs}, environment_id=environment_id)
    inside = set(others.exclude(id__in=list(outside)).values_list("id", flat=True))
    return {by_key[key] for key, place in pairs if place in inside}
