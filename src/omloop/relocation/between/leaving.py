"""An organisation leaves: nobody writes it any more, its queue is empty; and back if it stays (rules 6.4)."""

import time
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper
from procrastinate.contrib.django import app

from omloop.audit.actors import OPERATOR
from omloop.audit.services import record
from omloop.intake.models import LateArrival
from omloop.organisations.holding import hold_alone
from omloop.organisations.models import Organisation
from omloop.relocation.between.agreement import refuse_unless_agreed
from omloop.relocation.between.journal import Departure
from omloop.relocation.moves.plans import MovePlan, Mover
from omloop.tenancy.models import TenancyStandstill
from omloop.tenancy.scope import show_confidential, tenant_scope

GO_ON = "flow.advance"
"""The one kind of job that belongs to an organisation's story; the others belong to the installation."""
PATIENCE = 60.0
"""Seconds to wait for work that is under way."""
STALLED = "interval '30 seconds'"
"""Without a heartbeat for so long, a worker is dead."""


class NotNow(ValueError):
    """The organisation can't leave at this moment; the message says why and what to do."""


class AlreadyGone(ValueError):
    """The organisation has left: there is no way back from here."""


def begin(organisation_id: UUID, *, now: datetime) -> Departure:
    """Let the organisation stand still and wait until nobody writes in it; goes on with what was begun.

    As the owner of the database. Raises NobodyAgreed, NotNow, AlreadyGone.
    """
    departure = _stand_still(organisation_id, now=now)
    if departure.gone_at is None:
        wait_for_writers()
        _take_waiting(departure)
    return departure


def _stand_still(organisation_id: UUID, *, now: datetime) -> Departure:
    with tenant_scope(None, [organisation_id]) as scope:
        hold_alone([organisation_id])
        found = departure_of(organisation_id)
        if found is not None:
            return found
        if organisation_id in scope.standing_still:
            raise NotNow(f"This organisation is {scope.standing_still[organisation_id]}: it can't leave now.")
        moves = Mover.objects.filter(of_organisation_id=organisation_id)
        if moves.filter(plan__state=MovePlan.State.RUNNING).exists():
            raise NotNow("This organisation is moving to another environment: wait until that is done.")
        refuse_unless_agreed(organisation_id, now=now)
        organisation = Organisation.objects.get(id=organisation_id)
        _record("organisation.leaving", organisation_id, now)
        TenancyStandstill.objects.create(
            organisation_id=organisation_id, reason=TenancyStandstill.Reason.LEAVING
        )
        departure: Departure = Departure.objects.create(
            organisation_id=organisation_id,
            environment_id=organisation.environment_id,
            name=organisation.name,
            begun_at=now,
        )
        return departure


def departure_of(organisation_id: UUID) -> Departure | None:
    """The departure that is under way or was the last, unless it was cancelled; locked, inside a scope."""
    found = Departure.objects.filter(organisation_id=organisation_id, cancelled_at=None)
    return found.select_for_update().order_by("-begun_at").first()


def stay(organisation_id: UUID, *, now: datetime) -> None:
    """Let an organisation that was leaving go on here, with the jobs that waited; twice does no harm.

    Raises AlreadyGone.
    """
    with tenant_scope(None, [organisation_id]):
        hold_alone([organisation_id])
        departure = departure_of(organisation_id)
        if departure is None:
            return
        if departure.gone_at is not None:
            raise AlreadyGone(f"{departure.name} went to {departure.went_to} and can't stay any more.")
        TenancyStandstill.objects.filter(organisation_id=organisation_id).delete()
        _record("organisation.stays", organisation_id, now)
        Departure.objects.filter(id=departure.id).update(cancelled_at=now)
        go_on_after(departure.waiting, organisation_id)


def go_on_after(event_ids: list[str], organisation_id: UUID) -> None:
    """Queue the jobs that go on after these events, in the open transaction."""
    task = app.configure_task(GO_ON, allow_unknown=False)
    for event_id in event_ids:
        task.defer(event_id=event_id, organisation_id=str(organisation_id))


def late_arrivals(organisation_id: UUID) -> list[LateArrival]:
    """What came while the organisation was leaving, in the order in which it came."""
    with tenant_scope(None, [organisation_id]):
        show_confidential([organisation_id])
        late = LateArrival.objects.filter(organisation_id=organisation_id)
        return list(late.order_by("arrived_at", "id"))


def forget_late(late: LateArrival) -> None:
    """It is a document now."""
    with tenant_scope(None, [late.organisation_id]):
        LateArrival.objects.filter(id=late.id).delete()


def wait_for_writers() -> None:
    """Wait until every transaction has ended that is open now: it may not know that somebody stands still.

    Raises NotNow after a minute.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(virtualxid) FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
            "WHERE locktype = 'virtualxid' AND a.datname = current_database() AND pid <> pg_backend_pid()"
        )
        open_now = cursor.fetchall()[0][0] or []
        until = time.monotonic() + PATIENCE
        while open_now and _any_left(cursor, open_now):
            if time.monotonic() > until:
                raise NotNow(
                    "Other work has been going on for more than a minute: a backup? Try again later."
                )
            time.sleep(0.02)


def _any_left(cursor: CursorWrapper, virtual_ids: list[str]) -> bool:
    cursor.execute("SELECT 1 FROM pg_locks WHERE virtualxid = ANY (%s) LIMIT 1", [virtual_ids])
    return cursor.fetchone() is not None


def _take_waiting(departure: Departure) -> None:
    """Take the organisation's jobs off the queue, to go along; wait for those that are being done."""
    until = time.monotonic() + PATIENCE
    while _cancel_jobs(departure):
        if time.monotonic() > until:
            raise NotNow("A job of this organisation does not come to an end: try again later.")
        time.sleep(0.2)


def _cancel_jobs(departure: Departure) -> int:
    """Cancel what waits or was left by a worker that died; how many are being done."""
    with tenant_scope(None, [departure.organisation_id]), connection.cursor() as cursor:
        cursor.execute(
            "WITH taken AS (UPDATE procrastinate_jobs j SET status = 'cancelled' "  # noqa: S608
            "WHERE task_name = %(task)s AND args->>'organisation_id' = %(organisation)s "
            "AND (status = 'todo' OR status = 'doing' AND NOT EXISTS (SELECT 1 FROM procrastinate_workers w "
            f"WHERE w.id = j.worker_id AND w.last_heartbeat > now() - {STALLED})) "
            "RETURNING args->>'event_id' AS event) "
            "UPDATE relocation_departure SET waiting = waiting || (SELECT jsonb_agg(event) FROM taken) "
            "WHERE id = %(departure)s AND EXISTS (SELECT 1 FROM taken)",
            {"task": GO_ON, "organisation": str(departure.organisation_id), "departure": departure.id},
        )
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s AND status = 'doing' "
            "AND args->>'organisation_id' = %s",
            [GO_ON, str(departure.organisation_id)],
        )
        return int(cursor.fetchall()[0][0])


def _record(name: str, organisation_id: UUID, now: datetime) -> None:
    record(name, actor=OPERATOR, chain_id=organisation_id, subject_id=organisation_id, at=now)
