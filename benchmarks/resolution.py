"""Who stands in, in memory: beside looking a person up in a dict. Wanted: 20,000 a second, so 50 µs each."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from uuid import UUID

from benchmarks.ground import Ground
from benchmarks.measuring import Measured, in_turns
from omloop.absences.resolution import Cover, Ending, by_person, resolve
from omloop.kernel.ids import uuid7

DAY = date(2026, 4, 10)


def measure(ground: Ground) -> Iterator[Measured]:
    """Somebody who is there, and somebody whose third substitute gets it; of a hundred who are away."""
    chains = [[uuid7() for _ in range(4)] for _ in range(25)]
    covers = by_person(_cover(*pair) for chain in chains for pair in pairwise(chain))
    names = {person: "name" for chain in chains for person in chain}
    days = {"import_date": DAY, "opened_on": DAY}
    for what, person, ending in (
        ("resolve somebody present", chains[7][3], Ending.NAMED),
        ("resolve past three who are away", chains[7][0], Ending.SUBSTITUTE),
    ):
        ours = partial(resolve, person, **days, covers=covers, may_act=names.__contains__)
        assert ours().ending == ending
        took = in_turns(
            {"ours": ours, "dict": partial(names.get, person)}, rounds=ground.size(20, 2), times=2_000
        )
        yield Measured(what=what, ours=took["ours"], against="a look-up in a dict", beside=took["dict"])


def _cover(person_id: UUID, substitute_id: UUID) -> Cover:
    return Cover(
        person_id=person_id,
        substitute_id=substitute_id,
        first_on=DAY - timedelta(days=9),
        last_on=DAY + timedelta(days=9),
        takes_what_reaches=True,
        absence_id=uuid7(),
    )
