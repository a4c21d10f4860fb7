"""Full-text search under the walls, beside its bare query as owner.

By words of one invoice in a thousand, of one in a hundred, and of every one.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import psycopg
from django.utils import timezone
from psycopg import sql

from benchmarks.company import give_scheme, take
from benchmarks.ground import Ground
from benchmarks.measuring import Measured, Work, in_turns
from benchmarks.paper import invoices
from benchmarks.rows import multiply, read_rows
from omloop.invoices.finding import Sought, newest_found, page_found
from omloop.invoices.queries import PAGE
from omloop.invoices.words import query_of
from omloop.organisations.members import Member, member_scope
from tests.world import World

TABLES = ("intake_document", "invoices_invoice", "invoices_validation", "invoices_invoicewords")
RARE, OFTEN, COMMON = "levering w007", "levering w01", "kuipers"
"""On one of a thousand invoices, on one of a hundred, and on all."""
BARE = b"""
SELECT i.id, i.received_at FROM invoices_invoice i JOIN invoices_invoicewords w ON w.invoice_id = i.id
WHERE w.words @@ (to_tsquery('dutch', %(query)s)
    || to_tsquery('english', %(query)s) || to_tsquery('simple', %(query)s))
ORDER BY i.received_at DESC, i.id LIMIT %(limit)s"""


def measure(ground: Ground) -> Iterator[Measured]:
    """The first page of what is found, by words."""
    number, rounds = ground.size(1_000_000, 1_000), ground.size(20, 2)
    with ground.world() as (name, world), ground.owner(name) as owner:
        _fill(ground, owner, name, world, number)
        owner.autocommit = True
        owner.prepare_threshold = 0  # prepared from the first time on
        with member_scope(world.sanne, now=timezone.now()) as member:
            yield from _measure(owner, member, RARE, f"a rare word among {number:,}", rounds)
            yield from _measure(owner, member, OFTEN, "a word of one in a hundred", rounds)
            yield from _measure(owner, member, COMMON, "a word of every invoice", rounds)


def _measure(
    owner: psycopg.Connection, member: Member, words: str, what: str, rounds: int
) -> Iterator[Measured]:
    """The newest that are found; then with the rows read as models, under the policy."""
    works: dict[str, Work] = {
        "ours": partial(_find, member, words),
        "page": partial(_read, member, words),
        "bare": partial(_find_bare, owner, {"query": query_of(words), "limit": PAGE + 1}),
    }
    took = in_turns(works, rounds=rounds, times=5)
    against, beside = "bare indexed tsquery", took["bare"]
    yield Measured(what=what, ours=took["ours"], against=against, beside=beside, target=0.5)
    yield Measured(what="and its page as models", ours=took["page"], against=against, beside=beside)


def _find(member: Member, words: str) -> None:
    assert newest_found(member, Sought(words=words), member.rights.keys(), None, PAGE + 1), words


def _read(member: Member, words: str) -> None:
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
