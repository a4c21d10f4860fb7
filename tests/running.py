"""`omloop up` as a process of its own, for tests that start, watch and kill it."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

SECONDS = 90.0


class Up:
    """One `omloop up`, with what it says kept in a file."""

    def __init__(self, data: Path, log: Path, port: int, *options: str, **environment: str) -> None:
        self.data, self.log, self.port = data, log, port
        words = [sys.executable, "-m", "omloop", "up", "--port", str(port), *options]
        settings = {**surroundings(), "OMLOOP_DATA": str(data), **environment}
        with log.open("w") as output:
            self.process = subprocess.Popen(
                words, env=settings, stdout=output, stderr=output, start_new_session=True
            )

    @property
    def said(self) -> str:
        return self.log.read_text()

    def await_line(self, text: str, times: int = 1) -> None:
        self.await_that(lambda: self.said.count(text) >= times)

    def await_that(self, is_so: Callable[[], object]) -> None:
        deadline = time.monotonic() + SECONDS
        while not is_so():
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.05)

    def stop(self, kind: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(kind)
        return self.process.wait(timeout=SECONDS)

    def child(self, *words: str) -> int:
        """The process directly under this one whose command line has these words."""
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                line = (folder / "cmdline").read_text().split("\0")
            except OSError:
                continue
            if parent == self.process.pid and all(word in line for word in words):
                return int(folder.name)
        raise AssertionError(f"no child with {words}: {self.said}")


def surroundings() -> dict[str, str]:
    """The environment of this process, without the database that other tests have in use."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")}


def _ports() -> Iterator[int]:
    """Ports of this worker alone, each once, below those that the system gives to connections: a server that
    is killed and started again finds its port free."""
    first = 12_000 + 2_000 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    yield from random.sample(range(first, first + 2_000), 2_000)


PORTS = _ports()


def free_port() -> int:
    """One that nobody listens on."""
    for port in PORTS:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no port is left for this worker")
