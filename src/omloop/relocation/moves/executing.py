"""Doing what a plan says: count, switch, count again (rules 6.3).

Each phase is committed and found again after a crash. Only the switch holds the organisations, for as long
as its statements take, whatever the number of documents.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, connection
from django.utils import timezone
from psycopg import errors

from omloop.audit.actors import system
from omloop.audit.services import record
from omloop.environments.services import establish
from omloop.intake.files import FileDamaged
from omloop.kernel.ids import uuid7
from omloop.organisations.holding import hold_alone
from omloop.people.models import Person
from omloop.relocation.manifest import (
    Manifest,
    ManifestsDiffer,
    Told,
    count_rows,
    differences,
    take_manifest,
    take_mark,
)
from omloop.relocation.moves.agreeing import consenting_sides, lock_plan
from omloop.relocation.moves.findings import find_conflicts
from omloop.relocation.moves.links import linked_to
from omloop.relocation.moves.plans import Consent, MovePlan, Mover
from omloop.relocation.moves.refusals import MoveRefused, NoOtherSide, NotAsked, OpenConflicts
from omloop.relocation.moves.settling import UNDO_DAYS, settle
from omloop.relocation.moves.situation import Situation
from omloop.relocation.tables import SHRINKING, Table, tables
from omloop.tenancy.scope import Scope, show_confidential, tenant_scope, write_closed

logger = logging.getLogger("omloop.relocation")

MOVER = system("move")
LOCK_SECONDS = 2
TRIES = 5
"""How often the switch is tried when somebody keeps an organisation busy for longer than that."""
TELL_EVERY = 0.5
"""Seconds between two notes of progress."""
State, Phase = MovePlan.State, MovePlan.Phase


class Busy(MoveRefused):
    """Somebody kept an organisation busy for too long; nothing happened."""


def move(plan_id: UUID, environment_id: UUID) -> None:
    """Go on with a running plan from where it stands, until it is done or stopped; twice does no harm."""
    while True:
        with tenant_scope(None, [], [environment_id]):
            plan: MovePlan = MovePlan.objects.get(id=plan_id)
        if plan.state != State.RUNNING:
            return
        try:
            _PHASES[plan.phase](plan)
        except (MoveRefused, ManifestsDiffer, FileDamaged) as refusal:
            if plan.phase == Phase.CHECKING:
                raise
            stop(plan, refusal)


def stop(plan: MovePlan, cause: Exception) -> None:
    """Nothing happened: keep why, so that people can mend it and ask again."""
    with _scope_of(plan):
        held = lock_plan(plan.id)
        if held.state != State.RUNNING or held.executed_at is not None:
            return
        held.become(State.STOPPED)
        held.stopped_because = _reasons(cause)
        held.save(update_fields=["state", "stopped_because"])
        _record(held, "move.stopped", timezone.now(), {"because": [r["kind"] for r in held.stopped_because]})
    logger.warning("move %s stopped, nothing happened: %s", plan.id, cause)


def _reasons(cause: Exception) -> list[dict[str, str]]:
    if isinstance(cause, OpenConflicts):
        return [conflict.as_dict() for conflict in cause.conflicts]
    if isinstance(cause, ManifestsDiffer):
        return [{"kind": "unequal", "name": line} for line in cause.differences]
    kinds = {Busy: "busy", FileDamaged: "damaged", NotAsked: "no_consent", NoOtherSide: "no_other_side"}
    return [{"kind": kinds.get(type(cause), "worker"), "name": str(cause)}]


def _count_before(plan: MovePlan) -> None:
    """Take the manifest of each organisation, and keep it."""
    with _progress(plan) as told:
        for mover in _movers(plan):
            manifest = take_manifest(take_mark(mover.of_organisation_id, now=timezone.now()), told)
            _keep(plan, mover, before=manifest.signed())
    _go_on(plan, Phase.MOVING)


def _switch(plan: MovePlan) -> None:
    for attempt in range(TRIES):
        try:
            return switch(plan)
        except OperationalError as error:
            if not isinstance(error.__cause__, errors.LockNotAvailable):
                raise
            time.sleep(attempt)
    raise Busy(f"an organisation was in use for {LOCK_SECONDS} seconds, {TRIES} times")


def switch(plan: MovePlan) -> None:
    """The one transaction that moves: all of it or nothing.

    Consents and conflicts are asked once more when nobody can change them any more. That each table still
    has the rows that were counted is asked just before, and at the end of the tables that can lose some.
    Raises NotAsked, OpenConflicts, ManifestsDiffer, and OperationalError when somebody holds an organisation
    for longer than LOCK_SECONDS.
    """
    movers, target = _movers(plan), plan.to_environment_id or uuid7()
    places = [mover.of_organisation_id for mover in movers]
    with tenant_scope(None, places, [plan.from_environment_id, target]):
        show_confidential(places)
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{LOCK_SECONDS}s"])
        _refuse_lost_rows(movers, [table for table in tables() if table.model not in SHRINKING])
        write_closed()
        hold_alone({*places, *linked_to(places)})
        plan, now = lock_plan(plan.id), timezone.now()
        situation = _agreed(plan, now)
        if plan.to_environment_id is None:
            _make_environment(plan, target, now)
        settle(situation, actor=MOVER, now=now)
        _refuse_lost_rows(movers, [table for table in tables() if table.model in SHRINKING])
        plan.phase, plan.executed_at = Phase.CHECKING, now
        plan.undo_until = None if plan.undoes_id else now + timedelta(days=UNDO_DAYS)
        plan.save(update_fields=["phase", "executed_at", "undo_until", "to_environment"])


def _agreed(plan: MovePlan, now: datetime) -> Situation:
    if plan.state != State.RUNNING or plan.phase != Phase.MOVING:
        raise NotAsked
    if consenting_sides(plan) != {Consent.Side.FROM, Consent.Side.TO}:
        raise NotAsked
    situation = Situation(plan, now)
    conflicts = find_conflicts(situation)
    if conflicts:
        raise OpenConflicts(conflicts)
    return situation


def _make_environment(plan: MovePlan, environment_id: UUID, now: datetime) -> None:
    first = Person.objects.filter(email__iexact=plan.to_email, is_active=True).first()
    if first is None:
        raise NoOtherSide
    establish(environment_id, name=plan.to_name, administrator_id=first.id, actor=MOVER, now=now)
    plan.to_environment_id = environment_id


def _refuse_lost_rows(movers: list[Mover], of: Collection[Table]) -> None:
    """These tables have as many rows up to the mark as were counted; new ones are never made below it.

    Only those that can lose rows need be asked while all others wait.
    """
    names = {table.name for table in of}
    for mover in movers:
        before = mover.counted_before
        found = [
            f"{mover.name}, {counted.table}: {counted.rows} rows before, {rows} now"
            for counted in before.tables
            if counted.table in names and (rows := count_rows(counted.table, before.mark)) != counted.rows
        ]
        if found:
            raise ManifestsDiffer(found)


def _check_after(plan: MovePlan) -> None:
    """Take the manifests again up to the same marks, outside of every lock, and keep what differs."""
    with _progress(plan) as told:
        for mover in _movers(plan):
            before = mover.counted_before
            after, found = _compare(before, told)
            _keep(plan, mover, after=after.signed() if after else None, differences=found)
    _finish(plan)


def _compare(before: Manifest, told: Told) -> tuple[Manifest | None, list[str]]:
    try:
        after = take_manifest(before.mark, told)
    except FileDamaged as damaged:
        return None, [str(damaged)]
    return after, differences(before, after)


def _finish(plan: MovePlan) -> None:
    """Done; an undo ends the plan that it undid too."""
    with _scope_of(plan):
        plan, now = lock_plan(plan.id), timezone.now()
        if plan.state != State.RUNNING:
            return
        plan.become(State.DONE)
        plan.phase = ""
        plan.save(update_fields=["state", "phase"])
        if plan.undoes_id:
            undone = lock_plan(plan.undoes_id)
            undone.become(State.UNDONE)
            undone.save(update_fields=["state"])
        unequal = [mover.name for mover in Mover.objects.filter(plan=plan) if mover.differences]
        _record(plan, "move.unequal" if unequal else "move.checked", now, {})


_PHASES: dict[str, Callable[[MovePlan], None]] = {
    Phase.COUNTING: _count_before,
    Phase.MOVING: _switch,
    Phase.CHECKING: _check_after,
}


def _movers(plan: MovePlan) -> list[Mover]:
    with _scope_of(plan):
        return list(Mover.objects.filter(plan=plan).order_by("name", "id"))


def _keep(plan: MovePlan, mover: Mover, **values: object) -> None:
    with _scope_of(plan):
        Mover.objects.filter(id=mover.id).update(**values)


def _go_on(plan: MovePlan, phase: str) -> None:
    with _scope_of(plan):
        MovePlan.objects.filter(id=plan.id, state=State.RUNNING).update(phase=phase)


@contextmanager
def _progress(plan: MovePlan) -> Iterator[Told]:
    """Writes how far the counting is into the plan, now and then."""
    last = [0.0]

    def told(done: int, total: int) -> None:
        if time.monotonic() - last[0] < TELL_EVERY and done != total:
            return
        last[0] = time.monotonic()
        with _scope_of(plan):
            MovePlan.objects.filter(id=plan.id).update(done=done, total=total)

    yield told


def _scope_of(plan: MovePlan) -> AbstractContextManager[Scope]:
    return tenant_scope(None, [], [e for e in (plan.from_environment_id, plan.to_environment_id) if e])


def _record(plan: MovePlan, name: str, now: datetime, detail: dict[str, object]) -> None:
    for chain in filter(None, (plan.from_environment_id, plan.to_environment_id)):
        record(name, actor=MOVER, chain_id=chain, subject_id=plan.id, at=now, detail=detail)


def find_plan(plan_id: UUID, environment_id: UUID) -> MovePlan:
    """The plan, from a scope of its own; raises MovePlan.DoesNotExist."""
    with tenant_scope(None, [], [environment_id]):
        found: MovePlan = MovePlan.objects.get(id=plan_id)
        return found
