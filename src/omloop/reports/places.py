"""Which organisation or environment a report is about, and which reports a member may open there."""

from uuid import UUID

from django.http import Http404

from omloop.environments.models import Environment
from omloop.organisations.members import Member, RightMissing
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right

WHO_MAY_WHAT = (Right.VIEW_ALL, Right.MANAGE_MEMBERS)
"""Either opens the reports on rights: who reads everything, and who grants."""


def find_organisation(member: Member, organisation_id: UUID) -> Organisation:
    """The organisation, when he is in it; Http404 as if there were none otherwise."""
    if organisation_id not in member.groups:
        raise Http404
    found: Organisation = Organisation.objects.get(id=organisation_id)
    return found


def find_for_rights(member: Member, organisation_id: UUID) -> Organisation:
    """The organisation, for the reports on who may do what; raises Http404 and RightMissing."""
    found = find_organisation(member, organisation_id)
    if not any(member.can(right, organisation_id) for right in WHO_MAY_WHAT):
        raise RightMissing(Right.VIEW_ALL, organisation_id)
    return found


def find_environment(member: Member, environment_id: UUID) -> Environment:
    """The environment, for its administrators; raises Http404 for strangers and NotAdministrator."""
    if environment_id not in member.belongs_to:
        raise Http404
    member.demand_administrator(environment_id)
    found: Environment = Environment.objects.get(id=environment_id)
    return found


def reports_for(member: Member, organisation: Organisation) -> frozenset[str]:
    """The names of the reports that he may open about this organisation."""
    place = organisation.id
    found = set()
    if any(member.can(right, place) for right in WHO_MAY_WHAT):
        found |= {"register", "duties"}
    if member.can(Right.VIEW_ALL, place) and member.can(Right.EXPORT, place):
        found.add("sample")
    if member.can(Right.MANAGE_MEMBERS, place):
        found.add("data_subject")
    if organisation.environment_id in member.environments:
        found.add("usage")
    return frozenset(found)
