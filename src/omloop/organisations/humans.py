"""Marking two accounts as those of one human (rules 1.5)."""

from datetime import datetime
from uuid import UUID

from omloop.audit.services import record
from omloop.environments.models import EnvironmentRole
from omloop.organisations.members import Member
from omloop.organisations.models import STILL, Membership
from omloop.organisations.refusals import OwnRights, RightsRefused
from omloop.organisations.structure import show_structure_of
from omloop.people.models import Person, SameHuman
from omloop.tenancy.history import since


class NotBothHere(RightsRefused, ValueError):
    """Two accounts are marked as one by an administrator of an environment to which both belong."""


def mark_as_one(*, environment_id: UUID, one_id: UUID, other_id: UUID, actor: Member, now: datetime) -> None:
    """From now on these accounts count as one human for four eyes; both see on their page who said so.

    The mark only makes checks stricter, so it asks no consent. Raises NotAdministrator, OwnRights (nobody
    speaks about his own account) and NotBothHere.
    """
    pair = _pair(environment_id, one_id, other_id, actor, now)
    if SameHuman.objects.filter(**pair, valid__upper_inf=True).exists() or actor.person_id is None:
        return
    SameHuman.objects.create(
        **pair, marked_by=actor.person_id, environment_id=environment_id, valid=since(now)
    )
    _record("accounts.marked_as_one", environment_id, one_id, other_id, actor, now)


def mark_as_two(*, environment_id: UUID, one_id: UUID, other_id: UUID, actor: Member, now: datetime) -> None:
    """End the mark; raises as `mark_as_one`."""
    pair = _pair(environment_id, one_id, other_id, actor, now)
    held = SameHuman.objects.filter(**pair, valid__upper_inf=True).first()
    if held is None:
        return
    held.valid = type(held.valid)(held.valid.lower, max(now, held.valid.lower), "[)")
    held.save(update_fields=["valid"])
    _record("accounts.marked_as_two", environment_id, one_id, other_id, actor, now)


def other_accounts(person_id: UUID) -> list[tuple[Person, SameHuman]]:
    """The accounts that are marked as the same human's as this one, each with its mark."""
    marks = SameHuman.objects.filter(valid__upper_inf=True).select_related("one", "other")
    found = [(mark.other, mark) for mark in marks.filter(one_id=person_id)]
    return found + [(mark.one, mark) for mark in marks.filter(other_id=person_id)]


def belonging(environment_id: UUID, person_ids: set[UUID], *, now: datetime) -> set[UUID]:
    """Those of these people with a place in the environment, or in an organisation that the scope shows."""
    roles = EnvironmentRole.objects.at(now).filter(environment_id=environment_id, person_id__in=person_ids)
    members = Membership.objects.filter(
        STILL, person_id__in=person_ids, organisation__environment_id=environment_id
    )
    return {*roles.values_list("person_id", flat=True), *members.values_list("person_id", flat=True)}


def _pair(
    environment_id: UUID, one_id: UUID, other_id: UUID, actor: Member, now: datetime
) -> dict[str, UUID]:
    show_structure_of(environment_id, actor)
    if actor.person_id in (one_id, other_id):
        raise OwnRights("another administrator says this of your account")
    if one_id == other_id or belonging(environment_id, {one_id, other_id}, now=now) != {one_id, other_id}:
        raise NotBothHere("both accounts must have a place in this environment")
    first, second = sorted((one_id, other_id))
    return {"one_id": first, "other_id": second}


def _record(
    name: str, environment_id: UUID, one_id: UUID, other_id: UUID, actor: Member, now: datetime
) -> None:
    detail = {"other": str(other_id)}
    record(name, actor=actor, chain_id=environment_id, subject_id=one_id, at=now, detail=detail)
