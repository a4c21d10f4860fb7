"""Very many invoices, of which one in five waits for somebody."""

from uuid import UUID

import psycopg
from psycopg import sql

from benchmarks.company import give_scheme, take
from benchmarks.ground import Ground
from benchmarks.paper import invoices
from benchmarks.rows import multiply, read_rows
from omloop.organisations.rights import DefaultGroup
from tests.world import World, place

TABLES = (
    "intake_document",
    "invoices_invoice",
    "invoices_validation",
    "circulation_step",
    "circulation_assignment",
)
DUE = sql.SQL("date '2026-01-01' + n % 400")


def fill(ground: Ground, owner: psycopg.Connection, name: str, world: World, number: int) -> UUID:
    """Of ten that wait Anna has four, Bram two, Sanne two and the group finance two; one invoice's id.

    Half of Bram's are for four others. He is in the group.
    """
    give_scheme(world, "approve")
    place(world.bram, world.zwaluw, DefaultGroup.FINANCE)
    rows = read_rows(owner, take(world.zwaluw, next(invoices()))).only(*TABLES)
    found = owner.execute(
        "SELECT id FROM organisations_group WHERE organisation_id = %s AND \"default\" = 'finance'",
        [world.zwaluw.id],
    )
    finance = found.fetchall()[0][0]
    owner.commit()
    with ground.superuser(name) as superuser:
        multiply(superuser, rows, range(1, number + 1), _spread(world, finance))
    invoice_id: UUID = rows.tables["invoices_invoice"][0]["id"]
    return invoice_id


def _spread(world: World, finance: UUID) -> dict[str, sql.Composable]:
    """Whose task the number n is; n / 5 % 10 counts those that wait."""
    anna, bram, sanne = world.anna.id, world.bram.id, world.sanne.id
    holders = [anna, anna, anna, anna, bram, bram, sanne, sanne, None, None]
    others = [anna, sanne, world.marit.id, world.otto.id]
    by_holder = _pick(holders, sql.SQL("n / 5 % 10"))
    return {
        "invoices_invoice.due_on": DUE,
        "invoices_invoice.number": sql.SQL("'B-' || n"),
        "invoices_invoice.state": sql.SQL("CASE WHEN n % 5 = 0 THEN 'circulating' ELSE 'approved' END"),
        "circulation_step.state": sql.SQL("CASE WHEN n % 5 = 0 THEN 'open' ELSE 'done' END"),
        "circulation_assignment.due_on": DUE,
        "circulation_assignment.ended_at": sql.SQL("CASE WHEN n % 5 > 0 THEN now() END"),
        "circulation_assignment.holder_id": by_holder,
        "circulation_assignment.group_id": sql.SQL("CASE WHEN ({}) IS NULL THEN {} END").format(
            by_holder, finance
        ),
        "circulation_assignment.for_person_id": sql.SQL("CASE WHEN n / 5 % 10 = 5 THEN {} END").format(
            _pick(others, sql.SQL("n / 50 % 4"))
        ),
    }


def _pick(ids: list[UUID] | list[UUID | None], place: sql.Composable) -> sql.Composed:
    return sql.SQL("({}::uuid[])[{} + 1]").format(sql.Literal(ids), place)
