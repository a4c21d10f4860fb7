"""Deciding one step through the gate, with audit and a commit, beside the bare statements that must be run.

Bare: guarded UPDATEs of task, step and invoice, the decision and two events, prepared, as the owner.
"""

from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
from django.utils import timezone
from psycopg.types.json import Jsonb

from benchmarks.company import give_scheme, take
from benchmarks.ground import Ground
from benchmarks.measuring import Measured, in_turns
from benchmarks.paper import invoices
from benchmarks.rows import multiply, read_rows
from benchmarks.waiting import TABLES
from omloop.circulation.deciding.gate import decide
from omloop.circulation.models import Decision
from omloop.organisations.members import member_scope
from omloop.people.models import Person

ROUNDS, TIMES = 20, 4
Task = tuple[UUID, UUID, UUID, UUID]
"""The keys of organisation, invoice, step and task."""
END_TASK = "UPDATE circulation_assignment SET ended_at = %s WHERE id = %s AND ended_at IS NULL"
END_STEP = "UPDATE circulation_step SET state = 'done' WHERE id = %s AND state = 'open'"
END_INVOICE = "UPDATE invoices_invoice SET state = 'approved' WHERE id = %s AND state = 'circulating'"
DECIDE = """
INSERT INTO circulation_decision
    (id, organisation_id, confidential, step_id, assignment_id, invoice_id, action, person_id, remark,
     decided_at, counts, withdrawal)
VALUES (%s, %s, false, %s, %s, %s, 'approve', %s, '', %s, %s, '')"""
TELL = """
INSERT INTO audit_event (id, chain_id, name, at, actor, person_id, subject_id, origin, detail)
VALUES (%s, %s, %s, %s, 'person', %s, %s, '', %s)"""


def measure(ground: Ground) -> Iterator[Measured]:
    """Anna approves the only step of an invoice, which approves the invoice."""
    rounds = ground.size(ROUNDS, 2)
    with ground.world() as (name, world), ground.owner(name) as owner:
        give_scheme(world, "approve")
        rows = read_rows(owner, take(world.zwaluw, next(invoices())))
        owner.commit()
        with ground.superuser(name) as superuser:
            multiply(superuser, rows.only(*TABLES), range(1, 2 * (rounds + 1) * TIMES + 1))
        tasks: Iterator[Task] = iter(
            owner.execute(
                "SELECT organisation_id, invoice_id, step_id, id FROM circulation_assignment"
            ).fetchall()
        )
        owner.commit()
        took = in_turns(
            {
                "ours": lambda: approve(world.anna, next(tasks)),
                "bare": lambda: write_bare(owner, world.anna.id, next(tasks)),
            },
            rounds=rounds,
            times=TIMES,
        )
    against = "bare UPDATEs and INSERTs"
    yield Measured(
        what="decide one step", ours=took["ours"], against=against, beside=took["bare"], target=0.2
    )


def approve(person: Person, task: Task) -> None:
    """As the page does: in the scope of the person, through the gate."""
    now = timezone.now()
    with member_scope(person, now=now) as member:
        outcome = decide(assignment_id=task[3], action=Decision.Action.APPROVE, actor=member, now=now)
    assert outcome.opened is None


def write_bare(owner: psycopg.Connection, person_id: UUID, task: Task) -> None:
    """What an approval must leave behind."""
    organisation_id, invoice_id, step_id, assignment_id = task
    now = timezone.now()
    for statement, values in (
        (END_TASK, (now, assignment_id)),
        (END_STEP, (step_id,)),
        (END_INVOICE, (invoice_id,)),
    ):
        assert owner.execute(statement, values).rowcount == 1
    decision = (uuid4(), organisation_id, step_id, assignment_id, invoice_id, person_id, now, "0" * 64)
    owner.execute(DECIDE, decision)
    for name in ("step.approved", "invoice.approved"):
        event_id = uuid4()
        detail = Jsonb({"step": str(step_id)})
        owner.execute(TELL, (event_id, organisation_id, name, now, person_id, invoice_id, detail))
        owner.execute("INSERT INTO audit_unsealed VALUES (%s, %s)", (event_id, organisation_id))
    owner.commit()
