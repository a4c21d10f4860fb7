"""Seeing who may do what in all organisations of an environment, and none of their documents (rules 1.3)."""

from uuid import UUID

from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.tenancy.scope import show_structure


def show_structure_of(environment_id: UUID, actor: Member) -> list[UUID]:
    """Let the rest of this scope see the memberships, groups and limits there; the organisations, in order.

    Raises NotAdministrator.
    """
    actor.demand_administrator(environment_id)
    rows = Organisation.objects.filter(environment_id=environment_id).order_by("id")
    organisation_ids = list(rows.values_list("id", flat=True))
    show_structure(organisation_ids)
    return organisation_ids
