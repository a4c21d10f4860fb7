"""No table of an organisation can be forgotten when it moves or is exported (rules 6.2, 6.3)."""

from collections.abc import Callable

import psycopg
from django.db import models

from omloop.relocation.moves.links import links
from omloop.relocation.moves.plans import OfPlan
from omloop.relocation.tables import tables
from omloop.tenancy.history import WithHistory
from omloop.tenancy.walls import tenant_models, wall_of
from tests.world import World

ELSEWHERE = {
    "tenancy_directory": "where keys lead to, before there is a scope",
    "joining_invitation": "the environment's: who accepts one of an organisation that moved away is refused",
    "organisations_rightschange": "a draft of the environment: of an organisation elsewhere it says nothing",
    "tenancy_standstill": "that it leaves, arrives or is gone here",
    "relocation_departure": "how far it got on its way to another installation",
    "relocation_arrival": "how far it got on its way from another installation",
    "relocation_placeholder": "who of the people it came with is asked here",
    "audit_unsealed": "what the sealer has still to do: nothing, up to a mark",
    "relocation_mover": "plans of moves: they are of two environments",
    "relocation_successor": "plans of moves: they are of two environments",
}
"""Tables that name an organisation and whose rows are not the organisation's, with the reason."""


def test_every_table_that_names_an_organisation_moves_along_or_says_why_not(
    world: World, owner: Callable[[], psycopg.Connection]
) -> None:
    with owner() as database:
        rows = database.execute(
            "SELECT DISTINCT table_name FROM information_schema.columns WHERE table_schema = 'public' "
            "AND column_name IN ('organisation_id', 'chain_id') AND table_name NOT LIKE 'procrastinate%'"
        ).fetchall()
        pointing = database.execute(
            "SELECT DISTINCT conrelid::regclass::text FROM pg_constraint "
            "WHERE contype = 'f' AND confrelid = 'organisations_organisation'::regclass"
        ).fetchall()
    names = {name for (name,) in rows + pointing} | {"organisations_organisation"}
    assert {table.name for table in tables()} == names - set(ELSEWHERE)
    assert set(ELSEWHERE) <= names


def test_every_walled_table_is_of_organisations_or_of_environments() -> None:
    of_organisations = {table.model for table in tables()}
    left = {model for model in tenant_models() if model not in of_organisations}
    assert [m for m in left if "app.environment_ids" not in wall_of(m) and not issubclass(m, OfPlan)] == []


def test_parents_come_before_their_children() -> None:
    order = [table.model for table in tables()]
    late = [
        f"{model.__name__}.{field.name}"
        for model in order
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and field.remote_field.model in order
        and order.index(field.remote_field.model) > order.index(model)
    ]
    assert late == []
    assert len(order) > 15


def test_a_link_between_two_organisations_has_history_so_that_a_move_can_end_it() -> None:
    assert [model for model, _ in links() if not issubclass(model, WithHistory)] == []
