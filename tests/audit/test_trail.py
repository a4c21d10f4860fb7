"""The trail is append-only, chained, signed, and tells when somebody meddled (rules 7.2)."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from django.db.utils import ProgrammingError

from omloop.audit.actors import OPERATOR
from omloop.audit.models import AuditEvent, AuditSeal
from omloop.audit.seal import seal, sign_head
from omloop.audit.services import record
from omloop.audit.tasks import seal_chain
from omloop.audit.verify import Verdict, verify
from omloop.organisations.holding import hold
from omloop.tenancy.scope import tenant_scope
from tests.world import BEGINNING, World

Owner = Callable[[], psycopg.Connection]


def verdict(chain_id: UUID) -> Verdict:
    """What the operator would be told: verified by whoever sees the whole chain."""
    with tenant_scope(None, [chain_id], [chain_id]):
        return verify(chain_id)


def sealed_and_signed(world: World) -> UUID:
    chain_id = world.zwaluw.id
    seal_chain(chain_id)
    with tenant_scope(None, [chain_id]):
        assert sign_head(chain_id, now=BEGINNING + timedelta(days=1))
    return chain_id


def test_events_are_sealed_in_order_without_gaps_and_signed(world: World) -> None:
    chain_id = sealed_and_signed(world)
    found = verdict(chain_id)
    assert (found.fault, found.unsealed, found.signatures) == ("", 0, 1)
    with tenant_scope(None, [chain_id]):
        numbers = list(
            AuditSeal.objects.filter(chain_id=chain_id).order_by("number").values_list("number", flat=True)
        )
    assert numbers == list(range(1, found.sealed + 1))
    assert found.sealed > 3


def test_an_event_waits_for_the_sealer_and_is_counted(world: World) -> None:
    chain_id = sealed_and_signed(world)
    with tenant_scope(None, [chain_id]):
        hold(chain_id)
        record("test.happened", actor=OPERATOR, chain_id=chain_id, at=BEGINNING)
    assert verdict(chain_id).unsealed == 1
    with tenant_scope(None, [chain_id]):
        assert seal(chain_id) == 1
        assert seal(chain_id) == 0
    assert verdict(chain_id).unsealed == 0


def test_a_chain_that_was_never_sealed_is_counted_too(world: World) -> None:
    found = verdict(world.zwaluw.id)
    assert (found.sealed, found.fault) == (0, "")
    assert found.unsealed > 0


def test_the_worker_seals_what_waits(world: World, run_jobs: Callable[[], None]) -> None:
    from omloop.audit.tasks import seal_waiting

    seal_waiting.defer(timestamp=0)
    run_jobs()
    found = verdict(world.zwaluw.id)
    assert (found.unsealed, found.fault) == (0, "")
    assert found.sealed > 0


@pytest.mark.parametrize(
    ("meddling", "fault"),
    [
        ("UPDATE audit_event SET name = 'nothing.happened' WHERE id = %(event)s", "number 2 was changed"),
        ("DELETE FROM audit_event WHERE id = %(event)s", "the event of number 2 is gone"),
        ("DELETE FROM audit_seal WHERE event_id = %(event)s", "number 2 is missing"),
        ("UPDATE audit_chain SET hash = sha256('x') WHERE chain_id = %(chain)s", "the head says"),
        ("UPDATE audit_signature SET signature = sha512('x') WHERE chain_id = %(chain)s", "is false"),
        (
            "UPDATE audit_signature SET hash = sha256('x') WHERE chain_id = %(chain)s",
            "is not what stands there",
        ),
    ],
)
def test_meddling_above_the_walls_is_found(world: World, owner: Owner, meddling: str, fault: str) -> None:
    chain_id = sealed_and_signed(world)
    with tenant_scope(None, [chain_id]):
        event = AuditSeal.objects.get(chain_id=chain_id, number=2).event_id
    with owner() as database:
        database.execute(meddling, {"event": event, "chain": chain_id})
    assert fault in verdict(chain_id).fault


def test_a_tail_cut_off_with_its_head_is_found_by_the_signature(world: World, owner: Owner) -> None:
    chain_id = sealed_and_signed(world)
    with owner() as database:
        cut = {"chain": chain_id, "last": verdict(chain_id).sealed}
        database.execute("DELETE FROM audit_seal WHERE chain_id = %(chain)s AND number = %(last)s", cut)
        database.execute(
            "UPDATE audit_chain SET number = number - 1, hash = (SELECT hash FROM audit_seal "
            "WHERE chain_id = %(chain)s AND number = %(last)s - 1) WHERE chain_id = %(chain)s",
            cut,
        )
    assert "not what stands there" in verdict(chain_id).fault


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_event SET name = ''", "DELETE FROM audit_event", "TRUNCATE audit_event"]
)
def test_the_web_role_changes_nothing_in_the_trail(world: World, statement: str) -> None:
    from django.db import connection

    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        tenant_scope(None, [world.zwaluw.id]),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_the_trail_of_another_organisation_is_not_seen(world: World) -> None:
    with tenant_scope(None, [world.zwaluw.id]):
        assert set(AuditEvent.objects.values_list("chain_id", flat=True)) == {world.zwaluw.id}
