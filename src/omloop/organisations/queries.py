"""What pages show of organisations: the group as a tree, and one organisation as a whole."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q
from django.http import Http404

from omloop.audit.models import AuditEvent
from omloop.environments.models import EnvironmentRole
from omloop.organisations.activity import deactivated_in
from omloop.organisations.chips import Chip, Place, Speech, last_day
from omloop.organisations.members import Member
from omloop.organisations.models import (
    STILL,
    Activation,
    ApprovalLimit,
    ConnectionKey,
    GroupMember,
    GroupRight,
    Identifier,
    Membership,
    Organisation,
    Receiving,
    Share,
)
from omloop.organisations.policies import may_make_key
from omloop.people.models import Person, names_of
from omloop.web import words

LAST_CHANGES = 10


@dataclass
class Node:
    """A company in the tree. `members` is None where he is no member; `again`: it stands above too."""

    organisation: Organisation
    state: str
    members: int | None
    held_by: str
    children: list["Node"] = field(default_factory=list)
    again: bool = False

    def ids(self) -> Iterator[UUID]:
        """This company and all below."""
        yield self.organisation.id
        for child in self.children:
            yield from child.ids()


@dataclass(frozen=True)
class MemberRow:
    """A member, his groups and limits as chips, and whether he acts here."""

    person: Person
    chips: tuple[Chip, ...]
    is_active: bool


@dataclass(frozen=True)
class Number:
    """A kind of number; `identifier` is None where the organisation has none of it."""

    scheme: str
    label: str
    identifier: Identifier | None
    receives: bool


@dataclass(frozen=True)
class Change:
    """A change of settings: `fields` holds for each what it was and what it became."""

    at: datetime
    person_id: UUID | None
    by: str
    fields: dict[str, list[str]]


def visible_to(member: Member) -> Q:
    """The organisations whose page he may open: his own, and by name those of environments he administers."""
    return Q(id__in=member.rights) | Q(environment_id__in=member.environments)


def find_organisation(member: Member, organisation_id: UUID) -> Organisation:
    """The organisation, as far as he may see that it is there; raises Http404."""
    found: Organisation | None = Organisation.objects.filter(visible_to(member), id=organisation_id).first()
    if found is None:
        raise Http404
    return found


def group_of(member: Member, *, now: datetime) -> list[Node]:
    """All that he sees, as trees: under each parent its companies, each company's own tree once."""
    companies = list(Organisation.objects.filter(visible_to(member)).order_by("name", "id"))
    shown = {company.id for company in companies}
    shares = _shares_of(shown)
    states, counts = states_of(shown), _member_counts(member.rights, now)
    nodes = {
        company.id: Node(
            company, states[company.id], counts.get(company.id), held_by(shares.get(company.id, ()))
        )
        for company in companies
    }
    below: dict[UUID, list[UUID]] = defaultdict(list)
    for company in companies:
        for share in shares.get(company.id, ()):
            if share.parent_id and share.parent_id in shown:
                below[share.parent_id].append(company.id)
    owned = {company for companies_below in below.values() for company in companies_below}
    drawn: set[UUID] = set()
    return [_grow(nodes[c.id], nodes, below, drawn) for c in companies if c.id not in owned]


def _grow(node: Node, nodes: Mapping[UUID, Node], below: Mapping[UUID, list[UUID]], drawn: set[UUID]) -> Node:
    company = node.organisation.id
    again = company in drawn
    drawn.add(company)
    children = [] if again else [_grow(nodes[c], nodes, below, drawn) for c in below.get(company, ())]
    return Node(node.organisation, node.state, node.members, node.held_by, children, again)


def held_by(shares: Collection[Share]) -> str:
    """Who owns it, in words: 60% Vuurtoren Holding B.V., 40% Demir Holding."""
    return ", ".join(
        f"{words.number(share.percent)}% {share.parent.name if share.parent else share.parent_name}"
        for share in shares
    )


def shares_of(organisation_id: UUID) -> list[Share]:
    """Its shares at this moment, the largest first."""
    return _shares_of({organisation_id}).get(organisation_id, [])


def _shares_of(organisation_ids: Collection[UUID]) -> dict[UUID, list[Share]]:
    found: dict[UUID, list[Share]] = defaultdict(list)
    rows = Share.objects.filter(STILL, organisation_id__in=organisation_ids).select_related("parent")
    for share in rows.order_by("-percent", "id"):
        found[share.organisation_id].append(share)
    return found


def states_of(organisation_ids: Collection[UUID]) -> dict[UUID, str]:
    """`activated`, `waiting`, `refused`, or `new` for what was never asked."""
    states = dict.fromkeys(organisation_ids, "new")
    for activation in Activation.objects.filter(organisation_id__in=organisation_ids).order_by("asked_at"):
        states[activation.organisation_id] = activation.outcome or "waiting"
    return states


def _member_counts(organisation_ids: Collection[UUID], now: datetime) -> dict[UUID, int]:
    rows = Membership.objects.at(now).filter(organisation_id__in=organisation_ids)
    return dict(rows.values_list("organisation_id").annotate(count=Count("id")))


def numbers_of(organisation_id: UUID, *, now: datetime) -> list[Number]:
    """Every kind of number, with the one that it has and whether documents are received on it."""
    has = {each.scheme: each for each in Identifier.objects.filter(organisation_id=organisation_id)}
    on = set(
        Receiving.objects.at(now)
        .filter(organisation_id=organisation_id)
        .values_list("identifier_id", flat=True)
    )
    return [
        Number(scheme, str(label), has.get(scheme), scheme in has and has[scheme].id in on)
        for scheme, label in Identifier.Scheme.choices
    ]


def members_of(organisation: Organisation, *, now: datetime) -> list[MemberRow]:
    """Who is a member now, by name; five queries however many there are."""
    of = {"organisation": organisation}
    limits: dict[UUID, dict[str, Decimal]] = defaultdict(dict)
    for limit in ApprovalLimit.objects.at(now).filter(**of):
        limits[limit.person_id][limit.kind] = limit.amount
    carried: dict[UUID, set[str]] = defaultdict(set)
    for group_id, right in GroupRight.objects.at(now).filter(**of).values_list("group_id", "right"):
        carried[group_id].add(right)
    rows = list(GroupMember.objects.at(now).filter(**of).select_related("person", "group"))
    speech = Speech({row.group_id: row.group for row in rows}, {g: frozenset(r) for g, r in carried.items()})
    inactive = {person_id for _place, person_id in deactivated_in([organisation.id])}
    people: dict[Person, dict[UUID, date | None]] = defaultdict(dict)
    for row in sorted(rows, key=lambda row: (row.person.name, row.person_id)):
        people[row.person][row.group_id] = last_day(row.valid.upper, organisation.zone)
    return [
        MemberRow(
            person,
            tuple(speech.chips(Place(groups, limits[person.id]))),
            person.is_active and person.id not in inactive,
        )
        for person, groups in people.items()
    ]


def keys_of(organisation_id: UUID, member: Member) -> list[ConnectionKey]:
    """The connection keys that work, newest first: all for who manages there, else his own."""
    keys = ConnectionKey.objects.filter(organisation_id=organisation_id, revoked_at=None)
    if not may_make_key(member, organisation_id):
        keys = keys.filter(holder_id=member.person_id)
    return list(keys.select_related("holder").order_by("-created_at", "id"))


def people_of_environment(environment_id: UUID, *, now: datetime) -> list[Person]:
    """Who has a place there and can act, by name."""
    roles = EnvironmentRole.objects.at(now).filter(environment_id=environment_id)
    people = Person.objects.filter(id__in=roles.values("person_id"), is_active=True)
    return list(people.order_by("name", "id"))


def possible_parents(member: Member, organisation: Organisation) -> list[Organisation]:
    """What he can name as a parent: the other organisations of the environment that he sees, and the
    parents that it has already."""
    held = [share.parent_id for share in shares_of(organisation.id) if share.parent_id]
    others = Organisation.objects.filter(environment_id=organisation.environment_id)
    others = others.filter(visible_to(member) | Q(id__in=held))
    return list(others.exclude(id=organisation.id).order_by("name", "id"))


def activations_of(organisation_id: UUID) -> list[Activation]:
    """What was asked and decided, oldest first."""
    rows = Activation.objects.filter(organisation_id=organisation_id).select_related("asked_by")
    return list(rows.order_by("asked_at", "id"))


def changes_of(organisation_id: UUID) -> list[Change]:
    """The last changes of its settings, newest first."""
    events = AuditEvent.objects.filter(
        chain_id=organisation_id, subject_id=organisation_id, name="organisation.changed"
    )
    found = list(events.order_by("-at", "-id")[:LAST_CHANGES])
    names = names_of({event.person_id for event in found if event.person_id})
    return [
        Change(
            event.at, event.person_id, names.get(event.person_id, "") if event.person_id else "", event.detail
        )
        for event in found
    ]
