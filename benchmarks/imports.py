"""Importing one invoice: read, check, keep durably, store, route, audit; a commit each.

Beside it, under the database's owner and with prepared statements: the same rows by bare INSERTs after the
file is synced; the same after validation by XML Schema; and after that by Saxon with the rules of EN 16931.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path

import psycopg

from benchmarks.company import give_scheme, take
from benchmarks.ground import Ground
from benchmarks.measuring import Measured, Work, in_turns
from benchmarks.paper import invoices
from benchmarks.rows import Rows, multiply, read_rows, write_again
from benchmarks.standards import validate_by_saxon, validate_structure
from omloop.organisations.models import Organisation
from tests.world import World

ONE = "import one invoice"


@dataclass
class Bare:
    """The pipeline without a product: a file and rows."""

    database: psycopg.Connection
    rows: Rows
    folder: Path
    files: Iterator[bytes] = field(default_factory=lambda: invoices(1_000_000))

    def keep(self, check: Callable[[bytes], None]) -> None:
        """Check the next file, keep it durably, write its rows, commit."""
        data = next(self.files)
        check(data)
        digest = sha256(data).hexdigest()
        self._write(data, digest)
        write_again(self.database, self.rows, digest)
        self.database.commit()

    def _write(self, data: bytes, digest: str) -> None:
        arriving = self.folder / ".arriving"
        with arriving.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        arriving.rename(self.folder / digest)
        folder = os.open(self.folder, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


AGAINST: dict[str, float | None] = {
    "bare file and rows": None,
    "bare with XML Schema": None,
    "bare with Saxon, EN 16931": 1.2,
}
"""What stands beside an import, and the target."""


def measure(ground: Ground) -> Iterator[Measured]:
    """Ours beside the bare ones; then with many invoices stored, beside none."""
    with ground.world() as (name, world), ground.owner(name) as owner:
        give_scheme(world)
        files = invoices()
        rows = read_rows(owner, take(world.zwaluw, next(files)))
        took = _beside_bare(ground, Bare(owner, rows, ground.folder_for("bare")), world, files)
        for against, target in AGAINST.items():
            beside = took[against]
            yield Measured(what=ONE, ours=took[ONE], against=against, beside=beside, target=target)
        stored = ground.size(10_000, 40)
        with ground.superuser(name) as superuser:
            multiply(superuser, rows, range(1, stored + 1))
        yield _full_and_empty(ground, name, world, files, stored)


def _beside_bare(ground: Ground, bare: Bare, world: World, files: Iterator[bytes]) -> dict[str, float]:
    checks = (_check_nothing, validate_structure, validate_by_saxon)
    works: dict[str, Work] = {
        label: partial(bare.keep, check) for label, check in zip(AGAINST, checks, strict=True)
    }
    works[ONE] = partial(_take_next, world.zwaluw, files)
    return in_turns(works, rounds=ground.size(12, 2), times=4)


def _full_and_empty(ground: Ground, name: str, world: World, files: Iterator[bytes], stored: int) -> Measured:
    """The import here in turns with one in a world where nothing is stored yet."""
    with ground.world() as (empty, other):
        give_scheme(other)
        places = {"full": (name, world.zwaluw), "empty": (empty, other.zwaluw)}

        def go_there(label: str) -> None:
            ground.use(places[label][0])
            _take_next(places[label][1], files)

        works: dict[str, Work] = {
            label: partial(_take_next, place, files) for label, (_, place) in places.items()
        }
        took = in_turns(works, rounds=ground.size(12, 2), times=4, before=go_there)
        ground.use(name)
    what, against = f"import at {stored:,} stored", "import at none"
    return Measured(what=what, ours=took["full"], against=against, beside=took["empty"], target=0.8)


def _take_next(organisation: Organisation, files: Iterator[bytes]) -> None:
    take(organisation, next(files))


def _check_nothing(data: bytes) -> None:
    """The bare file and rows alone."""
