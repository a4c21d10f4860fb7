"""A last working day in an environment: planned, changed, withdrawn, and what it does (rules 4.9)."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from omloop.audit.services import record
from omloop.environments import services as environments
from omloop.environments.models import EnvironmentRole, LastDay
from omloop.organisations.deactivation import deactivate
from omloop.organisations.members import Member
from omloop.organisations.models import Membership, Organisation
from omloop.organisations.refusals import (
    LastAdministrator,
    LastDayIsPast,
    NobodyToDeactivate,
    NoLastDay,
    OwnRights,
)
from omloop.organisations.structure import show_structure_of
from omloop.tenancy import directory

DUE = "last days"
"""Under which the directory names the environments where somebody's last day is planned."""
ZONE = "Europe/Amsterdam"
"""Where an environment without organisations lies."""


def environment_day(environment_id: UUID, now: datetime) -> date:
    """Which day it is in an environment: that of the zones of its organisations in which it is earliest.

    So a last day has passed only when it has in all of them. In a scope that shows the environment.
    """
    zones = Organisation.objects.filter(environment_id=environment_id).values_list("time_zone", flat=True)
    return min(now.astimezone(ZoneInfo(zone)).date() for zone in {*zones} or {ZONE})


def plan_last_day(
    *, environment_id: UUID, person_id: UUID, last_on: date, actor: Member, now: datetime
) -> LastDay:
    """Plan the last working day of a person, or another one than was planned; he acts through that day.

    Raises NotAdministrator, OwnRights, LastDayIsPast and NobodyToDeactivate.
    """
    organisation_ids = show_structure_of(environment_id, actor)
    if actor.person_id == person_id or actor.person_id is None:
        raise OwnRights("another administrator of the environment does this")
    environments.lock_roles(environment_id)
    if last_on < environment_day(environment_id, now):
        raise LastDayIsPast(str(last_on))
    _demand_active(environment_id, organisation_ids, person_id, now)
    held = _open(environment_id, person_id)
    if held:
        _end(held, now)
    planned: LastDay = LastDay.objects.create(
        environment_id=environment_id,
        person_id=person_id,
        last_on=last_on,
        planned_by_id=actor.person_id,
        planned_at=now,
    )
    directory.enter(DUE, DUE, environment_id=environment_id)
    _record("last_day.changed" if held else "last_day.planned", planned, actor, now)
    return planned


def withdraw_last_day(*, environment_id: UUID, person_id: UUID, actor: Member, now: datetime) -> None:
    """He stays after all. Raises NotAdministrator, OwnRights and NoLastDay."""
    actor.demand_administrator(environment_id)
    if actor.person_id == person_id:
        raise OwnRights("another administrator of the environment does this")
    environments.lock_roles(environment_id)
    held = _open(environment_id, person_id)
    if held is None:
        raise NoLastDay(str(person_id))
    _end(held, now)
    _record("last_day.withdrawn", held, actor, now)


def carry_out_last_day(last_day: LastDay, *, actor: Member, now: datetime) -> None:
    """Deactivate him now that the day has passed; where he is the only administrator, say so, once.

    Tried again at each call until it succeeds; who was deactivated before by hand has nothing to come.
    """
    try:
        with transaction.atomic():
            deactivate(
                environment_id=last_day.environment_id, person_id=last_day.person_id, actor=actor, now=now
            )
    except NobodyToDeactivate:
        _end(last_day, now)
    except LastAdministrator:
        if last_day.refused_at is None:
            LastDay.objects.filter(id=last_day.id).update(refused_at=now)
            _record("last_day.refused", last_day, actor, now)
    else:
        _end(last_day, now)


def planned_in(environment_id: UUID) -> list[LastDay]:
    """The last days that are planned in an environment, the first first."""
    rows = LastDay.objects.filter(environment_id=environment_id, ended_at=None)
    return list(rows.select_related("person", "planned_by").order_by("last_on", "id"))


def last_day_of(environment_id: UUID, person_id: UUID) -> LastDay | None:
    """The last day that is planned for a person there."""
    return next((each for each in planned_in(environment_id) if each.person_id == person_id), None)


def _demand_active(
    environment_id: UUID, organisation_ids: list[UUID], person_id: UUID, now: datetime
) -> None:
    roles = EnvironmentRole.objects.at(now).filter(environment_id=environment_id, is_active=True)
    members = Membership.objects.at(now).filter(organisation_id__in=organisation_ids, is_active=True)
    if not (roles.filter(person_id=person_id).exists() or members.filter(person_id=person_id).exists()):
        raise NobodyToDeactivate(str(person_id))


def _open(environment_id: UUID, person_id: UUID) -> LastDay | None:
    rows = LastDay.objects.filter(environment_id=environment_id, person_id=person_id, ended_at=None)
    found: LastDay | None = rows.select_for_update().first()
    return found


def _end(last_day: LastDay, now: datetime) -> None:
    LastDay.objects.filter(id=last_day.id).update(ended_at=now)


def _record(name: str, last_day: LastDay, actor: Member, now: datetime) -> None:
    record(
        name,
        actor=actor,
        chain_id=last_day.environment_id,
        subject_id=last_day.person_id,
        at=now,
        detail={"last_on": last_day.last_on.isoformat()},
    )
