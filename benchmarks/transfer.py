"""Transferring active invoices in one transaction, beside one bare statement that must at least be run.

Bare, as the owner: the tasks get another holder and the steps another name, and an audit row is written for
each. Ours locks the invoices first, judges each (rights, limit, four eyes), and keeps what undoing needs.
The preview judges the same ones and changes nothing.
"""

from collections.abc import Iterator
from uuid import UUID

import psycopg
from django.utils import timezone

from benchmarks.company import give_scheme, take
from benchmarks.ground import Ground
from benchmarks.measuring import Measured, in_turns
from benchmarks.paper import invoices
from benchmarks.rows import multiply, read_rows
from benchmarks.waiting import TABLES
from omloop.organisations.members import member_scope
from omloop.people.models import Person
from omloop.transfers.models import What
from omloop.transfers.preview import preview_invoices
from omloop.transfers.services import ask_transfer, carry_out
from omloop.transfers.wish import Wish
from tests.world import World

BARE = """
WITH tasks AS (
    UPDATE circulation_assignment SET holder_id = %(to)s
    WHERE organisation_id = %(place)s AND holder_id = %(person)s AND ended_at IS NULL
    RETURNING organisation_id, invoice_id, id),
steps AS (
    UPDATE circulation_step SET person_id = %(to)s
    WHERE organisation_id = %(place)s AND person_id = %(person)s AND state IN ('waiting', 'open')),
told AS (
    INSERT INTO audit_event (id, chain_id, name, at, actor, person_id, subject_id, origin, detail)
    SELECT gen_random_uuid(), organisation_id, 'invoice.transferred', %(now)s, 'person', %(by)s, invoice_id,
           '', jsonb_build_object('assignment', id, 'holder', %(to)s::text)
    FROM tasks RETURNING id, chain_id)
INSERT INTO audit_unsealed (event_id, chain_id) SELECT id, chain_id FROM told"""
LIMIT = 1.0
"""Seconds that a preview may take."""


def measure(ground: Ground) -> Iterator[Measured]:
    """All of Anna's goes to Bram, and bare from him to her again; looked at before that."""
    number, rounds = ground.size(100_000, 1_000), ground.size(3, 1)
    with ground.world() as (name, world), ground.owner(name) as owner:
        give_scheme(world, "approve")
        rows = read_rows(owner, take(world.zwaluw, next(invoices()))).only(*TABLES)
        owner.commit()
        with ground.superuser(name) as superuser:
            multiply(superuser, rows, range(1, number))
        wish = wish_of(world)
        looked = in_turns({"preview": lambda: preview(world.marit, wish, number)}, rounds=rounds, times=1)
        took = in_turns(
            {
                "ours": lambda: transfer(world.marit, wish, number),
                "bare": lambda: write_bare(owner, world, number),
            },
            rounds=rounds,
            times=1,
            before=lambda _name: forget(owner),
        )
    what = f"transfer {number:,} invoices"
    against = "bare UPDATE and audit rows"
    yield Measured(what=what, ours=took["ours"], against=against, beside=took["bare"], target=0.6)
    seconds = looked["preview"]
    yield Measured(what="preview of it", ours=seconds, against="one second", beside=LIMIT, target=1)


def wish_of(world: World) -> Wish:
    """Everything that is Anna's goes to Bram."""
    return Wish(
        person_id=world.anna.id,
        to_id=world.bram.id,
        places=frozenset([world.zwaluw.id]),
        what=frozenset([What.INVOICES]),
    )


def preview(maker: Person, wish: Wish, number: int) -> None:
    """As the page does."""
    now = timezone.now()
    with member_scope(maker, now=now) as member:
        assert preview_invoices(wish, actor=member, now=now).going == number


def transfer(maker: Person, wish: Wish, number: int) -> None:
    """As the page or the job does, up to and with the commit."""
    now = timezone.now()
    with member_scope(maker, now=now) as member:
        run_id: UUID = ask_transfer(wish=wish, actor=member, now=now)
        assert carry_out(run_id=run_id, actor=member, now=now)


def forget(owner: psycopg.Connection) -> None:
    """As if nothing had gone before: the bare statement brings the invoices back and leaves what says so."""
    owner.execute("DELETE FROM transfers_item")
    owner.commit()


def write_bare(owner: psycopg.Connection, world: World, number: int) -> None:
    """The same rows back again."""
    values = {
        "to": world.anna.id,
        "person": world.bram.id,
        "place": world.zwaluw.id,
        "by": world.marit.id,
        "now": timezone.now(),
    }
    assert owner.execute(BARE, values).rowcount == number
    owner.commit()
