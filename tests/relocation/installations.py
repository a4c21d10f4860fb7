"""Two installations on the server of the tests: each a database and a data folder of its own.

Commands run in a process of their own, forked so that Django need not start again; one that is to be killed
kills itself with SIGKILL just before the commit, or the renaming of a file, whose turn it is.
"""

import contextlib
import gc
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from omloop.__main__ import main
from omloop.audit.keys import public_key
from omloop.relocation.signed import fingerprint
from tests.conftest import Databases, use
from tests.world import World

KVK = "90001001"
ADDRESS = "https://omloop.nieuw.example"
KILLED = -signal.SIGKILL


@dataclass
class Installation:
    """A database and a data folder, and what its commands said last."""

    databases: Databases
    name: str
    data: Path
    said: str = field(default="")

    @contextmanager
    def here(self, *, as_owner: bool = False) -> Iterator[None]:
        """Let this process be one of this installation."""
        before = settings.DATA
        use((self.databases.owner if as_owner else self.databases.web)(self.name))
        os.environ["DATABASE_OWNER_URL"] = self.databases.owner(self.name)
        settings.DATA = self.data
        try:
            yield
        finally:
            settings.DATA = before
            connections.close_all()

    def run(self, *words: str | Path, killed_before: int = 0) -> int:
        """`omloop WORDS` in a process of its own; its exit status, or KILLED when it came to that commit."""
        connections.close_all()
        log = self.data.with_suffix(".said")
        gc.freeze()  # what is here already is none of the child's garbage: looking for it copies all of it
        child = os.fork()
        if child == 0:
            self._be_command([str(word) for word in words], log, killed_before)
        gc.unfreeze()
        _, status = os.waitpid(child, 0)
        self.said = log.read_text()
        return os.waitstatus_to_exitcode(status)

    def done(self, *words: str | Path) -> str:
        """The same for a command that has to work; what it said."""
        assert self.run(*words) == 0, self.said
        return self.said

    def state(self, *folders: Path) -> object:
        """Everything that is durable: all rows, and the names of all finished files."""
        with psycopg.connect(self.databases.owner(self.name)) as owner:
            names = owner.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
                "ORDER BY relname"
            )
            rows = [
                owner.execute(f'SELECT count(*), sum(hashtext(t::text)) FROM "{name}" t').fetchone()
                for (name,) in names.fetchall()
            ]
        files = [path for folder in (self.data, *folders) for path in sorted(folder.rglob("*"))]
        return rows, [path for path in files if path.is_file() and "/." not in str(path)]

    def copy(self, data: Path) -> "Installation":
        """The same in another database and folder."""
        connections.close_all()
        shutil.copytree(self.data, data)
        return Installation(self.databases, self.databases.create(self.name), data)

    @property
    def fingerprint(self) -> str:
        """Of its key, as its operator reads it out."""
        with self.here():
            return fingerprint(public_key())

    def drop(self) -> None:
        """Gone."""
        self.databases.drop(self.name)

    def _be_command(self, words: list[str], log: Path, killed_before: int) -> None:
        """In the child: nothing of the parent's may be closed, flushed or torn down."""
        code = 70
        with contextlib.suppress(BaseException), log.open("w", buffering=1) as file:
            sys.stdout = sys.stderr = file
            try:
                if killed_before:
                    die_before(killed_before)
                with self.here(as_owner=True):
                    code = main(words)
            except SystemExit as ended:
                code = int(ended.code) if isinstance(ended.code, int) else 1
            except BaseException:
                import traceback

                traceback.print_exc(file=file)
        os._exit(code)


@dataclass
class Journey:
    """From one installation to the other, step by step, as their operators go."""

    source: Installation
    target: Installation
    folder: Path
    world: World
    environment: str = "Nieuwe groep"

    @property
    def archive(self) -> Path:
        return self.folder / "archive"

    @property
    def receipt(self) -> Path:
        return self.folder / "receipt.signed"

    @property
    def farewell(self) -> Path:
        return self.folder / "farewell"

    def export(self) -> tuple[str | Path, ...]:
        return "organisation", "export", KVK, self.archive

    def take_in(self) -> tuple[str | Path, ...]:
        return (
            *("organisation", "import", self.archive, "--environment", self.environment),
            *("--address", ADDRESS, "--receipt", self.receipt, "--fingerprint", self.source.fingerprint),
        )

    def confirm(self) -> tuple[str | Path, ...]:
        return (
            *("organisation", "export", KVK, self.farewell, "--confirm", self.receipt),
            *("--fingerprint", self.target.fingerprint),
        )

    def open(self) -> tuple[str | Path, ...]:
        return "organisation", "import", self.farewell

    def whole(self) -> None:
        """All four steps."""
        self.source.done(*self.export())
        self.target.done(*self.take_in())
        self.source.done(*self.confirm())
        self.target.done(*self.open())


def die_before(turn: int) -> None:
    """Let this process die where its commit or renaming with this number would be."""
    commit, rename, seen = BaseDatabaseWrapper._commit, os.rename, 0

    def die_in_turn() -> None:
        nonlocal seen
        seen += 1
        if seen == turn:
            os.kill(os.getpid(), signal.SIGKILL)

    def commit_or_die(self: BaseDatabaseWrapper) -> None:
        die_in_turn()
        commit(self)

    def rename_or_die(*arguments: Any, **options: Any) -> None:
        die_in_turn()
        rename(*arguments, **options)

    BaseDatabaseWrapper._commit = commit_or_die  # type: ignore[method-assign]
    os.rename = rename_or_die
