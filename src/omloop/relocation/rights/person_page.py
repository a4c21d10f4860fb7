"""What a person can see and do, place by place, as far as the one who looks may know (rules 1.3, 1.5)."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from omloop.absences.lending import lent_in
from omloop.absences.models import AbsenceCover, LentRight
from omloop.audit.models import AuditEvent
from omloop.circulation.models import Assignment
from omloop.environments.models import Environment, Partnership
from omloop.invoices.queries import visible_to
from omloop.organisations.chips import Chip, Speech, chip_word
from omloop.organisations.members import Member
from omloop.organisations.models import STILL, Group, Membership, Organisation
from omloop.organisations.rights import Right
from omloop.organisations.segregation import risks_in_words
from omloop.people.models import Person, names_of
from omloop.relocation.rights.forms import rights_in_words
from omloop.relocation.rights.lent import chips_of
from omloop.relocation.rights.matrix import is_inactive, role_chip
from omloop.relocation.rights.sight import count_seen
from omloop.relocation.rights.standing import Key, Standing, read_standing
from omloop.tenancy.scope import show_structure

GRANTED = "rights.granted"


@dataclass(frozen=True)
class Grant:
    """Since when somebody stands in a group, and who saw to that."""

    group: str
    at: datetime
    by: str


@dataclass(frozen=True)
class PlaceView:
    """What a person may do in one organisation; counts are None for who may not know them."""

    organisation: Organisation
    chips: tuple[Chip, ...]
    rights: tuple[str, ...]
    grants: tuple[Grant, ...]
    invoices: int | None
    tasks: int | None
    substitutes: tuple[AbsenceCover, ...]
    borrowed: tuple[LentRight, ...]
    risks: tuple[tuple[str, str], ...]
    is_editable: bool


@dataclass(frozen=True)
class Section:
    """One environment: his role there, whether he is deactivated, and his organisations.

    `partnership` is by which he is a member there without a place in it (rules 1.8).
    """

    environment_id: UUID
    environment: Environment | None
    role: Chip | None
    is_inactive: bool
    is_administered: bool
    shows_matrix: bool
    partnership: Partnership | None
    places: tuple[PlaceView, ...]

    @property
    def name(self) -> str:
        """How the environment is called, as far as the one who looks may know; else nothing."""
        if self.environment:
            return str(self.environment.name)
        return self.partnership.name_of(self.environment_id) if self.partnership else ""

    @property
    def partner(self) -> str:
        """From which partner he is a member here."""
        return self.partnership.partner_name(self.environment_id) if self.partnership else ""


def _partnerships(person: Person, organisations: list[Organisation]) -> dict[UUID, Partnership]:
    """By environment, the partnership by which he is a member of these organisations; one query."""
    rows = Membership.objects.filter(STILL, person=person, organisation__in=organisations)
    found = rows.filter(partnership__isnull=False).select_related("organisation", "partnership")
    return {each.organisation.environment_id: each.partnership for each in found if each.partnership}


def sections_of(person: Person, viewer: Member, *, now: datetime) -> list[Section]:
    """By environment, what the viewer may know of this person; empty: he may not know him at all."""
    organisations = _known_organisations(person, viewer)
    show_structure([each.id for each in organisations])
    by_environment: dict[UUID, list[Organisation]] = defaultdict(list)
    for each in organisations:
        by_environment[each.environment_id].append(each)
    seen = viewer.environments if viewer.person_id != person.id else viewer.belongs_to
    environments = Environment.objects.in_bulk(list(seen | by_environment.keys()))
    partnerships = _partnerships(person, organisations)
    sections = [
        _section(person, viewer, key, environments.get(key), by_environment[key], partnerships.get(key), now)
        for key in sorted(seen | by_environment.keys())
    ]
    return [section for section in sections if section.places or section.role]


def _known_organisations(person: Person, viewer: Member) -> list[Organisation]:
    """His own for himself, the environment's for its administrator, and those whose members one manages."""
    known = Q(environment_id__in=viewer.environments) | Q(id__in=viewer.where(Right.MANAGE_MEMBERS))
    if viewer.person_id == person.id:
        known |= Q(id__in=viewer.rights)
    return list(Organisation.objects.filter(known).order_by("name", "id"))


def _section(
    person: Person,
    viewer: Member,
    environment_id: UUID,
    environment: Environment | None,
    organisations: list[Organisation],
    partnership: Partnership | None,
    now: datetime,
) -> Section:
    standing = read_standing(environment_id, organisations, now=now)
    administers = environment_id in viewer.environments
    role = standing.roles.get(person.id)
    manages = any(viewer.can(Right.MANAGE_MEMBERS, each.id) for each in organisations)
    return Section(
        environment_id=environment_id,
        environment=environment,
        role=role_chip(role) if role and (administers or viewer.person_id == person.id) else None,
        is_inactive=is_inactive(person, standing),
        is_administered=administers,
        shows_matrix=environment_id in viewer.belongs_to and (administers or manages),
        partnership=partnership,
        places=tuple(_places(person, viewer, organisations, standing, now)),
    )


def _places(
    person: Person, viewer: Member, organisations: list[Organisation], standing: Standing, now: datetime
) -> list[PlaceView]:
    keys = [(person.id, each.id) for each in organisations if standing.place((person.id, each.id)).groups]
    if not keys:
        return []
    place_ids = [place for _, place in keys]
    groups = Group.objects.in_bulk([group for key in keys for group in standing.place(key).groups])
    speech = Speech(groups, standing.carried)
    invoices = _invoices(keys, standing, viewer, is_own=viewer.person_id == person.id)
    tasks = _tasks(person, viewer, place_ids)
    substitutes = _substitutes(person, viewer, place_ids)
    lent = [row for row in lent_in(place_ids, now=now) if row.is_confirmed]
    lent_by_place = chips_of(lent)
    grants = _grants(person, groups, place_ids)
    return [
        PlaceView(
            organisation=each,
            chips=(*speech.chips(standing.place(key)), *lent_by_place.get(key, ())),
            rights=tuple(rights_in_words(standing.rights(key))),
            grants=tuple(grants[each.id]),
            invoices=invoices.get(key),
            tasks=tasks.get(each.id),
            substitutes=tuple(substitutes[each.id]),
            borrowed=tuple(r for r in lent if (r.borrower_id, r.organisation_id) == key),
            risks=tuple(risks_in_words(standing.rights(key))),
            is_editable=viewer.can(Right.MANAGE_MEMBERS, each.id)
            and each.environment_id in viewer.belongs_to,
        )
        for each in organisations
        if (key := (person.id, each.id)) in keys
    ]


def _invoices(keys: list[Key], standing: Standing, viewer: Member, *, is_own: bool) -> dict[Key, int]:
    if not is_own:
        return count_seen(keys, standing, viewer)
    rows = visible_to(viewer).order_by().values("organisation_id").annotate(count=Count("id"))
    found = {row["organisation_id"]: row["count"] for row in rows}
    return {key: found.get(key[1], 0) for key in keys}


def _tasks(person: Person, viewer: Member, place_ids: Collection[UUID]) -> dict[UUID, int]:
    """Open tasks by organisation, for himself, and for who sees all or manages what the absent leave."""
    knowing = viewer.where(Right.VIEW_ALL) | viewer.where(Right.MANAGE_ABSENCES)
    known = [place for place in place_ids if place in knowing or viewer.person_id == person.id]
    rows = Assignment.objects.filter(organisation_id__in=known, holder=person, ended_at=None)
    counts = dict(rows.values_list("organisation_id").annotate(count=Count("id")))
    return {place: counts.get(place, 0) for place in known}


def _substitutes(
    person: Person, viewer: Member, place_ids: Collection[UUID]
) -> defaultdict[UUID, list[AbsenceCover]]:
    """Running and planned absences by organisation, for who may know of them."""
    knowing = viewer.where(Right.MANAGE_ABSENCES) | viewer.where(Right.MANAGE_MEMBERS)
    known = [place for place in place_ids if place in knowing or viewer.person_id == person.id]
    today = timezone.localdate()
    rows = AbsenceCover.objects.filter(organisation_id__in=known, person=person, cancelled_at=None)
    running = rows.filter(Q(period__endswith__gt=today) | Q(period__upper_inf=True))
    found: defaultdict[UUID, list[AbsenceCover]] = defaultdict(list)
    for cover in running.select_related("substitute").order_by("period"):
        found[cover.organisation_id].append(cover)
    return found


def _grants(
    person: Person, groups: dict[UUID, Group], place_ids: Collection[UUID]
) -> defaultdict[UUID, list[Grant]]:
    """Who put him in the groups in which he stands, and when: from the audit trail."""
    rows = AuditEvent.objects.filter(chain_id__in=place_ids, subject_id=person.id, name=GRANTED)
    last: dict[tuple[UUID, str], AuditEvent] = {}
    for event in rows.order_by("at", "id"):
        last[event.chain_id, event.detail["group"]] = event
    names = names_of({event.person_id for event in last.values() if event.person_id})
    stands = {(group.organisation_id, group.name): group for group in groups.values()}
    found: defaultdict[UUID, list[Grant]] = defaultdict(list)
    for (place, name), event in sorted(last.items(), key=lambda each: each[1].at):
        if (place, name) in stands:
            by = names.get(event.person_id, "") if event.person_id else ""
            word = chip_word(name, stands[place, name].default)
            found[place].append(Grant(word, event.at, by))
    return found
