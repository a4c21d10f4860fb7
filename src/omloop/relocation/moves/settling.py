"""The switch: organisations change environment, and what hangs on people is settled (rules 6.3)."""

from collections.abc import Collection, Iterable
from datetime import datetime, time, timedelta
from uuid import UUID

from omloop.absences.services import replace_substitutes
from omloop.audit.actors import Actor
from omloop.audit.models import AuditEvent
from omloop.audit.services import record_all
from omloop.circulation.routing.handover import hand_over, hand_over_rules
from omloop.environments.models import EnvironmentRole
from omloop.organisations.departures import (
    end_memberships,
    end_reading,
    let_read,
    part_from_partners,
    restore_memberships,
)
from omloop.organisations.models import Organisation
from omloop.relocation.moves.links import end_parted
from omloop.relocation.moves.plans import MovePlan, Passenger
from omloop.relocation.moves.situation import GOES, STAYS, Situation
from omloop.tenancy.directory import hash_key
from omloop.tenancy.history import since
from omloop.tenancy.models import TenancyDirectory

Choice = Passenger.Choice
UNDO_DAYS = 30
MOVED = "moved"
"""In the directory: who lost sight of an organisation by a move, so that an old link can tell him."""


def settle(situation: Situation, *, actor: Actor, now: datetime) -> None:
    """Move the organisations of a plan and settle what hangs on people; no documents are touched.

    The caller holds the organisations alone, found no conflicts, and commits or rolls back all of it.
    """
    plan, places = situation.plan, situation.places
    assert plan.to_environment_id  # noqa: S101 - consent named it
    Organisation.objects.filter(id__in=places).update(environment_id=plan.to_environment_id)
    if plan.undoes is not None and plan.undoes.executed_at is not None:
        end_reading(places, now=now)
        restore_memberships(
            places,
            _who(situation, Choice.RETURNS),
            resting=situation.resting,
            ended_at=plan.undoes.executed_at,
            actor=actor,
            now=now,
        )
    for place in places:
        successors = situation.successors(place)
        if successors:
            hand_over(place, successors, actor=actor, now=now)
            hand_over_rules(place, successors, actor=actor, now=now)
            replace_substitutes(place, successors, actor=actor, now=now)
    end_parted(places, now=now)
    end_memberships(places, _who(situation, *GOES), actor=actor, now=now)
    part_from_partners(places, now=now)
    _let_read_on(situation, actor, now)
    _settle_environments(situation, actor, now)
    _note_who_lost_sight(situation, now)
    record_all([*_moved(plan, places, actor, now)])


def _let_read_on(situation: Situation, actor: Actor, now: datetime) -> None:
    """The old side reads what was imported up to the closing date, until the agreed day (rules 6.6)."""
    plan, readers = situation.plan, _who(situation, Choice.READS)
    if not readers:
        return
    assert plan.closing_on and plan.read_until  # noqa: S101 - else it is a conflict
    for place in situation.organisations.values():
        members = [person for person in readers if situation.tie(place.id, person).is_member]
        after = datetime.combine(plan.read_until + timedelta(days=1), time.min, place.zone)
        let_read(place.id, members, imported_until=plan.closing_on, until=after, actor=actor, now=now)


def _who(situation: Situation, *choices: str) -> list[UUID]:
    return sorted(person for person, choice in situation.choices.items() if choice in choices)


def _settle_environments(situation: Situation, actor: Actor, now: datetime) -> None:
    """Who comes along has a place where the organisation goes; who works there only leaves the old one.

    Who was deactivated stays so.
    """
    plan = situation.plan
    there = EnvironmentRole.objects.at(now).filter(environment_id=plan.to_environment_id)
    placed = set(there.values_list("person_id", flat=True))
    coming = _who(situation, Choice.ALONG, Choice.BOTH, Choice.RETURNS)
    new = [person for person in coming if person not in placed]
    here = EnvironmentRole.objects.filter(environment_id=plan.from_environment_id)
    resting = set(here.at(now).filter(is_active=False).values_list("person_id", flat=True))
    EnvironmentRole.objects.bulk_create(
        EnvironmentRole(
            environment=plan.to_environment,
            person_id=person,
            is_active=person not in resting,
            valid=since(now),
        )
        for person in new
    )
    here = here.filter(person_id__in=_who(situation, Choice.ALONG))
    gone = list(here.at(now).values_list("person_id", flat=True))
    here.end(now)
    _lead("person", new, environment_id=plan.to_environment_id)
    _forget("person", gone, environment_id=plan.from_environment_id)
    record_all(
        [
            *(_event("environment.role_given", plan.to_environment_id, p, actor, now) for p in new),
            *(_event("environment.role_ended", plan.from_environment_id, p, actor, now) for p in gone),
        ]
    )


def _note_who_lost_sight(situation: Situation, now: datetime) -> None:
    """Everybody of the old environment may know where an organisation went; strangers learn nothing."""
    plan = situation.plan
    TenancyDirectory.objects.filter(kind=MOVED, organisation_id__in=situation.places).delete()
    roles = EnvironmentRole.objects.filter(environment_id=plan.from_environment_id)
    was_there = set(roles.at(now - timedelta(microseconds=1)).values_list("person_id", flat=True))
    lost = (was_there | set(_who(situation, Choice.LEAVES))) - set(_who(situation, *STAYS, Choice.READS))
    for place in situation.places:
        _lead(MOVED, lost, organisation_id=place, environment_id=plan.from_environment_id)


def _lead(kind: str, people: Iterable[UUID], **to: UUID | None) -> None:
    rows = [TenancyDirectory(kind=kind, key=hash_key(person), **to) for person in people]
    TenancyDirectory.objects.bulk_create(rows, ignore_conflicts=True)


def _forget(kind: str, people: Collection[UUID], **to: UUID) -> None:
    keys = [hash_key(person) for person in people]
    TenancyDirectory.objects.filter(kind=kind, key__in=keys, organisation_id=None, **to).delete()


def _moved(plan: MovePlan, places: Collection[UUID], actor: Actor, now: datetime) -> Iterable[AuditEvent]:
    """On the organisation's own chain, which goes on unbroken, and on those of both environments."""
    detail = {"plan": str(plan.id), "from": str(plan.from_environment_id), "to": str(plan.to_environment_id)}
    for place in places:
        for chain in (place, plan.from_environment_id, plan.to_environment_id):
            yield _event("organisation.moved", chain, place, actor, now, detail)


def _event(
    name: str,
    chain: UUID | None,
    subject: UUID,
    actor: Actor,
    now: datetime,
    detail: dict[str, str] | None = None,
) -> AuditEvent:
    assert chain  # noqa: S101 - consent named the environment
    return AuditEvent(
        chain_id=chain,
        name=name,
        at=now,
        actor=actor.signature,
        person_id=actor.person_id,
        subject_id=subject,
        origin=actor.origin,
        detail=detail or {},
    )
