"""What the pages of an environment and its people show."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from omloop.environments.models import Environment, EnvironmentDomain, EnvironmentRole, LastDay, Partnership
from omloop.joining.models import Invitation, JoinRequest
from omloop.organisations.members import Member
from omloop.organisations.models import Membership, Organisation
from omloop.organisations.rights import Right
from omloop.people.mailing import refused_since
from omloop.people.models import Person

LATELY = timedelta(days=60)
"""How long an invitation that is over stays on the list."""


@dataclass(frozen=True)
class Row:
    """A person on the list: his roles in my environments, his places where I manage members, the
    partner from which he is a member there, and since when mail to him is refused."""

    person: Person
    roles: list[EnvironmentRole] = field(default_factory=list)
    places: list[Organisation] = field(default_factory=list)
    partner: str = ""
    acts: list[bool] = field(default_factory=list)
    refused_since: datetime | None = None
    last_days: list[LastDay] = field(default_factory=list)

    @property
    def is_deactivated(self) -> bool:
        """Nowhere on this list he can act."""
        return not self.person.is_active or not any(self.acts)

    @property
    def is_deactivated_somewhere(self) -> bool:
        """He was deactivated in one environment of several."""
        return not all(self.acts)


@dataclass(frozen=True)
class InvitationRow:
    """An invitation, and where it stands."""

    invitation: Invitation
    state: str


@dataclass(frozen=True)
class PartnerMember:
    """A membership that came by a partnership, and how the partner is called."""

    membership: Membership
    partner: str


def people_of(member: Member, *, now: datetime) -> list[Row]:
    """Everybody in environments that I administer or organisations where I manage members; four queries."""
    people: dict[UUID, Person] = {}
    roles: dict[UUID, list[EnvironmentRole]] = defaultdict(list)
    places: dict[UUID, list[Organisation]] = defaultdict(list)
    acts: dict[UUID, list[bool]] = defaultdict(list)
    held = EnvironmentRole.objects.at(now).filter(environment_id__in=member.environments)
    for role in held.select_related("person", "environment").order_by("environment__name", "id"):
        people[role.person_id] = role.person
        roles[role.person_id].append(role)
        acts[role.person_id].append(role.is_active)
    partners: dict[UUID, str] = {}
    memberships = Membership.objects.at(now).filter(organisation_id__in=member.where(Right.MANAGE_MEMBERS))
    for each in memberships.select_related("person", "organisation", "partnership").order_by(
        "organisation__name", "id"
    ):
        people[each.person_id] = each.person
        places[each.person_id].append(each.organisation)
        acts[each.person_id].append(each.is_active)
        if each.partnership:
            partners[each.person_id] = each.partnership.partner_name(each.organisation.environment_id)
    listed = sorted(people.values(), key=lambda person: (person.name.casefold(), person.id))
    leaving = defaultdict(list)
    for each in LastDay.objects.filter(environment_id__in=member.environments, ended_at=None):
        leaving[each.person_id].append(each)
    refused = refused_since(person.email for person in listed)
    return [
        Row(
            person,
            roles[person.id],
            places[person.id],
            partners.get(person.id, ""),
            acts[person.id],
            refused.get(person.email),
            leaving[person.id],
        )
        for person in listed
    ]


def may_invite_anywhere(member: Member) -> bool:
    """Whether he administers an environment, or manages members in one to which he belongs."""
    managed = Organisation.objects.filter(id__in=member.where(Right.MANAGE_MEMBERS))
    return bool(member.environments) or bool(managed.filter(environment_id__in=member.belongs_to).exists())


def partners_of(environment_ids: Collection[UUID]) -> list[Partnership]:
    """The partnerships that hold of these environments, the oldest first."""
    between = Q(asking_id__in=environment_ids) | Q(asked_id__in=environment_ids)
    held = Partnership.objects.filter(between, state=Partnership.State.ACCEPTED)
    return list(held.order_by("answered_at", "id"))


def partnerships_of(environment_id: UUID) -> list[Partnership]:
    """All partnerships that an environment has, had or asked for, the newest first."""
    rows = Partnership.objects.filter(Q(asking_id=environment_id) | Q(asked_id=environment_id))
    related = rows.select_related("asked_by", "answered_by", "ended_by")
    return list(related.order_by("-asked_at", "-id"))


def partner_members(environment_id: UUID, *, now: datetime) -> list[PartnerMember]:
    """Who is a member in an environment as one of a partner; inside a scope that shows the structure."""
    held = Membership.objects.at(now).filter(
        organisation__environment_id=environment_id, partnership__isnull=False
    )
    related = held.select_related("person", "organisation", "partnership")
    return [
        PartnerMember(each, each.partnership.partner_name(environment_id))
        for each in related.order_by("person__name", "person_id", "organisation__name")
        if each.partnership
    ]


def domains_of(environment_id: UUID, *, now: datetime) -> list[EnvironmentDomain]:
    """The mail domains that the environment holds."""
    held = EnvironmentDomain.objects.at(now).filter(environment_id=environment_id)
    return list(held.select_related("added_by").order_by("domain"))


def open_requests(environment_id: UUID) -> list[JoinRequest]:
    """Who asks to join, the longest waiting first."""
    waiting = JoinRequest.objects.filter(environment_id=environment_id, state=JoinRequest.State.OPEN)
    return list(waiting.select_related("person").order_by("asked_at", "id"))


def open_invitations(member: Member, environment_ids: Collection[UUID], *, now: datetime) -> list[Invitation]:
    """Invitations that can be accepted, to environments that I administer or organisations that I manage."""
    waiting = Invitation.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now)
    ours = waiting.filter(environment_id__in=environment_ids) | waiting.filter(
        organisation_id__in=member.where(Right.MANAGE_MEMBERS)
    )
    return list(
        ours.select_related("environment", "organisation", "invited_by").order_by("-invited_at", "id")
    )


def invitations_to(environment_id: UUID, *, now: datetime) -> list[InvitationRow]:
    """The invitations of the last two months, open ones first."""
    recent = Invitation.objects.filter(environment_id=environment_id, expires_at__gt=now - LATELY)
    related = recent.select_related("organisation", "invited_by", "accepted_by").order_by("-invited_at", "id")
    rows = [InvitationRow(each, _state(each, now)) for each in related]
    return sorted(rows, key=lambda row: row.state != "open")


def administered(member: Member) -> list[Environment]:
    """The environments that I administer."""
    return named(member.environments)


def named(environment_ids: Iterable[UUID]) -> list[Environment]:
    """These environments, by name."""
    return list(Environment.objects.filter(id__in=list(environment_ids)).order_by("name", "id"))


def _state(invitation: Invitation, now: datetime) -> str:
    if invitation.accepted_at:
        return "accepted"
    if invitation.withdrawn_at:
        return "withdrawn"
    return "open" if invitation.is_open(now) else "expired"
