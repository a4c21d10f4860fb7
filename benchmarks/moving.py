"""Moving an organisation: the switch beside the two seconds that it may take, and what it costs to hold.

The switch is the one transaction in which everybody else waits. Counting before and after it holds nobody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from unittest.mock import patch

from django.conf import settings

from benchmarks.company import give_scheme, take
from benchmarks.crowd import multiply_documents
from benchmarks.ground import Ground
from benchmarks.measuring import Measured, in_turns
from benchmarks.paper import invoices
from omloop.relocation.moves import executing
from omloop.relocation.moves.plans import MovePlan
from tests.relocation.removal import Removal
from tests.world import World

LIMIT = 2.0
"""Seconds that the switch may take, whatever the number of documents (rules 6.3)."""


def measure(ground: Ground) -> Iterator[Measured]:
    """A tenth of the invoices is under way with somebody who stays behind; then all of them are."""
    number = ground.size(10_000, 100)
    yield from _move(ground, number, number // 10)
    yield from _move(ground, number, number)
    yield _hold(ground)


def _move(ground: Ground, number: int, under_way: int) -> Iterator[Measured]:
    with ground.world() as (name, world):
        removal = Removal(world, lambda: None)
        give_scheme(world)
        document = take(world.zwaluw, next(invoices()))
        with ground.superuser(name) as superuser:
            files = Path(settings.DATA) / "files"
            numbers = range(1, under_way + 1)
            multiply_documents(superuser, files, world.zwaluw.id, document, numbers)
            _settle_the_rest(ground, name, world, number - under_way, files)
        removal.propose()
        removal.choose(successors={world.bram: removal.yusuf, world.anna: removal.yusuf})
        removal.agree()
        begin = perf_counter()
        with _timed() as took:
            executing.move(removal.plan_id, world.noordgroep_id)
        whole = perf_counter() - begin
        assert removal.plan().state == MovePlan.State.DONE, removal.plan().stopped_because
        what = f"move {number:,}, {under_way:,} tasks: switch"
        yield Measured(what=what, ours=took[0], against="two seconds", beside=LIMIT, target=1)
        yield Measured(what="all of it, counting too", ours=whole, against="two seconds", beside=LIMIT)


def _settle_the_rest(ground: Ground, name: str, world: World, number: int, files: Path) -> None:
    """The other invoices are done: their tasks have ended."""
    if not number:
        return
    papers = invoices()
    next(papers)
    document = take(world.zwaluw, next(papers))
    with ground.superuser(name) as superuser:
        of_it = "invoice_id = (SELECT id FROM invoices_invoice WHERE document_id = %s)"
        superuser.execute(
            f"UPDATE circulation_assignment SET ended_at = now() WHERE {of_it}".encode(), [document]
        )
        superuser.execute(f"UPDATE circulation_step SET state = 'done' WHERE {of_it}".encode(), [document])
        superuser.execute("UPDATE invoices_invoice SET state = 'approved' WHERE document_id = %s", [document])
        numbers = range(1_000_000, 1_000_000 + number)
        multiply_documents(superuser, files, world.zwaluw.id, document, numbers)


@contextmanager
def _timed() -> Iterator[list[float]]:
    """How long the switch takes."""
    took: list[float] = []
    switch = executing.switch

    def timed(plan: MovePlan) -> None:
        begin = perf_counter()
        switch(plan)
        took.append(perf_counter() - begin)

    with patch.object(executing, "switch", timed):
        yield took


def _hold(ground: Ground) -> Measured:
    """An import that holds its organisation, beside the same one that doesn't."""
    with ground.world() as (_, world):
        give_scheme(world)
        papers = invoices()

        def free() -> None:
            with (
                patch("omloop.intake.services.hold"),
                patch("omloop.flow.services.hold"),
                patch("omloop.circulation.scheme.starting.hold"),
            ):
                take(world.zwaluw, next(papers))

        took = in_turns(
            {"ours": lambda: take(world.zwaluw, next(papers)), "free": free},
            rounds=ground.size(40, 2),
            times=5,
        )
    what = "import that holds its organisation"
    return Measured(what=what, ours=took["ours"], against="without", beside=took["free"], target=0.97)
