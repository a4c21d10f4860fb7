"""One installation of Omloop as its operator has it: a data folder, `omloop up`, and commands beside it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from omloop.postgres.cluster import Cluster
from tests.running import SECONDS, Up, free_port, surroundings

WEB, WORKER = ("granian",), ("-m", "omloop", "worker")
COMMAND_SECONDS = 300.0
AT_WORK = (
    "SELECT FROM procrastinate_jobs WHERE status = 'doing' "
    "OR (status = 'todo' AND coalesce(scheduled_at, now()) <= now())"
)
"""Jobs that change something now or at any moment."""


class Installation:
    """Starts at once; what it says is kept in files beside the data."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data = data
        self.port = free_port()
        self._options = options
        self._starts = 0
        self.up = self.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Up:
        """`omloop up`, until it tells how to get in."""
        self._starts += 1
        self.up = Up(self.data, self._beside(f"up-{self._starts}.log"), self.port, *self._options)
        self.up.await_line("Ctrl-C stops Omloop.")
        return self.up

    def open(self, *words: str | Path, log: Path) -> subprocess.Popen[bytes]:
        """A command in a process of its own; what it prints goes to `log`."""
        environment = {**surroundings(), "OMLOOP_DATA": str(self.data)}
        command = [sys.executable, "-m", "omloop", *map(str, words)]
        with log.open("w") as output, log.with_suffix(".err").open("w") as complaints:
            return subprocess.Popen(command, env=environment, stdout=output, stderr=complaints)

    def run(self, *words: str | Path) -> str:
        """A command that succeeds; what it prints."""
        log = self._beside("command.log")
        status = self.open(*words, log=log).wait(timeout=COMMAND_SECONDS)
        assert status == 0, f"{words}: {status}: {log.read_text()}{log.with_suffix('.err').read_text()}"
        return log.read_text()

    def owner(self) -> psycopg.Connection:
        """A connection of the database's owner, who sees over the walls."""
        return psycopg.connect(self.attach().owner_url, autocommit=True)

    def await_rest(self) -> None:
        """Wait until no job is due or being done."""
        with self.owner() as watcher:
            await_that(lambda: not watcher.execute(AT_WORK).rowcount, "the last job is done")

    def attach(self) -> Cluster:
        """The database's server, to connect to."""
        cluster = Cluster(self.data)
        assert cluster.attach()
        return cluster

    def kill(self, child: tuple[str, ...]) -> None:
        """kill -9 a child of `omloop up`, with all that it started itself."""
        os.killpg(self.up.child(*child), signal.SIGKILL)

    def kill_supervisor(self) -> None:
        """kill -9 `omloop up` itself."""
        self.up.process.kill()
        self.up.process.wait()

    def _beside(self, name: str) -> Path:
        return self.data.parent / name


def await_that(is_so: Callable[[], object], what: str, seconds: float = SECONDS) -> None:
    """Wait until it is so; fails when it takes too long."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.05)
