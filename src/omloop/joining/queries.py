"""What the pages of an environment and its people show."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from omloop.environments.models import Environment, EnvironmentDomain, EnvironmentRole
from omloop.joining.models import Invitation, JoinRequest
from omloop.organisations.members import Member
from omloop.organisations.models import Membership, Organisation
from omloop.organisations.rights import Right
from omloop.people.models import Person

LATELY = timedelta(days=60)
"""How long an invitation that is over stays on the list."""


@dataclass(frozen=True)
class Row:
    """A person on the list: his roles in my environments, his places where I manage members."""

    person: Person
    roles: list[EnvironmentRole] = field(default_factory=list)
    places: list[Organisation] = field(default_factory=list)


@dataclass(frozen=True)
class InvitationRow:
    """An invitation, and where it stands."""

    invitation: Invitation
    state: str


def people_of(member: Member, *, now: datetime) -> list[Row]:
    """Everybody in environments that I administer or organisations where I manage members; two queries."""
    people: dict[UUID, Person] = {}
    roles: dict[UUID, list[EnvironmentRole]] = defaultdict(list)
    places: dict[UUID, list[Organisation]] = defaultdict(list)
    held = EnvironmentRole.objects.at(now).filter(environment_id__in=member.environments)
    for role in held.select_related("person", "environment").order_by("environment__name", "id"):
        people[role.person_id] = role.person
        roles[role.person_id].append(role)
    memberships = Membership.objects.at(now).filter(organisation_id__in=member.where(Right.MANAGE_MEMBERS))
    for each in memberships.select_related("person", "organisation").order_by("organisation__name", "id"):
        people[each.person_id] = each.person
        places[each.person_id].append(each.organisation)
    listed = sorted(people.values(), key=lambda person: (person.name.casefold(), person.id))
    return [Row(person, roles[person.id], places[person.id]) for person in listed]


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
