"""The worklist: its queries beside the bare ones, and its page beside a plain Django view of 50 rows.

The bare queries run prepared under the owner, over the walls. Anna holds most tasks; Bram fewer, but he also
stands in for four people and is in a group that holds many.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import psycopg
from django.db import connection, connections
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from benchmarks import plain
from benchmarks.ground import Ground
from benchmarks.measuring import Measured, Work, in_turns
from benchmarks.waiting import fill
from omloop.circulation.reading.worklist import DUE, MOST, PAGE, count, counts, worklist
from omloop.config.databases import from_url
from omloop.organisations.members import Member, member_scope
from omloop.people.models import Person

WAITS = "(a.on_hold_until IS NULL OR a.on_hold_until <= current_date)"
ORDER = f"ORDER BY {DUE}, a.id"
HIS = f"""
SELECT a.* FROM circulation_assignment a WHERE a.holder_id = %(person)s AND a.ended_at IS NULL
{ORDER} LIMIT %(limit)s"""
HIS_AND_OF_GROUPS = f"""
SELECT a.* FROM (({HIS}) UNION ALL (
    SELECT run.* FROM unnest(%(groups)s) mine(id) CROSS JOIN LATERAL (
        SELECT a.* FROM circulation_assignment a WHERE a.group_id = mine.id AND a.ended_at IS NULL
        {ORDER} LIMIT %(limit)s) run)) a
{ORDER} LIMIT %(limit)s"""
"""Every run from its own index: the fastest known way for somebody with groups."""
COUNTED = "SELECT count(*) FROM ({held}) a"
COUNTED_BY_FILTER = f"""
SELECT count(*) FILTER (WHERE {WAITS}),
       count(*) FILTER (WHERE {WAITS} AND {DUE} < current_date),
       count(*) FILTER (WHERE {WAITS} AND a.for_person_id IS NOT NULL),
       count(*) FILTER (WHERE {WAITS} AND i.findings > 0),
       count(*) FILTER (WHERE NOT {WAITS})
FROM ({{held}}) a JOIN invoices_invoice i ON i.id = a.invoice_id"""


def measure(ground: Ground) -> Iterator[Measured]:
    """Queries and pages, of Anna and of Bram."""
    number, rounds = ground.size(1_000_000, 1_000), ground.size(20, 2)
    with ground.world() as (name, world), ground.owner(name) as owner:
        invoice_id = fill(ground, owner, name, world, number)
        owner.autocommit = True
        yield from _queries(owner, world.anna, HIS, rounds, f"worklist at {number:,}: queries", 0.5)
        who = "of one who stands in: queries"
        yield from _queries(owner, world.bram, HIS_AND_OF_GROUPS, rounds, who, 1 / 3)
        connections.settings[plain.DATABASE] = connections.settings["default"] | from_url(
            ground.owner_url(name)
        )
        address = reverse("worklist")
        yield _page(world.anna, f"{address}?view=list", rounds, "worklist page", 0.5)
        yield _page(world.bram, f"{address}?view=list", rounds, "of one who stands in", 0.5)
        yield _page(
            world.anna, f"{address}?view=preview&invoice={invoice_id}", rounds, "with a preview", None
        )


def _queries(
    owner: psycopg.Connection, person: Person, held: str, rounds: int, what: str, target: float
) -> Iterator[Measured]:
    """The first page with how much waits under every filter, in an open scope; then with one number alone."""
    with member_scope(person, now=timezone.now()) as member:
        works: dict[str, Work] = {
            "ours": partial(_ask, member, counts),
            "bare": partial(_ask_bare, owner, member, held, COUNTED_BY_FILTER),
            "ours, one": partial(_ask, member, count),
            "bare, one": partial(_ask_bare, owner, member, held, COUNTED),
        }
        took = in_turns(works, rounds=rounds, times=5)
    against, beside = "bare keyset and counts", took["bare"]
    yield Measured(what=what, ours=took["ours"], against=against, beside=beside, target=target)
    against, beside = "bare keyset and count", took["bare, one"]
    yield Measured(what="and one number alone", ours=took["ours, one"], against=against, beside=beside)


def _ask(member: Member, counting: Callable[..., object]) -> None:
    today = timezone.localdate()
    assert len(worklist(member, today=today).rows) == PAGE
    counting(member, today=today)


def _ask_bare(owner: psycopg.Connection, member: Member, held: str, counted: str) -> None:
    shown = f"""
        SELECT a.id, a.due_on, a.why, i.id, i.number, i.supplier_name, i.with_vat, i.currency
        FROM ({held}) a JOIN invoices_invoice i ON i.id = a.invoice_id {ORDER}"""
    values: dict[str, Any] = {"person": member.person_id, "groups": list(member.group_ids)}
    assert len(owner.execute(shown.encode(), values | {"limit": PAGE}).fetchall()) == PAGE
    owner.execute(counted.format(held=held).encode(), values | {"limit": MOST + 1}).fetchall()


def _page(person: Person, address: str, rounds: int, what: str, target: float | None) -> Measured:
    """The whole page through Django's own test client."""
    ours, bare = Client(), Client()
    ours.force_login(person)
    bare.force_login(person)
    with override_settings(MIDDLEWARE=plain.MIDDLEWARE):  # the client loads it at its first request
        assert bare.get("/").status_code == 200
    with CaptureQueriesContext(connection) as asked:
        assert ours.get(address).status_code == 200
    queries = len(asked)
    took = in_turns(
        {"ours": lambda: ours.get(address), "plain": lambda: bare.get("/")}, rounds=rounds, times=3
    )
    return Measured(
        what=f"{what} ({queries} queries)",
        ours=took["ours"],
        against="plain Django view of 50 rows",
        beside=took["plain"],
        target=target,
    )
