"""Full-text search under the walls, beside its bare query as owner: a rare word, and one of every invoice."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import psycopg
from django.utils import timezone
from psycopg import sql

from benchmarks.company import give_scheme, take
from benchmarks.ground import Ground
from benchmarks.measuring import Measured, in_turns
from benchmarks.paper import invoices
from benchmarks.rows import multiply, read_rows
from omloop.invoices.finding import Sought, page_found
from omloop.invoices.queries import PAGE
from omloop.invoices.words import query_of
from omloop.organisations.members import Member, member_scope
from tests.world import World

TABLES = ("intake_document", "invoices_invoice", "invoices_validation", "invoices_invoicewords")
RARE, COMMON = "levering w007", "kuipers"
"""On one of a thousand invoices, and on all."""
BARE = b"""
SELECT i.* FROM invoices_invoice i JOIN invoices_invoicewords w ON w.invoice_id = i.id
WHERE i.organisation_id = %(organisation)s AND w.words @@ (to_tsquery('dutch', %(query)s)
    || to_tsquery('english', %(query)s) || to_tsquery('simple', %(query)s))
ORDER BY i.received_at DESC, i.id LIMIT %(limit)s"""


def measure(ground: Ground) -> Iterator[Measured]:
    """The first page of what is found."""
    number, rounds = ground.size(100_000, 1_000), ground.size(20, 2)
    with ground.world() as (name, world), ground.owner(name) as owner:
        _fill(ground, owner, name, world, number)
        owner.autocommit = True
        owner.prepare_threshold = 0
        with member_scope(world.sanne, now=timezone.now()) as member:
            for what, words in ((f"a rare word among {number:,}", RARE), ("a word of every invoice", COMMON)):
                bare: dict[str, Any] = {
                    "organisation": world.zwaluw.id, "query": query_of(words), "limit": PAGE + 1
                }  # fmt: skip
                took = in_turns(
                    {
                        "ours": partial(_find, member, words),
                        "bare": partial(_find_bare, owner, bare),
                    },
                    rounds=rounds,
                    times=5,
                )
                yield Measured(
                    what=what,
                    ours=took["ours"],
                    against="bare indexed tsquery",
                    beside=took["bare"],
                    target=0.5,
                )


def _find(member: Member, words: str) -> None:
    page, _ = page_found(member, Sought(words=words), member.rights.keys(), None)
    assert page, words


def _find_bare(owner: psycopg.Connection, values: dict[str, Any]) -> None:
    assert owner.execute(BARE, values).fetchall()


def _fill(ground: Ground, owner: psycopg.Connection, name: str, world: World, number: int) -> None:
    give_scheme(world, "approve")
    rows = read_rows(owner, take(world.zwaluw, next(invoices()))).only(*TABLES)
    owner.commit()
    text = "'kuipers levering w' || lpad((n % 1000)::text, 3, '0') || ' b' || n"
    changes: dict[str, sql.Composable] = {
        "invoices_invoice.received_at": sql.SQL("timestamptz '2026-01-01' - n * interval '1 minute'"),
        "invoices_invoicewords.words": sql.SQL(f"to_tsvector('simple', {text})"),
    }
    with ground.superuser(name) as superuser:
        multiply(superuser, rows, range(1, number + 1), changes)
