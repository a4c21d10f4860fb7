"""An organisation to another installation: export and import, beside `pg_dump | pg_restore` of the same rows.

Files apart: both sides would copy them. Ours seals, counts both sides, verifies the archive and the trail;
the peer makes tables and indexes anew and compresses nothing.
"""

import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

from benchmarks.company import give_scheme, take
from benchmarks.ground import Ground
from benchmarks.measuring import Measured
from benchmarks.paper import invoices
from benchmarks.rows import multiply, read_rows
from omloop.audit.actors import OPERATOR
from omloop.audit.keys import public_key
from omloop.audit.tasks import seal_chain
from omloop.config.databases import from_url
from omloop.environments.services import create_environment
from omloop.intake import files
from omloop.organisations.members import member_scope
from omloop.people.services import add_person
from omloop.postgres.binaries import find_programs
from omloop.relocation.between.agreement import agree_to_leave
from omloop.relocation.between.exporting import export
from omloop.relocation.between.importing import take_in
from omloop.relocation.signed import fingerprint
from tests.world import BEGINNING, World

TARGET = 0.5
FILES = ("files", "verify files")


@dataclass
class Stopwatch:
    """Told how far the work is, adds up what each part of it takes."""

    took: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    last: float = field(default_factory=perf_counter)

    def __call__(self, what: str, done: int, total: int) -> None:
        now = perf_counter()
        self.took[what] += now - self.last
        self.last = now

    def rows(self) -> float:
        """Seconds of everything but files, up to now."""
        self("rest", 1, 1)
        return sum(took for what, took in self.took.items() if what not in FILES)


def measure(ground: Ground) -> Iterator[Measured]:
    """Both with the same organisation."""
    count = ground.size(10_000, 100)
    with ground.world() as (name, world):
        fill(ground, name, world, count)
        empty = dump_and_restore(ground, name)
        into_tables = dump_and_restore_rows(ground, name)
        ours = move(ground, name, world)
    what = f"rows of {count:,} invoices to another"
    yield Measured(what=what, ours=ours, against="pg_dump | pg_restore", beside=empty, target=TARGET)
    against = "the same, into tables with keys"
    yield Measured(what=what, ours=ours, against=against, beside=into_tables, target=TARGET)


def fill(ground: Ground, name: str, world: World, count: int) -> None:
    """One invoice through the door, the others by multiplying its rows; a file for each; sealed."""
    give_scheme(world)
    with ground.owner(name) as owner:
        rows = read_rows(owner, take(world.zwaluw, next(invoices())))
    digest = sql.SQL("encode(sha256(n::text::bytea), 'hex')")
    with ground.superuser(name) as superuser:
        multiply(superuser, rows, range(1, count + 1), {"intake_document.sha256": digest})
    for number in range(1, count + 1):
        files.keep(world.zwaluw.id, str(number).encode())
    seal_chain(world.zwaluw.id)
    with member_scope(world.marit, now=BEGINNING) as marit:
        agree_to_leave(world.zwaluw.id, actor=marit, now=BEGINNING)
    seal_chain(world.zwaluw.id)


def dump_and_restore(ground: Ground, name: str) -> float:
    """Seconds of the peer, into an empty database: tables first, their indexes and keys when all is there."""
    return _pipe(ground, name, _database(ground, f"{name}_copy", "template0"))


def dump_and_restore_rows(ground: Ground, name: str) -> float:
    """Seconds of the peer where the tables are: indexes and keys are kept row by row, as ours must."""
    target = _database(ground, f"{name}_rows", "omloop")
    with psycopg.connect(ground.owner_url(target)) as owner:
        tables = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        filled = [
            f"--exclude-table={table}"
            for (table,) in tables
            if owner.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(sql.Identifier(table))).fetchone()
        ]
    return _pipe(ground, name, target, "--data-only", dump=filled, restore=["--single-transaction"])


def _database(ground: Ground, name: str, template: str) -> str:
    with psycopg.connect(ground.cluster.superuser_url, autocommit=True) as superuser:
        superuser.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER omloop_owner".encode())
    return name


def _pipe(
    ground: Ground,
    source: str,
    target: str,
    *both: str,
    dump: list[str] | None = None,
    restore: list[str] | None = None,
) -> float:
    programs, begin = find_programs(), perf_counter()
    plain = ["--no-owner", "--no-acl", *both]
    dumping = subprocess.Popen(
        [
            programs / "pg_dump",
            *["--format=custom", "--compress=0", *plain, *(dump or [])],
            ground.owner_url(source),
        ],
        stdout=subprocess.PIPE,
    )
    into = f"--dbname={ground.owner_url(target)}"
    subprocess.run(
        [programs / "pg_restore", *plain, *(restore or []), into], stdin=dumping.stdout, check=True
    )
    assert dumping.wait() == 0
    return perf_counter() - begin


def move(ground: Ground, name: str, world: World) -> float:
    """Seconds of ours, files apart."""
    target = _database(ground, f"{name}_target", "omloop")
    with tempfile.TemporaryDirectory(dir=ground.folder) as folder:
        archive = Path(folder) / "archive"
        with installation(ground, name, Path(settings.DATA)):
            key, watch = fingerprint(public_key()), Stopwatch()
            export(world.zwaluw.id, archive, now=BEGINNING, told=watch)
            took = watch.rows()
        with installation(ground, target, Path(folder)):
            olga = add_person(email="olga@nieuw.example", name="Olga Smit")
            create_environment(name="Nieuw", administrator_id=olga.id, actor=OPERATOR, now=BEGINNING)
            watch = Stopwatch()
            take_in(
                archive,
                environment="Nieuw",
                fingerprint=key,
                address="https://nieuw.example",
                now=BEGINNING,
                told=watch,
            )
            return took + watch.rows()


@contextmanager
def installation(ground: Ground, name: str, data: Path) -> Iterator[None]:
    """Be this installation, as the owner of its database."""
    before = settings.DATA
    connections.close_all()
    connections["default"].settings_dict.update(from_url(ground.owner_url(name)))
    settings.DATA = data
    try:
        yield
    finally:
        settings.DATA = before
        ground.use(name)
